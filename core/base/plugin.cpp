#include "core/base/plugin.h"

#include "core/base/error.h"

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>

namespace stratoscope {
namespace {

std::string file_of(const std::string& name) {
    return "libstratoscope_" + name + ".so";
}

std::string last_words() {
    const char* words = dlerror();
    return words == nullptr ? "no reason given" : words;
}

} // namespace

std::vector<std::filesystem::path> Plugin::folders() {
    std::vector<std::filesystem::path> folders;
    if (const char* named = std::getenv("STRATOSCOPE_PLUGINS"))
        folders.emplace_back(named);
    std::error_code unreadable;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", unreadable);
    if (!unreadable) {
        folders.push_back(program.parent_path());
        folders.push_back(program.parent_path().parent_path() / "lib" / "stratoscope");
    }
    return folders;
}

bool Plugin::available(const std::string& name) {
    return std::ranges::any_of(folders(), [&](const std::filesystem::path& folder) {
        std::error_code unreadable;
        return std::filesystem::exists(folder / file_of(name), unreadable);
    });
}

Plugin::Plugin(const std::string& name) {
    std::string looked;
    for (const std::filesystem::path& folder : folders()) {
        std::error_code unreadable;
        if (std::filesystem::exists(folder / file_of(name), unreadable)) {
            path_ = folder / file_of(name);
            break;
        }
        looked += (looked.empty() ? "" : ", ") + folder.string();
    }
    if (path_.empty())
        throw Error(ErrorKind::no_input,
                    {.what = "a part of the program that needs LibTorch is not installed",
                     .expected = file_of(name) + " in one of " + looked,
                     .advice = "Build with LibTorch present (libtorch-dev on Debian), or set "
                               "STRATOSCOPE_PLUGINS to the folder that holds it"});
    // Local: a second plugin may bring the same static parts of the project along.
    handle_ = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr)
        throw Error(ErrorKind::internal, {.what = "this part of the program can't be loaded",
                                          .where = path_.string(),
                                          .found = last_words()});
}

void* Plugin::address(const std::string& symbol) const {
    (void)dlerror();
    void* found = dlsym(handle_, symbol.c_str());
    if (found == nullptr)
        throw Error(ErrorKind::internal, {.what = "the library lacks " + symbol,
                                          .where = path_.string(),
                                          .found = last_words(),
                                          .advice = "Program and library are of different builds"});
    return found;
}

} // namespace stratoscope
