// Every kind of model trains for one short epoch and records what it should; no claim on how well.
#include "resources/demo/trained_models.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stratoscope::demo {
namespace {

TrainedModel trained(const std::string& name, std::uint64_t seed = 1) {
    ThreadPool pool(1);
    const PictureSet training = draw(random_scenes(128, 2), false, pool);
    const PictureSet recorded = draw(random_scenes(70, 3), false, pool);
    return train_and_record(name, training, recorded, {.seed = seed, .threads = 1, .effort = 0.0},
                            [](std::string_view) {});
}

TEST(DemoModels, EachKindTrainsAndRecordsItsSteps) {
    for (const std::string& name : model_names()) {
        const TrainedModel model = trained(name);
        EXPECT_EQ(model.name, name);
        EXPECT_GE(model.layers.size(), 6U) << name;
        EXPECT_LE(model.layers.size(), 12U) << name;
        EXPECT_FALSE(model.qualities.empty());
        for (const RecordedLayer& layer : model.layers) {
            EXPECT_EQ(layer.values.rows(), 70U); // more than a batch, and not a multiple of it
            EXPECT_LE(layer.values.cols(), 512U);
            // Channels come first in maps and last in tokens; vectors aren't pooled.
            const std::size_t channels = layer.shape.size() == 2 ? layer.shape[1] : layer.shape[0];
            EXPECT_EQ(layer.values.cols(), channels) << name << '/' << layer.name;
            EXPECT_EQ(layer.pooling, layer.shape.size() == 1 ? "none" : "mean");
            for (const float value : layer.values.values())
                ASSERT_TRUE(std::isfinite(value)) << name << '/' << layer.name;
        }
    }
}

TEST(DemoModels, TheSameSeedGivesTheSameModel) {
    const TrainedModel one = trained("autoencoder");
    const TrainedModel again = trained("autoencoder");
    const TrainedModel other = trained("autoencoder", 2);
    for (std::size_t i = 0; i < one.layers.size(); ++i)
        EXPECT_EQ(one.layers[i].values, again.layers[i].values) << one.layers[i].name;
    EXPECT_NE(one.layers.back().values, other.layers.back().values);
}

} // namespace
} // namespace stratoscope::demo
