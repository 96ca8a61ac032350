// Other people's arrays: the numbers read are those that were written, whatever type, order and archive they
// lie in.
#include "core/base/error.h"
#include "core/base/float16.h"
#include "core/base/thread_pool.h"
#include "core/storage/array_folder.h"
#include "core/storage/hash.h"
#include "core/storage/open.h"
#include "tests/core/storage/array_bytes.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace stratoscope::storage {
namespace {

namespace fs = std::filesystem;
using test::bytes_of;

Dataset open(const fs::path& path, const OpenOptions& options = {}) {
    ThreadPool pool(1);
    return open_dataset({path}, options, Task{pool});
}

std::string refusal(const fs::path& path) {
    try {
        (void)open(path);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

/// Everything an opened file says in words.
std::string said(const Dataset& dataset) {
    std::string out;
    for (const Warning& warning : dataset.warnings)
        out += warning.layer + ": " + warning.message + "\n";
    return out;
}

std::vector<double> values_of(const Layer& layer) {
    EXPECT_TRUE(layer.usable()) << layer.name << " " << layer.unusable;
    if (!layer.usable())
        return {};
    Matrix<double> out(layer.rows->rows(), layer.rows->cols());
    layer.rows->read(0, out.view());
    Matrix<float> halved(out.rows(), out.cols());
    layer.rows->read(0, halved.view());
    for (std::size_t i = 0; i < out.rows(); ++i) // row by row, from the last: places are found again
        for (std::size_t j = 0; j < out.cols(); ++j) {
            Matrix<double> row(1, out.cols());
            layer.rows->read(out.rows() - 1 - i, row.view());
            EXPECT_EQ(row(0, j), out(out.rows() - 1 - i, j));
            EXPECT_EQ(halved(i, j), static_cast<float>(out(i, j)));
        }
    return {out.values().begin(), out.values().end()};
}

const std::vector<double> six{1, 2, 3, 4, 5, 6};

template <class T>
std::vector<T> as(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

class Arrays : public testing::Test {
  protected:
    support::TemporaryFolder folder;
    fs::path file(const std::string& name, const std::string& bytes) const {
        test::write(folder.path() / name, bytes);
        return folder.path() / name;
    }
    std::vector<double> only(const fs::path& path) const {
        const Dataset dataset = open(path);
        EXPECT_EQ(dataset.all_layers().size(), 1U);
        return values_of(dataset.models.at(0).layers.at(0));
    }
};

TEST_F(Arrays, EveryTypeOfNumberIsRead) {
    EXPECT_EQ(only(file("a.npy", test::npy("<f4", "(3, 2)", bytes_of(as<float>(six))))), six);
    EXPECT_EQ(only(file("a.npy", test::npy("<f8", "(3, 2)", bytes_of(six)))), six);
    EXPECT_EQ(only(file("a.npy", test::npy(">f8", "(3, 2)", bytes_of(six, true)))), six);
    EXPECT_EQ(only(file("a.npy", test::npy(">i4", "(3, 2)", bytes_of(as<std::int32_t>(six), true)))), six);
    EXPECT_EQ(only(file("a.npy", test::npy("|u1", "(3, 2)", bytes_of(as<std::uint8_t>(six))))), six);
    EXPECT_EQ(only(file("a.npy", test::npy("<i8", "(3, 2)", bytes_of(as<std::int64_t>(six))))), six);
    std::vector<std::uint16_t> halves;
    for (const double value : six)
        halves.push_back(float32_to_float16(static_cast<float>(value)));
    EXPECT_EQ(only(file("a.npy", test::npy("<f2", "(3, 2)", bytes_of(halves)))), six);
    EXPECT_EQ(only(file("a.npy", test::npy(">f2", "(3, 2)", bytes_of(halves, true)))), six);
    EXPECT_EQ(open(folder.path() / "a.npy").models[0].layers[0].rows->element_type(), ElementType::float16);
}

TEST_F(Arrays, FortranOrderIsTheSameMatrix) {
    EXPECT_EQ(only(file("a.npy", test::npy("<f8", "(3, 2)", bytes_of<double>({1, 3, 5, 2, 4, 6}), true))),
              six);
}

TEST_F(Arrays, VersionTwoHeadersAndOddSpacingAreRead) {
    EXPECT_EQ(only(file("a.npy", test::npy("<f8", "(3, 2)", bytes_of(six), false, 2))), six);
    EXPECT_EQ(
        only(file("a.npy", test::npy_with_header("{\"shape\":(3L,2L),'fortran_order':False,'descr':'<f8'}",
                                                 bytes_of(six)))),
        six);
}

TEST_F(Arrays, TokensArePooledAndTheClassTokenIsOneOfThem) {
    const fs::path path = file("a.npy", test::npy("<f8", "(2, 3, 1)", bytes_of(six)));
    EXPECT_EQ(values_of(open(path).models[0].layers[0]), (std::vector<double>{2, 5}));
    EXPECT_EQ(values_of(open(path, {.pooling = "cls"}).models[0].layers[0]), (std::vector<double>{1, 4}));
    EXPECT_EQ(values_of(open(path, {.pooling = "flatten"}).models[0].layers[0]), six);
    EXPECT_TRUE(open(path, {}).models[0].layers[0].pooled_on_reading) << "another can be chosen";
    const fs::path turned =
        file("b.npy", test::npy("<f8", "(2, 3, 1)", bytes_of<double>({1, 4, 2, 5, 3, 6}), true));
    EXPECT_EQ(values_of(open(turned, {.pooling = "cls"}).models[0].layers[0]), (std::vector<double>{1, 4}));
    EXPECT_EQ(values_of(open(turned, {.pooling = "max"}).models[0].layers[0]), (std::vector<double>{3, 6}));
}

TEST_F(Arrays, AnArchiveGivesLayersIdsAndLabels) {
    const std::string ids = test::npy("<U2", "(3,)", bytes_of<char32_t>({U'ä', U'1', U'b', 0, U'c', U'3'}));
    const test::Entries entries{{"deep.npy", test::npy("<f8", "(3, 2)", bytes_of(six))},
                                {"early.npy", test::npy("<f4", "(3, 1)", bytes_of<float>({7, 8, 9}))},
                                {"ids.npy", ids},
                                {"labels.npy", test::npy("<i8", "(3,)", bytes_of<std::int64_t>({0, 1, 0}))}};
    for (const bool deflate : {false, true})
        for (const bool zip64 : {false, true}) {
            const Dataset dataset =
                open(file("both.npz", test::zip(entries, {.deflate = deflate, .zip64 = zip64})));
            EXPECT_EQ(dataset.images.ids, (std::vector<std::string>{"ä1", "b", "c3"}));
            EXPECT_EQ(dataset.images.labels, (std::vector<std::int64_t>{0, 1, 0}));
            ASSERT_EQ(dataset.models.size(), 1U);
            EXPECT_EQ(dataset.models[0].name, "both");
            EXPECT_EQ(dataset.models[0].layers[0].name, "deep") << "the order of writing is kept";
            EXPECT_EQ(values_of(dataset.models[0].layers[0]), six);
            EXPECT_EQ(values_of(dataset.models[0].layers[1]), (std::vector<double>{7, 8, 9}));
        }
}

TEST_F(Arrays, ALargeDeflatedArrayIsReadFromAnyPlace) {
    // Over several of the places reading starts again from, and not of a kind that deflate makes nothing of.
    constexpr std::size_t rows = 3000;
    constexpr std::size_t cols = 1024;
    std::vector<double> values(rows * cols);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<double>((i * 2654435761U) % 1000003);
    const Dataset dataset =
        open(file("l.npz", test::zip({{"a.npy", test::npy("<f8", "(3000, 1024)", bytes_of(values))}},
                                     {.deflate = true})));
    const RowSource& source = *dataset.models[0].layers[0].rows;
    for (const std::size_t first : {std::size_t{0}, std::size_t{2990}, std::size_t{5}, std::size_t{1500},
                                    std::size_t{1100}, std::size_t{2995}}) {
        Matrix<double> block(5, cols);
        source.read(first, block.view());
        for (std::size_t i = 0; i < 5; ++i)
            EXPECT_TRUE(std::ranges::equal(block.row(i), std::span(values).subspan((first + i) * cols, cols)))
                << first;
    }
}

TEST_F(Arrays, SafetensorsAreReadInNaturalOrder) {
    const std::string header =
        R"({"__metadata__":{"format":"pt"},"net/block10":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},)"
        R"("net/block2":{"dtype":"BF16","shape":[3,1],"data_offsets":[24,30]}})";
    const std::string data = bytes_of(as<float>(six)) + bytes_of<std::uint16_t>({0x3F80, 0x4000, 0xC040});
    const Dataset dataset = open(file("x.safetensors", test::safetensors(header, data)));
    ASSERT_EQ(dataset.models.at(0).layers.size(), 2U);
    EXPECT_EQ(dataset.models[0].name, "net");
    EXPECT_EQ(dataset.models[0].layers[0].name, "block2");
    EXPECT_EQ(values_of(dataset.models[0].layers[0]), (std::vector<double>{1, 2, -3}));
    EXPECT_EQ(values_of(dataset.models[0].layers[1]), six);
}

TEST_F(Arrays, TorchTensorsAreReadWhateverTheirStrides) {
    const std::string pickle = test::pickled_dictionary(
        {{"plain", test::pickled_tensor("FloatStorage", "0", 0, {3, 2}, {2, 1})},
         {"turned", test::pickled_tensor("FloatStorage", "0", 0, {2, 3}, {1, 2})},
         {"second_half", test::pickled_tensor("FloatStorage", "0", 4, {2, 1}, {1, 1})},
         {"every_other", test::pickled_tensor("FloatStorage", "0", 0, {3, 1}, {2, 2})}});
    const fs::path path = file("x.pt", test::torch_archive(pickle, {{"0", bytes_of(as<float>(six))}}));
    const Dataset dataset = open(path);
    const std::vector<Layer>& layers = dataset.models.at(0).layers;
    ASSERT_EQ(layers.size(), 4U);
    EXPECT_EQ(values_of(layers[0]), six);
    EXPECT_EQ(values_of(layers[3]), (std::vector<double>{1, 3, 5}));
    EXPECT_NE(layers[1].unusable.find("2 rows"), std::string::npos) << "another number of images";
    const std::string turned =
        "\x80\x02" + test::pickled_tensor("FloatStorage", "0", 0, {2, 3}, {1, 2}) + ".";
    EXPECT_EQ(only(file("y.pt", test::torch_archive(turned, {{"0", bytes_of(as<float>(six))}}))),
              (std::vector<double>{1, 3, 5, 2, 4, 6}));
}

TEST_F(Arrays, AFolderIsModelsOfLayersWithItsListsOfIds) {
    file("vit/block_10.npy", test::npy("<f8", "(3, 2)", bytes_of(six)));
    file("vit/block_2.npy", test::npy("<f8", "(3, 1)", bytes_of<double>({1, 2, 3})));
    file("cnn/all.npz", test::zip({{"a.npy", test::npy("<f8", "(3, 2)", bytes_of(six))}}));
    file("ids.txt", "\xEF\xBB\xBFone.jpg\r\ntwo words.jpg\r\nthree.jpg\r\n");
    file("labels.txt", "cat\ndog\ncat\n");
    file("notes.md", "not an array");
    const Dataset dataset = open(folder.path());
    EXPECT_EQ(dataset.images.ids, (std::vector<std::string>{"one.jpg", "two words.jpg", "three.jpg"}));
    EXPECT_EQ(dataset.images.label_of(1), "dog");
    ASSERT_EQ(dataset.models.size(), 2U);
    EXPECT_EQ(dataset.models[1].name, "vit");
    EXPECT_EQ(dataset.models[1].layers[0].name, "block_2");
    EXPECT_TRUE(holds_arrays(folder.path()));
    // The hash of a folder is that of what is in it.
    ThreadPool pool(1);
    const Task task{pool};
    const std::string before = sha256_of(folder.path(), task);
    EXPECT_EQ(before.size(), 64U);
    EXPECT_EQ(sha256_of(folder.path(), task), before);
    file("vit/block_2.npy", test::npy("<f8", "(3, 1)", bytes_of<double>({1, 2, 4})));
    EXPECT_NE(sha256_of(folder.path(), task), before);
}

TEST_F(Arrays, ThingsvisionsFoldersAreLayersAndItsPiecesOne) {
    file("resnet/conv1/features_0-2.npy", test::npy("<f8", "(2, 2)", bytes_of<double>({1, 2, 3, 4})));
    file("resnet/conv1/features_2-3.npy", test::npy("<f8", "(1, 2)", bytes_of<double>({5, 6})));
    file("resnet/fc/features.npy", test::npy("<f8", "(3, 2)", bytes_of(six)));
    file("resnet/file_names.txt", "a/1.jpg\na/2.jpg\nb/1.jpg\n");
    const Dataset dataset = open(folder.path() / "resnet");
    EXPECT_EQ(dataset.images.ids.at(2), "b/1.jpg");
    ASSERT_EQ(dataset.models.size(), 1U);
    EXPECT_EQ(dataset.models[0].name, "resnet");
    ASSERT_EQ(dataset.models[0].layers.size(), 2U) << said(dataset);
    EXPECT_EQ(dataset.models[0].layers[0].name, "conv1");
    EXPECT_EQ(values_of(dataset.models[0].layers[0]), six);
    // One of them by itself finds the list in the folder above.
    EXPECT_EQ(open(folder.path() / "resnet/fc/features.npy").images.ids.at(0), "a/1.jpg");
}

TEST_F(Arrays, ListsThatDisagreeAreNotGuessedFrom) {
    file("a/x.npy", test::npy("<f8", "(3, 2)", bytes_of(six)));
    file("b/x.npy", test::npy("<f8", "(3, 2)", bytes_of(six)));
    file("a/ids.txt", "1\n2\n3\n");
    file("b/ids.txt", "3\n2\n1\n");
    EXPECT_NE(refusal(folder.path()).find("name their images differently"), std::string::npos);
    // Opened together they are matched by id.
    ThreadPool pool(1);
    const Dataset joined = open_dataset({folder.path() / "a", folder.path() / "b"}, {}, Task{pool});
    EXPECT_EQ(values_of(joined.models.at(1).layers.at(0)), (std::vector<double>{5, 6, 3, 4, 1, 2}));
}

TEST_F(Arrays, AListOfAnotherLengthIsNamedAndNotUsed) {
    file("ids.txt", "1\n2\n");
    const Dataset dataset = open(file("x.npy", test::npy("<f8", "(3, 2)", bytes_of(six))));
    EXPECT_TRUE(dataset.images.ids_are_positions);
    EXPECT_NE(said(dataset).find("ids.txt has 2 entries for 3 images"), std::string::npos) << said(dataset);
}

} // namespace
} // namespace stratoscope::storage
