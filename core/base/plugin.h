// Parts of the program that are loaded when they are first needed: what links LibTorch takes half a second to
// start and may be built against another LibTorch than the machine's own, so neither the command line nor the
// window link it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stratoscope {

/// A shared library of this project, loaded until the program ends: what it gave may live that long.
class Plugin {
  public:
    /// name: "torch_models" for libstratoscope_torch_models.so. Looked for in folders(). Throws
    /// Error(no_input) when it isn't there, Error(internal) when the system refuses it, with its words.
    explicit Plugin(const std::string& name);

    /// A function of the library by its unmangled name; throws Error(internal) when it has none.
    template <class Function>
    [[nodiscard]] Function* function(const std::string& symbol) const {
        return reinterpret_cast<Function*>(address(symbol));
    }

    /// STRATOSCOPE_PLUGINS where it is set, the program's own folder, ../lib/stratoscope beside it.
    [[nodiscard]] static std::vector<std::filesystem::path> folders();
    [[nodiscard]] static bool available(const std::string& name);

  private:
    [[nodiscard]] void* address(const std::string& symbol) const;

    std::filesystem::path path_;
    void* handle_ = nullptr; // never closed: code of it may still run when the program ends
};

} // namespace stratoscope
