// The program itself, killed while it compares, again and again: what the last run writes is, byte for byte,
// what one unbroken run writes.
#include "tests/support/made_up_data.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/written_data.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stratoscope::cli {
namespace {

namespace fs = std::filesystem;

class KilledComparison : public testing::Test {
  protected:
    void SetUp() override {
        support::write_activations(
            input(),
            support::made_up(
                {.images = 1500, .dimension = 200, .layers = 5, .thumbnails = false, .statistics = false}));
    }
    [[nodiscard]] fs::path input() const { return folder_.path() / "a.h5"; }
    [[nodiscard]] fs::path checkpoint() const { return folder_.path() / "checkpoint"; }

    // The exit code; −1 when it was killed, `after` having passed.
    [[nodiscard]] int compare(const fs::path& output, bool keeping, std::chrono::milliseconds after) const {
        std::vector<std::string> words{STRATOSCOPE_CLI,
                                       "compare",
                                       input().string(),
                                       "-m",
                                       "information_imbalance,overlap,cka_unbiased",
                                       "-k",
                                       "1,20",
                                       "--threads",
                                       "1",
                                       "-o",
                                       output.string()};
        if (keeping)
            words.insert(words.end(), {"--checkpoint", checkpoint().string(), "--checkpoint-every", "0"});
        std::vector<char*> arguments;
        for (std::string& word : words)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const pid_t child = fork();
        if (child == 0) {
            if (std::freopen("/dev/null", "w", stderr) != nullptr)
                execv(arguments[0], arguments.data());
            _exit(127);
        }
        const auto end = std::chrono::steady_clock::now() + after;
        int status = 0;
        while (waitpid(child, &status, WNOHANG) == 0) {
            if (std::chrono::steady_clock::now() > end) {
                kill(child, SIGKILL);
                waitpid(child, &status, 0);
                break;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    static std::string contents(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    support::TemporaryFolder folder_;
};

TEST_F(KilledComparison, EndsWithTheBytesOfAnUnbrokenOne) {
    const fs::path unbroken = folder_.path() / "unbroken.json";
    const fs::path broken = folder_.path() / "broken.json";
    const auto start = std::chrono::steady_clock::now();
    ASSERT_EQ(compare(unbroken, false, std::chrono::minutes(5)), 0);
    const auto whole =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    int kills = 0;
    int with_checkpoint = 0;
    // Each run is given a little longer than the one before, so that one of them gets to the end.
    while (compare(broken, true, whole * (4 + kills) / 12) != 0) {
        EXPECT_FALSE(fs::exists(broken)) << "half a result";
        ++kills;
        with_checkpoint += fs::exists(checkpoint()) ? 1 : 0;
        ASSERT_LT(kills, 60);
    }
    EXPECT_GE(kills, 2);
    EXPECT_GE(with_checkpoint, 1);
    EXPECT_EQ(contents(broken), contents(unbroken));
    EXPECT_FALSE(fs::exists(checkpoint())) << "removed once the result is written";
}

} // namespace
} // namespace stratoscope::cli
