// One picture of the demo before it is drawn: every factor that makes it, as a number with a meaning.
#pragma once

#include "resources/demo/random.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stratoscope::demo {

enum class Shape { disc, square, triangle, star };
enum class Texture { plain, striped, dotted };
enum class Background { studio, spotlight, horizon, bokeh };

inline constexpr std::size_t shape_count = 4;
inline constexpr std::size_t texture_count = 3;
inline constexpr std::size_t background_count = 4;
/// A class is a shape with a texture; all other factors are drawn without regard to it.
inline constexpr std::size_t class_count = shape_count * texture_count;

[[nodiscard]] std::string_view name_of(Shape shape);
[[nodiscard]] std::string_view name_of(Texture texture);
[[nodiscard]] std::string_view name_of(Background background);

/// Lengths are parts of the picture's side, angles radians, hues 0…1 round the colour circle, lightness 0…1
/// as in OKLab.
struct Scene {
    Shape shape = Shape::disc;
    Texture texture = Texture::plain;
    float hue = 0.0F;
    float chroma = 0.14F;
    float lightness = 0.65F;
    float x = 0.5F;     ///< of the object's middle, from the left
    float y = 0.5F;     ///< from the top
    float size = 0.25F; ///< radius of the disc with the object's area, so that size says nothing of shape
    float angle = 0.0F;
    float texture_period = 0.12F;
    float texture_angle = 0.0F;
    Background background = Background::studio;
    float background_hue = 0.6F;
    float background_lightness = 0.8F;
    float exposure = 1.0F;  ///< factor on the light
    float contrast = 1.0F;  ///< factor on the distance from middle grey
    float noise = 0.0F;     ///< deviation of the grain, 1 = from black to white
    std::uint64_t seed = 0; ///< of the grain and the bokeh

    /// shape · texture_count + texture
    [[nodiscard]] int label() const;
    bool operator==(const Scene&) const = default;
};

/// "striped star"
[[nodiscard]] std::string class_name(int label);

/// A scene of that class with every other factor at random.
[[nodiscard]] Scene random_scene(int label, Random& random);

/// count scenes, classes in turn (equal counts where class_count divides count), from the seed alone.
[[nodiscard]] std::vector<Scene> random_scenes(std::size_t count, std::uint64_t seed);

/// All factors by name, for a table; names are the members'.
[[nodiscard]] std::vector<std::pair<std::string_view, float>> factors_of(const Scene& scene);

} // namespace stratoscope::demo
