// The demo file that is shipped: what the window shows when nothing is asked of it.
#include "core/base/thread_pool.h"
#include "core/storage/open.h"
#include "resources/demo/picture_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

namespace stratoscope::demo {
namespace {

const std::filesystem::path file = std::filesystem::path(STRATOSCOPE_SOURCE_DIR) / "resources/demo/demo.h5";

class DemoFile : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(file))
            GTEST_SKIP() << file << " is not there";
    }
};

Dataset open_demo(ThreadPool& pool) {
    return storage::open_dataset({file}, {}, Task{pool});
}

TEST_F(DemoFile, HoldsEnoughAndIsSmallEnough) {
    ASSERT_TRUE(std::filesystem::exists(file));
    EXPECT_LE(std::filesystem::file_size(file), 15'000'000U);
    ThreadPool pool(1);
    const Dataset demo = open_demo(pool);
    EXPECT_TRUE(demo.warnings.empty());
    EXPECT_GE(demo.images.size(), 600U);
    EXPECT_FALSE(demo.images.ids_are_positions);
    EXPECT_EQ(demo.images.label_names.size(), class_count);
    EXPECT_EQ(demo.images.labels.size(), demo.images.size());
    ASSERT_GE(demo.models.size(), 4U);
    std::set<std::string> objectives;
    std::set<std::string> families;
    for (const Model& model : demo.models) {
        objectives.insert(model.objective);
        families.insert(model.family);
        EXPECT_FALSE(model.title.empty());
        EXPECT_GE(model.layers.size(), 6U) << model.name;
        EXPECT_LE(model.layers.size(), 12U) << model.name;
    }
    EXPECT_GE(objectives.size(), 3U);
    EXPECT_TRUE(families.contains("cnn") && families.contains("transformer"));
}

TEST_F(DemoFile, EveryLayerIsFiniteHalfPrecisionAndVaried) {
    ThreadPool pool(1);
    const Dataset demo = open_demo(pool);
    for (const Model& model : demo.models)
        for (const Layer& layer : model.layers) {
            ASSERT_TRUE(layer.usable()) << model.name << '/' << layer.name << ": " << layer.unusable;
            EXPECT_EQ(layer.rows->element_type(), ElementType::float16);
            EXPECT_FALSE(layer.pooling.empty());
            Matrix<float> values(layer.rows->rows(), layer.rows->cols());
            layer.rows->read(0, values.view());
            std::set<float> first_column;
            for (std::size_t i = 0; i < values.rows(); ++i) {
                double norm = 0.0;
                for (const float value : values.row(i)) {
                    ASSERT_TRUE(std::isfinite(value));
                    norm += std::abs(value);
                }
                first_column.insert(static_cast<float>(norm));
            }
            // No constant layer, hardly two images alike.
            EXPECT_GT(first_column.size(), values.rows() * 9 / 10) << model.name << '/' << layer.name;
        }
}

TEST_F(DemoFile, ThumbnailsAreThePicturesOfSeedOne) {
    // Drawn again now; a byte may differ by one where a machine's cosine rounds otherwise.
    ThreadPool pool(2);
    const Dataset demo = open_demo(pool);
    ASSERT_NE(demo.images.thumbnails, nullptr);
    const PictureSet pictures = draw(random_scenes(demo.images.size(), 1), true, pool);
    const std::size_t bytes = picture_side * picture_side * 3;
    for (std::size_t i = 0; i < demo.images.size(); i += 37) {
        EXPECT_EQ(demo.images.label_of(i), class_name(pictures.scenes[i].label()));
        const Thumbnail thumbnail = demo.images.thumbnails->read(i);
        ASSERT_EQ(thumbnail.rgb.size(), bytes);
        for (std::size_t b = 0; b < bytes; ++b)
            ASSERT_NEAR(thumbnail.rgb[b], pictures.shown[i * bytes + b], 1) << demo.images.ids[i];
    }
}

} // namespace
} // namespace stratoscope::demo
