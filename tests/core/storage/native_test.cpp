// The native format, written and read again.
#include "core/base/thread_pool.h"
#include "core/data/memory_rows.h"
#include "core/data/memory_thumbnails.h"
#include "core/storage/activations_writer.h"
#include "core/storage/open.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

namespace stratoscope::storage {
namespace {

namespace fs = std::filesystem;

ImageSet five_images() {
    ImageSet images;
    images.ids = {"a", "b", "ü", "d", "e"};
    images.labels = {0, 1, 0, 1, 7};
    images.label_names = {"cat", "dog"};
    images.statistics.names = {"luminance", "contrast"};
    images.statistics.values = Matrix<float>(5, 2);
    for (std::size_t i = 0; i < 5; ++i) {
        images.statistics.values(i, 0) = static_cast<float>(i) / 4;
        images.statistics.values(i, 1) = -static_cast<float>(i);
    }
    std::vector<std::uint8_t> rgb(5 * 2 * 3 * 3);
    for (std::size_t i = 0; i < rgb.size(); ++i)
        rgb[i] = static_cast<std::uint8_t>(i);
    images.thumbnails = thumbnails_in_memory(2, 3, rgb);
    return images;
}

Matrix<float> numbers(std::size_t rows, std::size_t cols, float scale = 1.0f) {
    Matrix<float> out(rows, cols);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < cols; ++j)
            out(i, j) = scale * (static_cast<float>(i) - 0.25f * static_cast<float>(j));
    return out;
}

TEST(NativeFormat, keeps_everything_about_images_models_and_layers) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "one.h5";
    ImageSet images = five_images();
    for (const char* name : {"photos/a.jpg", "photos/b.jpg", "", "../d.jpg", "e.jpg"})
        images.paths.push_back(*name == '\0' ? fs::path() : (folder.path() / name).lexically_normal());
    {
        ActivationsWriter writer(path, images);
        writer.add_model({.name = "vit_tiny",
                          .title = "ViT tiny",
                          .family = "transformer",
                          .objective = "classification",
                          .source = "trained here",
                          .preprocessing = "none",
                          .layers = {}});
        Layer layer{.name = "blocks.10",
                    .index = 1,
                    .depth = 1.0,
                    .module = "encoder.blocks.10",
                    .pooling = "cls",
                    .shape = {17, 4},
                    .rows = nullptr,
                    .unusable = {}};
        writer.add_layer("vit_tiny", layer, numbers(5, 4).view());
        layer.name = "blocks.2";
        layer.index = 0;
        layer.depth = 0.25;
        writer.add_layer("vit_tiny", layer, numbers(5, 3, 2.0f).view());
        writer.commit();
    }
    ThreadPool pool(1);
    const Dataset dataset = open_dataset({path}, {}, Task{pool});
    EXPECT_TRUE(dataset.warnings.empty());
    EXPECT_EQ(dataset.images.ids, images.ids);
    EXPECT_FALSE(dataset.images.ids_are_positions);
    EXPECT_EQ(dataset.images.labels, images.labels);
    EXPECT_EQ(dataset.images.label_names, images.label_names);
    EXPECT_EQ(dataset.images.label_of(1), "dog");
    EXPECT_EQ(dataset.images.label_of(4), "7");
    EXPECT_EQ(dataset.images.paths, images.paths);
    EXPECT_EQ(dataset.images.statistics.names, images.statistics.names);
    EXPECT_EQ(dataset.images.statistics.values, images.statistics.values);
    ASSERT_TRUE(dataset.images.thumbnails);
    for (std::size_t i = 0; i < 5; ++i) {
        const Thumbnail expected = images.thumbnails->read(i);
        const Thumbnail found = dataset.images.thumbnails->read(i);
        EXPECT_EQ(found.height, 2u);
        EXPECT_EQ(found.width, 3u);
        EXPECT_EQ(found.rgb, expected.rgb);
    }
    ASSERT_EQ(dataset.models.size(), 1u);
    const Model& model = dataset.models[0];
    EXPECT_EQ(model.title, "ViT tiny");
    EXPECT_EQ(model.family, "transformer");
    EXPECT_EQ(model.objective, "classification");
    EXPECT_EQ(model.source, "trained here");
    EXPECT_EQ(model.preprocessing, "none");
    ASSERT_EQ(model.layers.size(), 2u);
    EXPECT_EQ(model.layers[0].name, "blocks.2") << "ordered by index, not by place in the file";
    EXPECT_EQ(model.layers[0].depth, 0.25);
    EXPECT_EQ(model.layers[1].module, "encoder.blocks.10");
    EXPECT_EQ(model.layers[1].pooling, "cls");
    EXPECT_EQ(model.layers[1].shape, (std::vector<std::size_t>{17, 4}));
    ASSERT_EQ(dataset.inputs.size(), 1u);
    EXPECT_EQ(dataset.inputs[0].path, path);
    EXPECT_TRUE(dataset.inputs[0].sha256.empty());
}

class NativeTypes : public testing::TestWithParam<std::pair<ElementType, std::optional<int>>> {};

TEST_P(NativeTypes, come_back_as_they_were_written) {
    const auto [type, gzip] = GetParam();
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "one.h5";
    constexpr std::size_t n = 700; // several chunks, the last one short
    constexpr std::size_t d = 301;
    ImageSet images;
    for (std::size_t i = 0; i < n; ++i)
        images.ids.push_back("image " + std::to_string(i));
    Matrix<double> values(n, d);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < d; ++j) {
            values(i, j) = std::sin(static_cast<double>(i * d + j)) * 4.0;
            if (type == ElementType::float32)
                values(i, j) = static_cast<float>(values(i, j));
            if (type == ElementType::float16) // whole multiples of 2⁻⁸ below 4 are halves
                values(i, j) = std::round(values(i, j) * 256.0) / 256.0;
        }
    {
        ActivationsWriter writer(path, images);
        writer.add_model({.name = "m",
                          .title = {},
                          .family = {},
                          .objective = {},
                          .source = {},
                          .preprocessing = {},
                          .layers = {}});
        Layer layer;
        layer.name = "l";
        writer.add_layer("m", layer, *rows_in_memory(values), {.type = type, .gzip = gzip});
        writer.commit();
    }
    ThreadPool pool(1);
    const Dataset dataset = open_dataset({path}, {}, Task{pool});
    const Layer& layer = dataset.layer({0, 0});
    ASSERT_TRUE(layer.usable());
    EXPECT_EQ(layer.rows->element_type(), type);
    Matrix<double> all(n, d);
    layer.rows->read(0, all.view());
    EXPECT_EQ(all, values);
    Matrix<float> some(100, d + 3); // strided, in the middle
    layer.rows->read(333, MatrixView<float>(some.data(), 100, d, d + 3));
    for (std::size_t i = 0; i < 100; ++i)
        for (std::size_t j = 0; j < d; ++j)
            ASSERT_EQ(some(i, j), static_cast<float>(values(333 + i, j)));
    EXPECT_THROW(layer.rows->read(n - 1, MatrixView<float>(some.data(), 2, d)), Error);
}

INSTANTIATE_TEST_SUITE_P(All, NativeTypes,
                         testing::Values(std::pair{ElementType::float16, std::optional<int>{}},
                                         std::pair{ElementType::float16, std::optional<int>{6}},
                                         std::pair{ElementType::float32, std::optional<int>{}},
                                         std::pair{ElementType::float32, std::optional<int>{1}},
                                         std::pair{ElementType::float64, std::optional<int>{}}));

TEST(NativeFormat, keeps_halves_that_hdf5_itself_would_spoil) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "halves.h5";
    // 3.999 became 2 in HDF5 1.10.8; subnormals, the largest half, signed zero, infinity and NaN.
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> row{3.998046875f, 0x1p-24f, -0x1p-24f, 0x1.ff8p-15f,
                                 65504.0f,     -0.0f,    infinity,  nan};
    Matrix<float> values(2, row.size());
    for (std::size_t i = 0; i < 2; ++i)
        std::ranges::copy(row, values.row(i).begin());
    ImageSet images;
    images.ids = {"a", "b"};
    {
        ActivationsWriter writer(path, images);
        Model model;
        model.name = "m";
        writer.add_model(model);
        Layer layer;
        layer.name = "l";
        writer.add_layer("m", layer, values.view(), {.type = ElementType::float16, .gzip = {}});
        writer.commit();
    }
    ThreadPool pool(1);
    const Dataset dataset = open_dataset({path}, {}, Task{pool});
    Matrix<float> read(2, row.size());
    dataset.layer({0, 0}).rows->read(0, read.view());
    for (std::size_t j = 0; j + 1 < row.size(); ++j) {
        EXPECT_EQ(read(1, j), row[j]);
        EXPECT_EQ(std::signbit(read(1, j)), std::signbit(row[j]));
    }
    EXPECT_TRUE(std::isnan(read(1, row.size() - 1)));
}

TEST(ActivationsWriter, leaves_nothing_when_it_goes_uncommitted_or_fails) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "one.h5";
    std::ofstream(path) << "an older file";
    {
        ActivationsWriter writer(path, five_images());
        Model model;
        model.name = "m";
        writer.add_model(model);
        Layer layer;
        layer.name = "l";
        EXPECT_THROW(writer.add_layer("m", layer, numbers(4, 2).view()), Error)
            << "four rows for five images";
        EXPECT_THROW(writer.add_layer("m", layer, numbers(5, 2, 1e5f).view(),
                                      {.type = ElementType::float16, .gzip = {}}),
                     Error)
            << "too large for float16";
        EXPECT_THROW(writer.add_model(model), Error) << "the same name twice";
        model.name = "a/b";
        EXPECT_THROW(writer.add_model(model), Error);
    }
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        ++files;
        EXPECT_EQ(entry.path(), path);
    }
    EXPECT_EQ(files, 1u);
    std::string text;
    std::getline(std::ifstream(path), text);
    EXPECT_EQ(text, "an older file");
}

TEST(ActivationsWriter, writes_descriptions_whose_damage_is_told) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "one.h5";
    {
        ActivationsWriter writer(path, five_images());
        writer.add_model({.name = "m",
                          .title = {},
                          .family = {},
                          .objective = {},
                          .source = {},
                          .preprocessing = {},
                          .layers = {}});
        Layer layer;
        layer.name = "l";
        writer.add_layer("m", layer, numbers(5, 3).view());
        writer.commit();
    }
    std::ifstream in(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    const fs::path bad = folder.path() / "bad.h5";
    ThreadPool pool(1);
    std::size_t descriptions = 0;
    for (std::size_t at = bytes.find("OHDR"); at != std::string::npos; at = bytes.find("OHDR", at + 4)) {
        ++descriptions;
        std::string damaged = bytes;
        damaged[at + 12] = static_cast<char>(damaged[at + 12] ^ 0x01);
        std::ofstream(bad, std::ios::binary | std::ios::trunc) << damaged;
        bool told = false;
        try {
            told = !open_dataset({bad}, {}, Task{pool}).warnings.empty();
        } catch (const Error&) {
            told = true;
        }
        EXPECT_TRUE(told) << "byte " << at + 12;
    }
    EXPECT_GT(descriptions, 5U) << "of the root, images and what is in them, models, the model and its layer";
}

TEST(ActivationsWriter, says_where_it_can_not_write) {
    const support::TemporaryFolder folder;
    const auto kind_of = [](const fs::path& path) {
        try {
            const ActivationsWriter writer(path, five_images());
        } catch (const Error& error) {
            EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos) << error.what();
            return error.kind();
        }
        return ErrorKind::internal;
    };
    EXPECT_EQ(kind_of(folder.path() / "missing" / "one.h5"), ErrorKind::cannot_write);
    EXPECT_EQ(kind_of(folder.path()), ErrorKind::cannot_write);
}

} // namespace
} // namespace stratoscope::storage
