#include "core/models/preprocessing.h"

#include "core/base/error.h"
#include "core/models/resampling_internal.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace stratoscope::models {
namespace {

constexpr std::array<float, 3> imagenet_mean{0.485F, 0.456F, 0.406F};
constexpr std::array<float, 3> imagenet_deviation{0.229F, 0.224F, 0.225F};
constexpr std::array<float, 3> clip_mean{0.48145466F, 0.4578275F, 0.40821073F};
constexpr std::array<float, 3> clip_deviation{0.26862954F, 0.26130258F, 0.27577711F};
constexpr std::array<float, 3> cifar_mean{0.4914F, 0.4822F, 0.4465F};
constexpr std::array<float, 3> cifar_deviation{0.2470F, 0.2435F, 0.2616F};

// The sides of a picture are at most some 10^5, so these products fit.
struct Sides {
    std::size_t height;
    std::size_t width;
};

/// As torchvision's Resize: the short side exactly, the long one cut to a whole number.
Sides sides_after(const PictureView& picture, const Preprocessing& preprocessing) {
    if (preprocessing.resize == 0)
        return {preprocessing.size, preprocessing.size};
    const std::size_t shorter = std::min(picture.height, picture.width);
    const std::size_t longer = std::max(picture.height, picture.width);
    const std::size_t other = preprocessing.resize * longer / shorter;
    return picture.height <= picture.width ? Sides{preprocessing.resize, other}
                                           : Sides{other, preprocessing.resize};
}

std::string three(const std::array<float, 3>& values) {
    std::ostringstream out;
    out.precision(6);
    out << values[0] << ' ' << values[1] << ' ' << values[2];
    return out.str();
}

} // namespace

std::span<const PreprocessingPreset> preprocessing_presets() {
    static const std::array<PreprocessingPreset, 4> presets{{
        {"imagenet", "ImageNet", {.mean = imagenet_mean, .deviation = imagenet_deviation}},
        {"clip",
         "CLIP",
         {.resize = 224,
          .interpolation = Interpolation::bicubic,
          .mean = clip_mean,
          .deviation = clip_deviation}},
        {"cifar", "CIFAR", {.resize = 32, .size = 32, .mean = cifar_mean, .deviation = cifar_deviation}},
        {"none", "None: 0…1", {.resize = 0}},
    }};
    return presets;
}

std::optional<Preprocessing> preprocessing_named(std::string_view name) {
    for (const PreprocessingPreset& preset : preprocessing_presets())
        if (preset.name == name)
            return preset.preprocessing;
    return std::nullopt;
}

Preprocessing with_size(Preprocessing preprocessing, std::size_t size) {
    if (preprocessing.resize != 0 && preprocessing.size != 0)
        preprocessing.resize =
            std::max(size, (preprocessing.resize * size + preprocessing.size / 2) / preprocessing.size);
    preprocessing.size = size;
    return preprocessing;
}

std::string text_of(const Preprocessing& preprocessing) {
    const char* kind = preprocessing.interpolation == Interpolation::bilinear ? "bilinear" : "bicubic";
    std::string text;
    if (preprocessing.resize == 0)
        text = "resized to " + std::to_string(preprocessing.size) + " × " +
               std::to_string(preprocessing.size) + " (antialiased " + kind + ")";
    else
        text = "short side to " + std::to_string(preprocessing.resize) + " (antialiased " + kind +
               "), centre crop " + std::to_string(preprocessing.size);
    text += preprocessing.bytes ? ", 0…255" : ", 0…1";
    text += ", mean " + three(preprocessing.mean) + ", deviation " + three(preprocessing.deviation);
    return text + (preprocessing.bgr ? ", BGR" : ", RGB");
}

std::vector<std::uint8_t> cut_square(const PictureView& picture, const Preprocessing& preprocessing) {
    const std::size_t size = preprocessing.size;
    if (picture.height == 0 || picture.width == 0 || size == 0 ||
        picture.rgb.size() != picture.height * picture.width * 3)
        throw Error(ErrorKind::internal, {.what = "a picture or its square is empty"});
    const Sides sides = sides_after(picture, preprocessing);
    constexpr std::size_t most = std::size_t{1} << 28;
    if (sides.height * sides.width > most)
        throw Error(ErrorKind::bad_data,
                    {.what = "the picture would be too large after resizing",
                     .found = std::to_string(sides.height) + " × " + std::to_string(sides.width),
                     .advice = "Its sides are too unequal: cut it"});
    const std::vector<std::uint8_t> whole =
        resized(picture, sides.height, sides.width, preprocessing.interpolation);
    // A picture smaller than the square lies in the middle of black, as in torchvision. Halves are rounded to
    // even there.
    std::vector<std::uint8_t> square(size * size * 3, 0);
    const auto offset = [size](std::size_t side) {
        const auto difference = static_cast<double>(side) - static_cast<double>(size);
        return side >= size ? static_cast<std::ptrdiff_t>(std::nearbyint(difference / 2.0))
                            : -static_cast<std::ptrdiff_t>((size - side) / 2);
    };
    const std::ptrdiff_t top = offset(sides.height);
    const std::ptrdiff_t left = offset(sides.width);
    const std::size_t rows = std::min(size, sides.height);
    const std::size_t columns = std::min(size, sides.width);
    for (std::size_t y = 0; y < rows; ++y) {
        const std::size_t from = y + static_cast<std::size_t>(std::max<std::ptrdiff_t>(top, 0));
        const std::size_t to = y + static_cast<std::size_t>(std::max<std::ptrdiff_t>(-top, 0));
        const std::uint8_t* in =
            whole.data() +
            (from * sides.width + static_cast<std::size_t>(std::max<std::ptrdiff_t>(left, 0))) * 3;
        std::copy_n(in, columns * 3,
                    square.data() +
                        (to * size + static_cast<std::size_t>(std::max<std::ptrdiff_t>(-left, 0))) * 3);
    }
    return square;
}

void normalise(std::span<const std::uint8_t> square, const Preprocessing& preprocessing, std::size_t channels,
               std::span<float> out) {
    const std::size_t pixels = square.size() / 3;
    if (channels != 1 && channels != 3)
        throw Error(ErrorKind::bad_data, {.what = "the model does not take pictures",
                                          .expected = "1 or 3 channels",
                                          .found = std::to_string(channels)});
    if (out.size() != pixels * channels)
        throw Error(ErrorKind::internal, {.what = "a square does not fit the batch"});
    const float scale = preprocessing.bytes ? 1.0F : 255.0F;
    if (channels == 1) {
        for (std::size_t i = 0; i < pixels; ++i) {
            const float luminance = 0.299F * static_cast<float>(square[3 * i]) +
                                    0.587F * static_cast<float>(square[3 * i + 1]) +
                                    0.114F * static_cast<float>(square[3 * i + 2]);
            out[i] = (luminance / scale - preprocessing.mean[0]) / preprocessing.deviation[0];
        }
        return;
    }
    for (std::size_t c = 0; c < 3; ++c) {
        // A byte has 256 values: each is computed once, just as it would be for every pixel.
        std::array<float, 256> value{};
        for (std::size_t v = 0; v < value.size(); ++v)
            value[v] = (static_cast<float>(v) / scale - preprocessing.mean[c]) / preprocessing.deviation[c];
        float* plane = out.data() + (preprocessing.bgr ? 2 - c : c) * pixels;
        for (std::size_t i = 0; i < pixels; ++i)
            plane[i] = value[square[3 * i + c]];
    }
}

} // namespace stratoscope::models
