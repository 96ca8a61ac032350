#include "core/models/resampling_internal.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::models {
namespace {

constexpr int weight_bits = 22;
constexpr std::size_t channels = 3;

double triangle(double x) {
    return std::max(0.0, 1.0 - std::abs(x));
}

/// Keys 1981, with a = −1/2.
double cubic(double x) {
    constexpr double a = -0.5;
    x = std::abs(x);
    if (x < 1.0)
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
    return x < 2.0 ? (((x - 5.0) * x + 8.0) * x - 4.0) * a : 0.0;
}

/// For one place of the result: where its source begins, and the weights of that and what follows.
struct Taps {
    std::size_t first = 0;
    std::vector<std::int32_t> weights;
};

std::vector<Taps> taps_of(std::size_t from, std::size_t to, Interpolation interpolation) {
    const bool bilinear = interpolation == Interpolation::bilinear;
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double stretch = std::max(scale, 1.0);
    const double reach = (bilinear ? 1.0 : 2.0) * stretch;
    std::vector<Taps> all(to);
    for (std::size_t i = 0; i < to; ++i) {
        const double centre = (static_cast<double>(i) + 0.5) * scale;
        const auto first = static_cast<std::size_t>(std::max(0.0, centre - reach + 0.5));
        const auto last = std::min(from, static_cast<std::size_t>(centre + reach + 0.5));
        std::vector<double> weights;
        double sum = 0.0;
        for (std::size_t at = first; at < last; ++at) {
            // Times the inverse, as Pillow has it: a division would round differently.
            const double x = (static_cast<double>(at) - centre + 0.5) * (1.0 / stretch);
            weights.push_back(bilinear ? triangle(x) : cubic(x));
            sum += weights.back();
        }
        all[i].first = first;
        for (const double weight : weights) {
            const double scaled = weight / sum * (1 << weight_bits);
            all[i].weights.push_back(static_cast<std::int32_t>(std::lround(scaled)));
        }
    }
    return all;
}

std::uint8_t to_byte(std::int32_t sum) {
    return static_cast<std::uint8_t>(std::clamp(sum >> weight_bits, 0, 255));
}

} // namespace

std::vector<std::uint8_t> resized(const PictureView& picture, std::size_t height, std::size_t width,
                                  Interpolation interpolation) {
    constexpr std::int32_t half = 1 << (weight_bits - 1);
    std::vector<std::uint8_t> wide;
    const std::uint8_t* rows = picture.rgb.data();
    if (width != picture.width) {
        const std::vector<Taps> taps = taps_of(picture.width, width, interpolation);
        wide.resize(picture.height * width * channels);
        for (std::size_t y = 0; y < picture.height; ++y) {
            const std::uint8_t* in = picture.rgb.data() + y * picture.width * channels;
            std::uint8_t* out = wide.data() + y * width * channels;
            for (std::size_t x = 0; x < width; ++x) {
                std::int32_t red = half;
                std::int32_t green = half;
                std::int32_t blue = half;
                const std::uint8_t* pixel = in + taps[x].first * channels;
                for (const std::int32_t weight : taps[x].weights) {
                    red += weight * pixel[0];
                    green += weight * pixel[1];
                    blue += weight * pixel[2];
                    pixel += channels;
                }
                out[x * channels] = to_byte(red);
                out[x * channels + 1] = to_byte(green);
                out[x * channels + 2] = to_byte(blue);
            }
        }
        rows = wide.data();
    }
    const std::size_t line = width * channels;
    if (height == picture.height)
        return wide.empty() ? std::vector<std::uint8_t>(picture.rgb.begin(), picture.rgb.end()) : wide;
    const std::vector<Taps> taps = taps_of(picture.height, height, interpolation);
    std::vector<std::uint8_t> out(height * line);
    std::vector<std::int32_t> sums(line);
    for (std::size_t y = 0; y < height; ++y) {
        // Row by row, so that the inner loop runs over neighbouring bytes.
        std::ranges::fill(sums, half);
        const std::uint8_t* in = rows + taps[y].first * line;
        for (const std::int32_t weight : taps[y].weights) {
            for (std::size_t i = 0; i < line; ++i)
                sums[i] += weight * in[i];
            in += line;
        }
        std::ranges::transform(sums, out.begin() + static_cast<std::ptrdiff_t>(y * line), to_byte);
    }
    return out;
}

} // namespace stratoscope::models
