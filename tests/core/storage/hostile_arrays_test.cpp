// Arrays that are damaged or mean harm: refused in words that name the file, without memory taken, and
// nothing crashes.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/storage/open.h"
#include "tests/core/storage/array_bytes.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace stratoscope::storage {
namespace {

namespace fs = std::filesystem;
using test::bytes_of;

const std::string numbers = bytes_of<double>({1, 2, 3, 4, 5, 6});

class HostileArrays : public testing::Test {
  protected:
    support::TemporaryFolder folder;

    /// What opening and reading every layer says: the error, else all warnings.
    std::string answer(const std::string& name, const std::string& bytes) const {
        test::write(folder.path() / name, bytes);
        return answer_of(folder.path() / name);
    }
    static std::string answer_of(const fs::path& path) {
        ThreadPool pool(1);
        try {
            const Dataset dataset = open_dataset({path}, {}, Task{pool});
            std::string text = "opened";
            for (const Warning& warning : dataset.warnings)
                text += "; " + warning.layer + ": " + warning.message;
            for (const LayerId id : dataset.all_layers())
                if (const Layer& layer = dataset.layer(id); layer.usable()) {
                    EXPECT_LT(layer.rows->rows() * layer.rows->cols(), 1000U)
                        << "more than the file can hold";
                    Matrix<double> values(layer.rows->rows(), layer.rows->cols());
                    layer.rows->read(0, values.view());
                }
            return text;
        } catch (const Error& error) {
            return error.what();
        }
    }
    void expect(const std::string& name, const std::string& bytes, const std::string& word) const {
        const std::string text = answer(name, bytes);
        EXPECT_NE(text.find(word), std::string::npos) << name << " says: " << text;
        EXPECT_NE(text.find(name.substr(0, name.find('.'))), std::string::npos) << text;
    }
};

TEST_F(HostileArrays, NumPyHeaders) {
    expect("cut.npy", test::npy("<f8", "(3, 2)", numbers.substr(1)), "cut short");
    expect("huge.npy", test::npy("<f8", "(4611686018427387904, 4611686018427387904)", numbers), "addresses");
    expect("large.npy", test::npy("<f8", "(1000000000, 1000000000)", numbers), "cut short");
    expect("negative.npy", test::npy("<f8", "(-3, 2)", numbers), "no list of sizes");
    expect("endless.npy", test::npy_with_header("{'descr': '<f8', 'shape': (3, 2", numbers), "damaged");
    expect("deep.npy", test::npy_with_header("{'descr': " + std::string(60000, '['), numbers),
           "without an end");
    expect("code.npy", test::npy_with_header("{'descr': __import__('os'), 'shape': (3, 2)}", numbers),
           "damaged");
    expect("objects.npy", test::npy("|O", "(3, 2)", numbers), "Python objects");
    expect("complex.npy", test::npy("<c16", "(3, 2)", numbers), "complex");
    expect("empty.npy", test::npy("<f8", "(0, 2)", numbers), "is empty");
    expect("none.npy", test::npy("<f8", "()", numbers), "single number");
    expect("fortran.npy", test::npy("<f8", "(9223372036854775807, 9223372036854775807)", numbers, true),
           "addresses");
}

TEST_F(HostileArrays, Archives) {
    const test::Entries one{{"a.npy", test::npy("<f8", "(3, 2)", numbers)}};
    expect("bomb.npz", test::zip(one, {.deflate = true, .claimed_size = std::uint64_t{1} << 32U}), "bomb");
    expect("bomb64.npz",
           test::zip(one, {.deflate = true, .zip64 = true, .claimed_size = std::uint64_t{1} << 62U}),
           "far more than it can");
    expect("crc.npz", test::zip(one, {.deflate = true, .wrong_crc = true}), "checksum");
    // A claim of more than there is, small enough to be plausible, ends in words when it is read.
    const test::Entries claims{{"a.npy", test::npy("<f8", "(30, 2)", numbers)}};
    expect("claims.npz", test::zip(claims, {.deflate = true, .claimed_size = 128 + 480}), "end before");
    expect("notes.npz", test::zip({{"readme.txt", "hello"}}), "neither NumPy arrays nor torch tensors");
    EXPECT_EQ(answer("escape.npz", test::zip({{"../../etc/x.npy", test::npy("<f8", "(3, 2)", numbers)}})),
              "opened")
        << "a name that leads elsewhere is a name";
    std::string pairs = test::zip(one) + std::string(100, 'x');
    expect("tail.npz", pairs, "cut short");
}

TEST_F(HostileArrays, Safetensors) {
    const auto header = [](const std::string& entry) { return "{\"a\":" + entry + "}"; };
    expect("h.safetensors",
           test::safetensors(header(R"({"dtype":"F64","shape":[3,2],"data_offsets":[0,96]})"), numbers),
           "claims bytes");
    expect("h.safetensors",
           test::safetensors(header(R"({"dtype":"F64","shape":[3,2],"data_offsets":[40,8]})"), numbers),
           "claims bytes");
    expect("h.safetensors",
           test::safetensors(header(R"({"dtype":"F64","shape":[3,9],"data_offsets":[0,48]})"), numbers),
           "cut short");
    expect("h.safetensors",
           test::safetensors(header(R"({"dtype":"F8_E5M2","shape":[3,2],"data_offsets":[0,6]})"), numbers),
           "type this program lacks");
    expect("h.safetensors",
           test::safetensors(header(R"({"dtype":"F64","shape":[-3,2],"data_offsets":[0,48]})"), numbers),
           "no list of sizes");
    expect("h.safetensors", test::safetensors("{\"a\":" + std::string(100000, '['), numbers),
           "no JSON object");
    expect("h.safetensors",
           test::safetensors(header(std::string(50000, '[') + std::string(50000, ']')), numbers),
           "no JSON object");
    expect("h.safetensors", test::safetensors("[]", numbers), "no JSON object");
    expect("h.safetensors", bytes_of<std::uint64_t>({std::uint64_t{1} << 60U}) + "{}", "header of");
}

TEST_F(HostileArrays, TorchFiles) {
    const auto archive = [&](const std::string& pickle) {
        return test::torch_archive(pickle, {{"0", numbers}});
    };
    const auto tensor = [](std::uint32_t offset, std::vector<std::uint32_t> sizes,
                           std::vector<std::uint32_t> strides) {
        return "\x80\x02" + test::pickled_tensor("DoubleStorage", "0", offset, sizes, strides) + ".";
    };
    expect("t.pt", archive(tensor(0, {4, 2}, {2, 1})), "cut short");
    expect("t.pt", archive(tensor(0, {3, 2}, {3000000000U, 1})), "has sizes that are none");
    expect("t.pt", archive(tensor(0, {3, 2}, {2000000000U, 2000000000U})), "cut short");
    expect("t.pt", archive(tensor(0, {2000000000U, 2000000000U}, {0, 0})), "addresses");
    expect("t.pt", archive(tensor(2000000000U, {3, 2}, {2, 1})), "behind the end");
    expect("t.pt", archive(tensor(0, {3, 2, 1}, {2, 1})), "has sizes that are none");
    expect("t.pt", test::torch_archive(tensor(0, {3, 2}, {2, 1}), {}), "missing");
    // What would run a command when unpickled by Python is only named.
    expect("t.pt",
           archive("\x80\x02"
                   "cposix\nsystem\nK\x01\x85R."),
           "posix system");
    expect("t.pt", archive("\x80\x02i."), "operation 105");
    expect("t.pt", archive("\x80\x02R."), "without its values");
    expect("t.pt", archive(std::string("\x80\x02h\x05.", 5)), "not saved before");
    expect("t.pt", archive("\x80\x02]("), "end of the file");
    // A list that holds itself, and lists of lists doubled thirty times over.
    expect("t.pt",
           archive(std::string("\x80\x02]q\x00h\x00"
                               "a.",
                               9)),
           "no tensors");
    std::string doubled("\x80\x02]q\x00", 5);
    for (char i = 1; i < 31; ++i)
        doubled +=
            std::string("]q") + i + "(h" + static_cast<char>(i - 1) + "h" + static_cast<char>(i - 1) + "e";
    expect("t.pt", archive(doubled + "."), "no tensors");
    expect("t.pt", archive("\x80\x02" + std::string(5000000, '(')), "more marks");
    expect("model.pt", test::zip({{"m/data.pkl", "\x80\x02N."}, {"m/code/__torch__.py", ""}}), "TorchScript");
}

TEST_F(HostileArrays, FoldersAndOddFiles) {
    EXPECT_NE(answer_of(folder.path()).find("no arrays in this folder"), std::string::npos);
    EXPECT_NE(answer_of(folder.path() / "missing.npy").find("no such file"), std::string::npos);
    test::write(folder.path() / "deep/a.npy", "\x93NUMPY");
    fs::create_directory_symlink(folder.path(), folder.path() / "deep/circle");
    ASSERT_EQ(::mkfifo((folder.path() / "pipe.npy").c_str(), 0600), 0);
    EXPECT_NE(answer_of(folder.path()).find("cut short"), std::string::npos) << answer_of(folder.path());
    EXPECT_NE(answer_of(folder.path() / "pipe.npy").find("not an ordinary file"), std::string::npos);
}

/// Each format once, small.
std::vector<std::pair<std::string, std::string>> samples() {
    const std::string array = test::npy("<f8", "(3, 2)", numbers);
    const std::string ids = test::npy("<U2", "(3,)", bytes_of<char32_t>({U'a', U'1', U'b', 0, U'c', U'3'}));
    const std::string header = R"({"a":{"dtype":"F64","shape":[3,2],"data_offsets":[0,48]}})";
    const std::string pickle =
        test::pickled_dictionary({{"a", test::pickled_tensor("DoubleStorage", "0", 0, {3, 2}, {2, 1})},
                                  {"b", test::pickled_tensor("DoubleStorage", "0", 0, {2, 3}, {1, 2})}});
    return {
        {"f.npy", array},
        {"f.npz", test::zip({{"a.npy", array}, {"ids.npy", ids}})},
        {"deflated.npz", test::zip({{"a.npy", array}, {"ids.npy", ids}}, {.deflate = true, .zip64 = true})},
        {"f.safetensors", test::safetensors(header, numbers)},
        {"f.pt", test::torch_archive(pickle, {{"0", numbers}})}};
}

TEST_F(HostileArrays, EveryTruncationIsRefusedInWords) {
    for (const auto& [name, bytes] : samples())
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const std::string text = answer(name, bytes.substr(0, size));
            EXPECT_FALSE(text == "opened") << name << " cut to " << size;
        }
}

TEST_F(HostileArrays, NoFlippedByteCrashes) {
    for (const auto& [name, bytes] : samples()) {
        EXPECT_EQ(answer(name, bytes).substr(0, 6), "opened") << name;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
                std::string bad = bytes;
                bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ flip);
                EXPECT_FALSE(answer(name, bad).empty()) << name << " byte " << i;
            }
    }
}

} // namespace
} // namespace stratoscope::storage
