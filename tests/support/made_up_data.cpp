#include "tests/support/made_up_data.h"

#include "core/data/memory_rows.h"
#include "core/data/memory_thumbnails.h"

#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>

namespace stratoscope::support {
namespace {

std::string numbered(const char* pattern, std::size_t i) {
    char text[40];
    std::snprintf(text, sizeof text, pattern, i);
    return text;
}

Layer layer_of(const std::string& name, std::size_t index, std::size_t count, Matrix<float> values) {
    Layer layer;
    layer.name = name;
    layer.index = index;
    layer.depth = count < 2 ? 0.0 : static_cast<double>(index) / static_cast<double>(count - 1);
    layer.pooling = "mean";
    layer.rows = rows_in_memory(std::move(values));
    return layer;
}

} // namespace

Matrix<float> normal_rows(std::size_t rows, std::size_t cols, std::uint64_t seed) {
    // The generator is the same everywhere, its distributions are not: so Box and Muller by hand.
    std::mt19937_64 random(seed * 0x9E3779B97F4A7C15ULL + 1);
    const auto uniform = [&random] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
    Matrix<float> out(rows, cols);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < cols; ++j)
            out(i, j) = static_cast<float>(std::sqrt(-2.0 * std::log(uniform())) *
                                           std::cos(2.0 * std::numbers::pi * uniform()));
    return out;
}

Dataset made_up(const MadeUp& what) {
    Dataset dataset;
    ImageSet& images = dataset.images;
    images.label_names = {"left", "middle", "right"};
    for (std::size_t i = 0; i < what.images; ++i) {
        images.ids.push_back(numbered("image_%03zu", i));
        images.labels.push_back(static_cast<std::int64_t>(i % 3));
    }
    const Matrix<float> start = normal_rows(what.images, what.dimension, 1);
    if (what.thumbnails) {
        constexpr std::size_t side = 8;
        std::vector<std::uint8_t> rgb;
        for (std::size_t i = 0; i < what.images; ++i)
            for (std::size_t pixel = 0; pixel < side * side; ++pixel)
                for (std::size_t channel = 0; channel < 3; ++channel)
                    rgb.push_back(
                        static_cast<std::uint8_t>((i * 37 + pixel * channel * 3 + channel * 90) % 256));
        images.thumbnails = thumbnails_in_memory(side, side, std::move(rgb));
    }
    if (what.statistics) {
        images.statistics.names = {"luminance", "contrast"};
        images.statistics.values = Matrix<float>(what.images, 2);
        for (std::size_t i = 0; i < what.images; ++i) {
            images.statistics.values(i, 0) = start(i, 0);
            images.statistics.values(i, 1) = start(i, 1);
        }
    }
    for (std::size_t m = 0; m < what.models.size(); ++m) {
        Model model;
        model.name = what.models[m];
        model.title = "Model " + what.models[m];
        model.family = m % 2 == 0 ? "cnn" : "transformer";
        model.objective = "made up";
        Matrix<float> values = start;
        for (std::size_t l = 0; l < what.layers; ++l) {
            const Matrix<float> own = normal_rows(what.images, what.dimension, 100 * (m + 1) + l);
            for (std::size_t i = 0; i < what.images; ++i)
                for (std::size_t j = 0; j < what.dimension; ++j)
                    values(i, j) += 0.4f * own(i, j);
            model.layers.push_back(layer_of(numbered("step_%zu", l), l, what.layers, values));
        }
        dataset.models.push_back(std::move(model));
    }
    return dataset;
}

Dataset dataset_of(std::vector<Matrix<float>> layers) {
    Dataset dataset;
    Model model;
    model.name = model.title = "m";
    const std::size_t count = layers.size();
    const std::size_t images = layers.empty() ? 0 : layers.front().rows();
    for (std::size_t i = 0; i < images; ++i)
        dataset.images.ids.push_back(std::to_string(i));
    for (std::size_t l = 0; l < count; ++l)
        model.layers.push_back(layer_of(numbered("l%zu", l), l, count, std::move(layers[l])));
    dataset.models.push_back(std::move(model));
    return dataset;
}

} // namespace stratoscope::support
