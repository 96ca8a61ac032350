// From a picture to what a model sees, as torchvision's transforms do it to a PIL picture.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stratoscope::models {

enum class Interpolation { bilinear, bicubic };

/// Resize, centre crop, scale to 0…1, (x − mean)/std, in this order.
struct Preprocessing {
    /// The short side after resizing; 0 means that the picture is resized to size × size as it is, whatever
    /// its proportions.
    std::size_t resize = 256;
    std::size_t size = 224; ///< of the square that is cut from the middle and given to the model
    Interpolation interpolation = Interpolation::bilinear; ///< antialiased, exactly as in Pillow
    std::array<float, 3> mean{0.0F, 0.0F, 0.0F};           ///< of red, green and blue, on 0…1
    std::array<float, 3> deviation{1.0F, 1.0F, 1.0F};
    bool bgr = false;   ///< channels in the order blue, green, red
    bool bytes = false; ///< 0…255 instead of 0…1, before mean and deviation (which are then on 0…255 too)
    bool operator==(const Preprocessing&) const = default;
};

struct PreprocessingPreset {
    std::string_view name;  ///< imagenet, clip, cifar, none
    std::string_view title; ///< for a person
    Preprocessing preprocessing;
};

[[nodiscard]] std::span<const PreprocessingPreset> preprocessing_presets();
/// Nothing for an unknown name.
[[nodiscard]] std::optional<Preprocessing> preprocessing_named(std::string_view name);
/// For another size of input: the resized side keeps its proportion to the crop.
[[nodiscard]] Preprocessing with_size(Preprocessing preprocessing, std::size_t size);
/// "resize 256 bilinear, centre crop 224, mean …, std …": for the file and the methods paragraph.
[[nodiscard]] std::string text_of(const Preprocessing& preprocessing);

/// height × width × 3 bytes, RGB, row by row; lent.
struct PictureView {
    std::size_t height = 0;
    std::size_t width = 0;
    std::span<const std::uint8_t> rgb;
};

/// The cut square before mean and deviation: size × size × 3 bytes, RGB.
[[nodiscard]] std::vector<std::uint8_t> cut_square(const PictureView& picture,
                                                   const Preprocessing& preprocessing);
/// The square as the model takes it: out has channels × size × size floats, channel by channel. One channel
/// is the luminance (0.299 R + 0.587 G + 0.114 B), less the mean of red over the deviation of red.
/// Throws Error(bad_data) where channels is neither 1 nor 3.
void normalise(std::span<const std::uint8_t> square, const Preprocessing& preprocessing, std::size_t channels,
               std::span<float> out);

} // namespace stratoscope::models
