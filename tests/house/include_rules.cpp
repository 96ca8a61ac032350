#include "tests/house/include_rules.h"

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace stratoscope::house {
namespace {

using Rooms = std::set<std::string>;

// Besides itself, a room may include from these rooms and no others.
const std::map<std::string, Rooms>& allowed_rooms() {
    static const std::map<std::string, Rooms> allowed = [] {
        const Rooms base{"core/base"};
        const Rooms data{"core/base", "core/data"};
        const Rooms core{"core/base",   "core/data",     "core/storage",  "core/images", "core/models",
                         "core/engine", "core/measures", "core/analysis", "core/jobs"};
        Rooms measures = data;
        measures.insert("core/engine");
        Rooms all = core;
        all.insert({"ui", "app", "app/cli", "resources"});
        return std::map<std::string, Rooms>{
            {"core/base", {}},
            {"core/data", base},
            {"core/storage", data},
            {"core/images", data},
            {"core/models", data},
            {"core/engine", data},
            {"core/analysis", data},
            {"core/measures", measures},
            {"core/jobs", core},
            {"ui", {"core/jobs", "core/analysis", "core/data", "core/base"}},
            {"app/cli", core}, // the command line never meets the window
            {"app", all},
            {"resources", core},
        };
    }();
    return allowed;
}

struct HeavyLibrary {
    const char* name;
    std::regex header;
    Rooms rooms; // whose sources may include it
};

const std::vector<HeavyLibrary>& heavy_libraries() {
    static const std::vector<HeavyLibrary> libraries{
        {"LibTorch", std::regex("(torch|ATen|c10)/.*"), {"core/models", "core/engine", "resources"}},
        {"HDF5", std::regex("(hdf5|H5[A-Za-z]*)\\.h(pp)?"), {"core/storage"}},
        {"OpenCV", std::regex("opencv2/.*"), {"core/images", "core/models", "resources"}},
        {"BLAS", std::regex("(cblas|openblas.*)\\.h"), {"core/engine", "core/measures", "core/models"}},
        {"OpenSSL", std::regex("openssl/.*"), {"core/storage"}},
    };
    return libraries;
}

bool is_header(const std::string& path) {
    return path.ends_with(".h");
}

// A header that only the .cpp files of its own folder may include.
bool is_private_header(const std::string& path) {
    return path.ends_with("_internal.h") || path.ends_with("_private.h");
}

std::string folder_of(const std::string& path) {
    return path.substr(0, path.find_last_of('/'));
}

} // namespace

std::string room_of(const std::string& path) {
    static const std::regex room("^(core/[a-z]+|app/cli|ui|app|resources|tests)/.*");
    std::smatch match;
    return std::regex_match(path, match, room) ? match[1].str() : std::string();
}

std::vector<std::string> includes_of(const std::string& text) {
    static const std::regex include(R"re(^\s*#\s*include\s*("[^"]+"|<[^>]+>).*)re");
    std::vector<std::string> found;
    std::istringstream lines(text);
    std::string line;
    std::smatch match;
    while (std::getline(lines, line))
        if (std::regex_match(line, match, include))
            found.push_back(match[1]);
    return found;
}

std::string broken_rule(const std::string& path, const std::string& target) {
    const std::string room = room_of(path);
    const std::string header = target.substr(1, target.size() - 2);
    if (room.empty() || room == "tests")
        return {};

    if (target.front() == '"') {
        const std::string entered = room_of(header);
        if (entered.empty())
            return header.ends_with(".moc") || header.starts_with("moc_")
                       ? std::string()
                       : "includes of this project are written from the root, as \"core/data/dataset.h\"";
        if (is_private_header(header) &&
            (is_header(path) ? !is_private_header(path) : folder_of(path) != folder_of(header)))
            return header + " is private to the sources of " + folder_of(header);
        if (entered == room || allowed_rooms().at(room).contains(entered))
            return {};
        return room + " may not include from " + entered;
    }

    static const std::regex qt("(Q[A-Z][A-Za-z]*|Qt[A-Z].*|qcustomplot\\.h)");
    if (std::regex_match(header, qt) && room != "ui" && room != "app")
        return room + " knows nothing of Qt";
    for (const HeavyLibrary& library : heavy_libraries()) {
        if (!std::regex_match(header, library.header))
            continue;
        if (!library.rooms.contains(room))
            return room + " knows nothing of " + library.name;
        if (is_header(path) && !is_private_header(path))
            return std::string(library.name) +
                   " must not be seen from a public header: keep it in a .cpp or a *_private.h";
    }
    return {};
}

} // namespace stratoscope::house
