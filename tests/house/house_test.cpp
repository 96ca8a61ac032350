// The house as it stands: its arrows, and the page that describes it.
#include "tests/house/include_rules.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace stratoscope::house {
namespace {

namespace fs = std::filesystem;

const fs::path root = STRATOSCOPE_SOURCE_DIR;

std::string read(const fs::path& path) {
    std::ifstream in(path);
    EXPECT_TRUE(in) << path;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<fs::path> sources() {
    std::vector<fs::path> found;
    for (const char* top : {"app", "core", "ui", "resources", "tests"})
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top))
            if (entry.path().extension() == ".h" || entry.path().extension() == ".cpp")
                found.push_back(fs::relative(entry.path(), root));
    return found;
}

bool has_a_file(const fs::path& folder) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            return true;
    return false; // git does not keep it either
}

// Folders two levels deep: the rooms.
std::set<std::string> rooms_on_disk() {
    std::set<std::string> rooms;
    for (const char* top : {"app", "core", "ui", "resources", "tests"}) {
        rooms.insert(top);
        for (const fs::directory_entry& entry : fs::directory_iterator(root / top))
            if (entry.is_directory() && entry.path().filename().string().front() != '_' &&
                has_a_file(entry.path()))
                rooms.insert(fs::relative(entry.path(), root).string());
    }
    return rooms;
}

// Lines of the page's table: | `core/data` | what it is for |
std::set<std::string> rooms_on_the_page() {
    std::set<std::string> rooms;
    const std::regex row(R"(^\| `([a-z_/]+)/?` \| .+)");
    std::istringstream lines(read(root / "CONTRIBUTING.md"));
    std::string line;
    std::smatch match;
    while (std::getline(lines, line))
        if (std::regex_match(line, match, row))
            rooms.insert(match[1]);
    return rooms;
}

TEST(House, KeepsItsArrows) {
    const std::vector<fs::path> all = sources();
    ASSERT_GT(all.size(), 40U);
    for (const fs::path& path : all)
        for (const std::string& target : includes_of(read(root / path)))
            EXPECT_EQ(broken_rule(path.string(), target), "") << path << " includes " << target;
}

TEST(House, IsWhatThePageSays) {
    EXPECT_EQ(rooms_on_the_page(), rooms_on_disk())
        << "bring the table in CONTRIBUTING.md and the folders together";
}

TEST(House, NamesEverySourceInItsBuildFile) {
    // A source that no build file names compiles nowhere and rots.
    for (const fs::path& path : sources()) {
        if (path.extension() != ".cpp")
            continue;
        bool named = false;
        for (fs::path folder = path.parent_path(); !folder.empty() && !named; folder = folder.parent_path()) {
            const fs::path list = root / folder / "CMakeLists.txt";
            if (fs::exists(list))
                named = read(list).find(fs::relative(path, folder).string()) != std::string::npos;
        }
        EXPECT_TRUE(named) << path;
    }
}

} // namespace
} // namespace stratoscope::house
