// Comparisons that were broken off and go on from their checkpoint: the same bits as unbroken ones; and
// checkpoints that are damaged or of another question.
#include "core/base/error.h"
#include "core/engine/device_pass.h"
#include "core/measures/checkpoint.h"
#include "tests/core/measures/comparing.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>

namespace stratoscope::measures {
namespace {

using support::normal_rows;

class Checkpoints : public testing::Test {
  protected:
    static CompareRequest request() {
        CompareRequest out;
        out.measures = {{"information_imbalance", 1},
                        {"information_imbalance", 8},
                        {"overlap", 5},
                        {"cknna", 4},
                        {"cka_unbiased", {}},
                        {"cka_rbf", {}},
                        {"rsa_spearman", {}},
                        {"procrustes", {}}};
        out.distance = Distance::cosine; // ranks in one pass, kernels in another
        return out;
    }

    std::vector<Comparison> compared(const CompareRequest& request, Checkpoint* checkpoint) const {
        ThreadPool pool(2);
        engine::LayerStore layers;
        return compare(data_, request, layers, Task{pool}, {}, checkpoint);
    }

    // A checkpoint a block; `all` gets every state that the file has from now on.
    static Checkpoint recording(const std::string& bytes, std::vector<std::string>& all) {
        return Checkpoint({"here", bytes,
                           [&all](Checkpoint::Parts parts) {
                               std::string written;
                               for (const auto& part : parts)
                                   written.append(reinterpret_cast<const char*>(part.data()), part.size());
                               all.push_back(written);
                           }},
                          std::chrono::milliseconds(0));
    }

    std::vector<std::string> states() { return states(request()); }
    std::vector<std::string> states(const CompareRequest& asked) {
        std::vector<std::string> all;
        Checkpoint checkpoint = recording("", all);
        (void)compared(asked, &checkpoint);
        return all;
    }
    static Checkpoint from(const std::string& bytes) {
        return Checkpoint({"here", bytes, [](Checkpoint::Parts) {}});
    }

    static void expect_same(const std::vector<Comparison>& found, const std::vector<Comparison>& expected) {
        ASSERT_EQ(found.size(), expected.size());
        const auto same = [](const Matrix<double>& a, const Matrix<double>& b) {
            return a.rows() == b.rows() &&
                   std::memcmp(a.data(), b.data(), a.values().size() * sizeof(double)) == 0;
        };
        for (std::size_t m = 0; m < found.size(); ++m) {
            const std::string& what = expected[m].definition.measure;
            EXPECT_TRUE(same(found[m].value, expected[m].value)) << what;
            EXPECT_TRUE(same(found[m].standard_error, expected[m].standard_error)) << what;
            EXPECT_TRUE(same(found[m].null_value, expected[m].null_value)) << what;
            EXPECT_EQ(found[m].rechecks, expected[m].rechecks) << what;
            ASSERT_EQ(found[m].image_means == nullptr, expected[m].image_means == nullptr);
            if (found[m].image_means != nullptr) {
                EXPECT_EQ(found[m].image_means->overall, expected[m].image_means->overall) << what;
            }
        }
    }

    Dataset data_ =
        support::dataset_of({normal_rows(200, 12, 1), normal_rows(200, 40, 2), normal_rows(200, 3, 3)});
};

// Whether the part of the program that links LibTorch is in this process.
bool torch_is_loaded() {
    std::ifstream maps("/proc/self/maps");
    const std::string all{std::istreambuf_iterator<char>(maps), {}};
    return all.find("stratoscope_torch_device") != std::string::npos;
}

TEST_F(Checkpoints, OnTheProcessorsNeedNoTorch) {
    if (torch_is_loaded())
        GTEST_SKIP() << "an earlier test loaded it; alone this one can tell";
    (void)states();
    EXPECT_FALSE(torch_is_loaded());
}

TEST_F(Checkpoints, GoOnFromAnyStateWithTheSameBits) {
    const std::vector<Comparison> expected = compared(request(), nullptr);
    const std::vector<std::string> all = states();
    ASSERT_GE(all.size(), 6U) << "several blocks of two passes";
    for (const std::string& state : all) {
        Checkpoint checkpoint = from(state);
        expect_same(compared(request(), &checkpoint), expected);
    }
}

TEST_F(Checkpoints, KeepFinishedPassesWhenAnotherRunGoesOn) {
    const std::vector<std::string> all = states();
    for (std::size_t at = 0; at < all.size(); ++at) {
        std::vector<std::string> written;
        Checkpoint checkpoint = recording(all[at], written);
        (void)compared(request(), &checkpoint);
        ASSERT_EQ(written.empty(), at + 1 == all.size());
        if (!written.empty()) {
            EXPECT_TRUE(written.back() == all.back()) << "from state " << at;
        }
    }
}

TEST_F(Checkpoints, GoOnOnADeviceWithTheSameBits) {
    const std::vector<std::string> devices = engine::devices();
    if (devices.size() == 1)
        GTEST_SKIP() << "there is no device but the processors";
    for (const std::string& device : devices) {
        if (engine::is_own_engine(device))
            continue;
        CompareRequest asked = request();
        asked.device = device;
        const std::vector<Comparison> expected = compared(asked, nullptr);
        const std::vector<std::string> all = states(asked);
        ASSERT_GE(all.size(), 3U) << "the beginning, and two passes";
        for (const std::string& state : all) {
            Checkpoint checkpoint = from(state);
            const std::vector<Comparison> found = compared(asked, &checkpoint);
            expect_same(found, expected);
            EXPECT_EQ(found.front().warnings, expected.front().warnings) << device;
        }
        Checkpoint elsewhere = from(all.back());
        try {
            (void)compared(request(), &elsewhere);
            FAIL() << "the processors went on from sums of " << device;
        } catch (const Error& error) {
            EXPECT_EQ(error.parts().expected, "computed on = cpu");
            EXPECT_EQ(error.parts().found, "computed on = " + engine::device_title(device));
            EXPECT_EQ(error.parts().advice.find("memory was full"), std::string::npos);
        }
        Checkpoint other_units = from(all.back());
        asked.bandwidth = 2.0; // as a full memory might have it
        try {
            (void)compared(asked, &other_units);
            FAIL() << "went on with other kernels";
        } catch (const Error& error) {
            EXPECT_NE(error.parts().advice.find("memory was full"), std::string::npos);
        }
    }
}

TEST_F(Checkpoints, AFinishedOneAnswersWithoutAPass) {
    std::size_t written = 0;
    Checkpoint checkpoint({"here", states().back(), [&](Checkpoint::Parts) { ++written; }},
                          std::chrono::milliseconds(0));
    (void)compared(request(), &checkpoint);
    EXPECT_EQ(written, 0U) << "no block was done again";
}

TEST_F(Checkpoints, OfAnotherQuestionAreRefusedWithWhatDiffers) {
    const std::string last = states().back();
    const auto refused = [&](const CompareRequest& asked) {
        Checkpoint checkpoint = from(last);
        try {
            (void)compared(asked, &checkpoint);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            EXPECT_EQ(error.parts().where, "here");
            return error.parts().expected + " / " + error.parts().found;
        }
        return std::string("not refused");
    };
    CompareRequest other = request();
    other.seed = 3;
    EXPECT_EQ(refused(other), "seed = 3 / seed = 0");
    other = request();
    other.measures[1].k = 9;
    EXPECT_EQ(refused(other), "k = 1,4,5,9 / k = 1,4,5,8");
    other = request();
    other.bandwidth = 2.0;
    EXPECT_NE(refused(other).find("gaussian kernels"), std::string::npos) << refused(other);
    other = request();
    other.rows = {{0, 0}, {0, 1}};
    EXPECT_EQ(refused(other), "layers = 2 / layers = 3");
    other = request();
    other.subset = 150;
    EXPECT_EQ(refused(other), "images = 150 / images = 200");
    data_ = support::dataset_of({normal_rows(200, 12, 1), normal_rows(200, 40, 7), normal_rows(200, 3, 3)});
    EXPECT_NE(refused(request()).find("layer 2"), std::string::npos) << refused(request());
}

TEST_F(Checkpoints, ThatAreDamagedAreRefused) {
    const std::vector<std::string> all = states();
    const std::string& whole = all[all.size() - 2]; // one pass finished, the other half-way
    const auto refused = [](const std::string& bytes) {
        try {
            (void)from(bytes);
            return false;
        } catch (const Error& error) {
            return error.kind() == ErrorKind::bad_data && !error.parts().advice.empty();
        }
    };
    EXPECT_FALSE(refused(whole));
    EXPECT_FALSE(refused(all.front())) << "nothing but the beginning";
    std::size_t whole_anyway = 0; // where a pass ends nothing is missing
    for (std::size_t length = 1; length < whole.size(); length += 1 + length / 9)
        whole_anyway += refused(whole.substr(0, length)) ? 0 : 1;
    EXPECT_LE(whole_anyway, 1U);
    for (std::size_t at = 0; at < whole.size(); at += 97) {
        std::string flipped = whole;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
        EXPECT_TRUE(refused(flipped)) << at;
    }
    EXPECT_TRUE(refused("something else"));
    for (const char* version : {"1", "3"})
        try {
            (void)from(std::string("stratoscope-checkpoint ") + version + "\n");
            FAIL() << "version " << version << " was read";
        } catch (const Error& error) {
            EXPECT_EQ(error.parts().found, "a checkpoint of another version");
        }
}

} // namespace
} // namespace stratoscope::measures
