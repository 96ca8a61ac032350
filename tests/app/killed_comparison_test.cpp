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
#include <functional>
#include <optional>
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

    // The exit code; −1 when it was killed, as soon as `enough` said so.
    [[nodiscard]] int compare(const fs::path& output, bool keeping,
                              const std::function<bool()>& enough) const {
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
        arguments.reserve(words.size() + 1);
        for (std::string& word : words)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const pid_t child = fork();
        if (child == 0) {
            if (std::freopen("/dev/null", "w", stderr) != nullptr)
                execv(arguments[0], arguments.data());
            _exit(127);
        }
        int status = 0;
        while (waitpid(child, &status, WNOHANG) == 0) {
            if (enough()) {
                kill(child, SIGKILL);
                waitpid(child, &status, 0);
                break;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    // When the checkpoint was last written; none while there is none.
    [[nodiscard]] std::optional<fs::file_time_type> kept() const {
        std::error_code none;
        const auto when = fs::last_write_time(checkpoint(), none);
        return none ? std::nullopt : std::optional(when);
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
    const auto never = [] { return false; };
    ASSERT_EQ(compare(unbroken, false, never), 0);
    constexpr int kills = 4;
    for (int kill = 0; kill < kills; ++kill) {
        // Each run gets as far as to keep something that the one before had not.
        const auto before = kept();
        ASSERT_EQ(compare(broken, true, [&] { return kept() != before; }), -1) << "at kill " << kill;
        EXPECT_FALSE(fs::exists(broken)) << "half a result";
    }
    ASSERT_TRUE(fs::exists(checkpoint()));
    ASSERT_EQ(compare(broken, true, never), 0);
    EXPECT_EQ(contents(broken), contents(unbroken));
    EXPECT_FALSE(fs::exists(checkpoint())) << "removed once the result is written";
}

} // namespace
} // namespace stratoscope::cli
