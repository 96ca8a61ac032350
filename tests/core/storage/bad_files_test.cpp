// Files that other programs wrote, or that are damaged: opened as far as they can be, refused in words
// otherwise.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/storage/open.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <numeric>

namespace stratoscope::storage {
namespace {

namespace fs = std::filesystem;

// A file made with HDF5's own calls, as a foreign program would.
class RawFile {
  public:
    explicit RawFile(const fs::path& path)
        : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
    ~RawFile() { H5Fclose(file_); }
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    void index(const char* name, int value) {
        const hid_t set = H5Dopen2(file_, name, H5P_DEFAULT);
        const hid_t space = H5Screate(H5S_SCALAR);
        const hid_t attribute = H5Acreate2(set, "index", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT);
        H5Awrite(attribute, H5T_NATIVE_INT, &value);
        H5Aclose(attribute);
        H5Sclose(space);
        H5Dclose(set);
    }
    void group(const char* name) { H5Gclose(H5Gcreate2(file_, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)); }
    void floats(const char* name, const std::vector<hsize_t>& shape) {
        const hsize_t count = std::accumulate(shape.begin(), shape.end(), hsize_t{1}, std::multiplies<>());
        std::vector<float> values(count);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>((i * 7919) % 1000) / 1000.0F;
        const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
        const hid_t set =
            H5Dcreate2(file_, name, H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        H5Dclose(set);
        H5Sclose(space);
    }
    // Declared, chunked and never written: the file is small, the dataset as large as it likes.
    void declared(const char* name, const std::vector<hsize_t>& shape) {
        const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
        const hid_t plan = H5Pcreate(H5P_DATASET_CREATE);
        const std::vector<hsize_t> chunk(shape.size(), 16);
        H5Pset_chunk(plan, static_cast<int>(chunk.size()), chunk.data());
        H5Dclose(H5Dcreate2(file_, name, H5T_IEEE_F32LE, space, H5P_DEFAULT, plan, H5P_DEFAULT));
        H5Pclose(plan);
        H5Sclose(space);
    }
    // Compressed in one chunk of which a few bytes are there: the file is small, what it claims to unpack to
    // is not.
    void packed(const char* name, const std::vector<hsize_t>& shape, const std::vector<hsize_t>& chunk) {
        const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
        const hid_t plan = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(plan, static_cast<int>(chunk.size()), chunk.data());
        H5Pset_deflate(plan, 9);
        const hid_t set = H5Dcreate2(file_, name, H5T_STD_I8LE, space, H5P_DEFAULT, plan, H5P_DEFAULT);
        const std::vector<hsize_t> first(shape.size(), 0);
        const std::array<char, 16> bytes{};
        H5Dwrite_chunk(set, H5P_DEFAULT, 0, first.data(), bytes.size(), bytes.data());
        H5Dclose(set);
        H5Pclose(plan);
        H5Sclose(space);
    }
    void texts(const char* name, hsize_t count) {
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, 8);
        const hid_t space = H5Screate_simple(1, &count, nullptr);
        const hid_t set = H5Dcreate2(file_, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        std::vector<char> values(count * 8, 'x');
        H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        H5Dclose(set);
        H5Sclose(space);
        H5Tclose(type);
    }
    /// "image 0", "image 1", … as h5py writes them.
    void varying_texts(const char* name, hsize_t count) {
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        const hid_t space = H5Screate_simple(1, &count, nullptr);
        const hid_t set = H5Dcreate2(file_, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        std::vector<std::string> texts(count);
        std::vector<const char*> pointers(count);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            texts[i] = "image " + std::to_string(i);
            pointers[i] = texts[i].c_str();
        }
        H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data());
        H5Dclose(set);
        H5Sclose(space);
        H5Tclose(type);
    }

  private:
    hid_t file_;
};

Dataset open(const fs::path& path) {
    ThreadPool pool(1);
    return open_dataset({path}, {}, Task{pool});
}

std::string refusal(const fs::path& path) {
    try {
        (void)open(path);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

bool warned(const Dataset& dataset, const std::string& word) {
    return std::ranges::any_of(dataset.warnings, [&](const Warning& warning) {
        return warning.message.find(word) != std::string::npos ||
               warning.layer.find(word) != std::string::npos;
    });
}

class BadFiles : public testing::Test {
  protected:
    support::TemporaryFolder folder;
    fs::path path = folder.path() / "some.h5";
};

TEST_F(BadFiles, AForeignFileOpensGroupByGroup) {
    {
        RawFile file(path);
        file.group("net");
        file.floats("net/layer10", {40, 3});
        file.floats("net/layer2", {40, 5});
        file.floats("net/tokens", {40, 6, 4});
    }
    const Dataset dataset = open(path);
    ASSERT_EQ(dataset.models.size(), 1U);
    ASSERT_EQ(dataset.models[0].layers.size(), 3U);
    EXPECT_EQ(dataset.models[0].layers[0].name, "layer2") << "natural order";
    EXPECT_EQ(dataset.models[0].layers[2].rows->cols(), 4U) << "tokens are pooled by their mean";
    EXPECT_TRUE(dataset.images.ids_are_positions);
}

TEST_F(BadFiles, AGuessedOrderOfLayersIsToldAndCanBeSet) {
    int files = 0; // one that is open is not written again
    const auto opened = [&](const std::vector<std::string>& names, bool indexed) {
        const fs::path one = folder.path() / ("file" + std::to_string(files++) + ".h5");
        {
            RawFile file(one);
            file.group("net");
            for (std::size_t i = 0; i < names.size(); ++i) {
                const std::string name = "net/" + names[i];
                file.floats(name.c_str(), {40, 3});
                if (indexed)
                    file.index(name.c_str(), static_cast<int>(i));
            }
        }
        return open(one);
    };
    const std::vector<std::string> names{"stem", "layer1", "layer2", "head"};
    const Dataset guessed = opened(names, false);
    EXPECT_EQ(guessed.models.at(0).layers.front().name, "head") << "by the alphabet";
    EXPECT_TRUE(warned(guessed, "guessed from their names (head, layer1, layer2, stem)"));
    const Dataset set = opened(names, true);
    EXPECT_EQ(set.models.at(0).layers.front().name, "stem");
    EXPECT_EQ(set.models.at(0).layers.back().name, "head");
    EXPECT_FALSE(warned(set, "guessed"));
    for (const std::vector<std::string>& numbered : {std::vector<std::string>{"layer1", "layer2", "layer10"},
                                                     {"00_conv1", "01_fc"},
                                                     {"block0.0", "block0.1"},
                                                     {"only"}})
        EXPECT_FALSE(warned(opened(numbered, false), "guessed")) << numbered.front();
    // Which of the two comes first in a block?
    EXPECT_TRUE(warned(opened({"block0.mlp", "block0.attention", "block1.mlp"}, false), "guessed"));
}

TEST_F(BadFiles, TextsBesideNumbersArePassedOver) {
    {
        RawFile file(path);
        file.group("net");
        file.floats("net/layer", {40, 3});
        file.texts("net/names", 40);
    }
    EXPECT_EQ(open(path).models.at(0).layers.size(), 1U);
}

TEST_F(BadFiles, NothingButTextsIsRefusedWithTheFileNamed) {
    {
        RawFile file(path);
        file.texts("names", 40);
    }
    EXPECT_NE(refusal(path).find("some.h5"), std::string::npos) << refusal(path);
}

TEST_F(BadFiles, AnEmptyHdf5FileIsRefused) {
    { RawFile file(path); }
    EXPECT_NE(refusal(path).find("some.h5"), std::string::npos) << refusal(path);
}

TEST_F(BadFiles, ALayerOfAnotherNumberOfImagesIsNamedAndLeftOut) {
    {
        RawFile file(path);
        file.group("net");
        file.floats("net/a", {40, 3});
        file.floats("net/b", {40, 3});
        file.floats("net/short", {39, 3});
    }
    const Dataset dataset = open(path);
    std::size_t usable = 0;
    for (const Model& model : dataset.models)
        usable += static_cast<std::size_t>(std::ranges::count_if(model.layers, &Layer::usable));
    EXPECT_EQ(usable, 2U);
    EXPECT_TRUE(warned(dataset, "short"));
}

TEST_F(BadFiles, AnAbsurdSizeTakesNoMemory) {
    {
        RawFile file(path);
        file.group("net");
        file.declared("net/huge", {hsize_t{1} << 40, hsize_t{1} << 20});
    }
    // Either the file or the layer is refused; what counts is that nothing is allocated for it, and nothing
    // hangs.
    const std::string text = refusal(path);
    if (text.empty()) {
        const Dataset dataset = open(path);
        EXPECT_FALSE(dataset.models.at(0).layers.at(0).usable());
    } else {
        EXPECT_NE(text.find("huge"), std::string::npos) << text;
    }
}

TEST_F(BadFiles, AFewPackedBytesThatClaimMuchTakeNoMemory) {
    constexpr hsize_t chunk = hsize_t{1} << 29;
    {
        RawFile file(path);
        file.group("models");
        file.group("models/m");
        file.group("models/m/layers");
        file.floats("models/m/layers/a", {40, 3});
        file.packed("models/m/layers/b", {40, 3}, {40, chunk / 40}); // little, in a chunk of much
        file.group("images");
        file.packed("images/labels", {chunk * 1000}, {chunk});
        file.packed("images/label_names", {chunk * 1000}, {chunk});
        file.packed("images/statistics", {chunk, 1000}, {chunk, 1});
    }
    const Dataset dataset = open(path);
    EXPECT_TRUE(dataset.images.labels.empty());
    EXPECT_TRUE(dataset.images.statistics.empty());
    EXPECT_TRUE(warned(dataset, "far more values than the file holds"));
    ASSERT_EQ(dataset.models.at(0).layers.size(), 1U);
    EXPECT_EQ(dataset.models[0].layers[0].name, "a");
}

TEST_F(BadFiles, DamagedTextsAndTypesAreRefusedAndNeverCrash) {
    {
        RawFile file(path);
        file.floats("layer", {40, 3});
        file.varying_texts("ids", 40);
    }
    EXPECT_EQ(open(path).images.ids.at(7), "image 7");
    std::ifstream in(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    const std::size_t heap = bytes.find("GCOL");
    ASSERT_NE(heap, std::string::npos);
    const std::size_t first_text = heap + 32;
    // Where the first texts lie: length (4), heap (8), number in it (4); the heap's first object begins 16
    // bytes before its text: number (2), references (2), nothing (4), length (8).
    std::string place("\7\0\0\0", 4);
    for (std::size_t i = 0; i < 8; ++i)
        place += static_cast<char>(heap >> (8 * i) & 0xFFU);
    const std::size_t places = bytes.find(place);
    ASSERT_NE(places, std::string::npos);
    const fs::path bad = folder.path() / "bad.h5";
    for (const std::size_t at :
         {places, places + 1, places + 3, places + 5, places + 11, places + 12, places + 14, heap, heap + 9,
          heap + 12, heap + 15, first_text - 16, first_text - 15, first_text - 8, first_text - 7,
          first_text - 5, first_text - 1}) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x5A);
        std::ofstream(bad, std::ios::binary | std::ios::trunc) << damaged;
        const std::string said = refusal(bad);
        if (said.empty()) {
            EXPECT_TRUE(open(bad).images.ids_are_positions) << at;
        } else {
            EXPECT_NE(said.find("bad.h5"), std::string::npos) << said;
        }
    }
}

TEST_F(BadFiles, NumbersWithBitsOutsideTheirBytesAreRefused) {
    {
        RawFile file(path);
        file.floats("layer", {40, 3});
    }
    std::ifstream in(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    // A float32 in a header: bit offset 0, precision 32, exponent at 23 of 8 bits, mantissa at 0 of 23, bias
    // 127.
    const std::size_t type = bytes.find(std::string("\0\0\x20\0\x17\x08\0\x17\x7f\0\0\0", 12));
    ASSERT_NE(type, std::string::npos);
    bytes[type + 4] = static_cast<char>(200);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    const Layer layer = open(path).models.at(0).layers.at(0);
    EXPECT_NE(layer.unusable.find("bits"), std::string::npos) << layer.unusable;
}

TEST_F(BadFiles, EveryTruncationIsRefusedOrReadsWhatIsThere) {
    {
        RawFile file(path);
        file.group("net");
        file.floats("net/a", {40, 30});
    }
    std::ifstream in(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    const fs::path cut = folder.path() / "cut.h5";
    for (std::size_t size = 0; size < bytes.size(); size += 97) {
        std::ofstream(cut, std::ios::binary | std::ios::trunc) << bytes.substr(0, size);
        EXPECT_NE(refusal(cut).find("cut.h5"), std::string::npos) << size;
    }
}

} // namespace
} // namespace stratoscope::storage
