#include "resources/demo/scene.h"

#include <array>

namespace stratoscope::demo {

std::string_view name_of(Shape shape) {
    static constexpr std::array<std::string_view, shape_count> names{"disc", "square", "triangle", "star"};
    return names.at(static_cast<std::size_t>(shape));
}

std::string_view name_of(Texture texture) {
    static constexpr std::array<std::string_view, texture_count> names{"plain", "striped", "dotted"};
    return names.at(static_cast<std::size_t>(texture));
}

std::string_view name_of(Background background) {
    static constexpr std::array<std::string_view, background_count> names{"studio", "spotlight", "horizon",
                                                                          "bokeh"};
    return names.at(static_cast<std::size_t>(background));
}

int Scene::label() const {
    return static_cast<int>(static_cast<std::size_t>(shape) * texture_count +
                            static_cast<std::size_t>(texture));
}

std::string class_name(int label) {
    const auto index = static_cast<std::size_t>(label);
    return std::string(name_of(static_cast<Texture>(index % texture_count))) + " " +
           std::string(name_of(static_cast<Shape>(index / texture_count)));
}

Scene random_scene(int label, Random& random) {
    // Hues that stay clean and far apart in print: vermilion, amber, leaf, teal, azure, indigo, orchid, rose.
    static constexpr std::array<float, 8> hues{0.10F, 0.22F, 0.38F, 0.52F, 0.67F, 0.77F, 0.89F, 0.99F};
    const auto index = static_cast<std::size_t>(label);
    Scene scene;
    scene.shape = static_cast<Shape>(index / texture_count);
    scene.texture = static_cast<Texture>(index % texture_count);
    scene.hue = hues.at(random.below(hues.size())) + random.uniform(-0.015F, 0.015F);
    scene.chroma = random.uniform(0.11F, 0.17F);
    scene.lightness = random.uniform(0.52F, 0.76F);
    scene.size = random.uniform(0.19F, 0.29F);
    scene.x = 0.5F + random.uniform(-0.18F, 0.18F);
    scene.y = 0.48F + random.uniform(-0.16F, 0.16F);
    scene.angle = random.uniform(0.0F, 2.0F * std::numbers::pi_v<float>);
    scene.texture_period = random.uniform(0.105F, 0.145F);
    scene.texture_angle = random.uniform(0.0F, std::numbers::pi_v<float>);
    scene.background = static_cast<Background>(random.below(background_count));
    scene.background_hue = random.uniform();
    scene.background_lightness = random.uniform(0.34F, 0.93F);
    scene.exposure = random.uniform(0.72F, 1.12F);
    scene.contrast = random.uniform(0.68F, 1.12F);
    // Half of the pictures are clean, the others grainy in different degrees.
    scene.noise = random.uniform() < 0.5F ? 0.0F : random.uniform(0.01F, 0.055F);
    scene.seed = random.bits();
    return scene;
}

std::vector<Scene> random_scenes(std::size_t count, std::uint64_t seed) {
    Random random(seed);
    std::vector<Scene> scenes;
    scenes.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        scenes.push_back(random_scene(static_cast<int>(i % class_count), random));
    return scenes;
}

std::vector<std::pair<std::string_view, float>> factors_of(const Scene& scene) {
    return {{"shape", static_cast<float>(scene.shape)},
            {"texture", static_cast<float>(scene.texture)},
            {"hue", scene.hue},
            {"chroma", scene.chroma},
            {"lightness", scene.lightness},
            {"x", scene.x},
            {"y", scene.y},
            {"size", scene.size},
            {"angle", scene.angle},
            {"texture_period", scene.texture_period},
            {"texture_angle", scene.texture_angle},
            {"background", static_cast<float>(scene.background)},
            {"background_hue", scene.background_hue},
            {"background_lightness", scene.background_lightness},
            {"exposure", scene.exposure},
            {"contrast", scene.contrast},
            {"noise", scene.noise}};
}

} // namespace stratoscope::demo
