#include "core/models/model_description.h"

#include "core/base/error.h"

#include <algorithm>
#include <set>

namespace stratoscope::models {
namespace {

/// Which lengths of the text the pattern so far can account for, piece of the pattern by piece: time grows
/// with the product of both lengths, whatever the pattern.
bool matches(std::string_view pattern, std::string_view text) {
    std::vector<bool> reached(text.size() + 1, false);
    reached[0] = true;
    for (std::size_t p = 0; p < pattern.size(); ++p) {
        const bool star = pattern[p] == '*';
        const bool across = star && p + 1 < pattern.size() && pattern[p + 1] == '*';
        std::vector<bool> next(text.size() + 1, false);
        for (std::size_t t = 0; t <= text.size(); ++t) {
            if (star)
                next[t] = reached[t] || (t > 0 && next[t - 1] && (across || text[t - 1] != '.'));
            else if (t > 0)
                next[t] = reached[t - 1] &&
                          (pattern[p] == text[t - 1] || (pattern[p] == '?' && text[t - 1] != '.'));
        }
        reached = std::move(next);
        if (across)
            ++p;
    }
    return reached[text.size()];
}

std::string some_names(const ModelDescription& model) {
    constexpr std::size_t most = 6;
    std::string names;
    std::size_t count = 0;
    for (const ModuleInfo& module : model.modules)
        if (module.tappable() && ++count <= most)
            names += (names.empty() ? "" : ", ") + module.path;
    return count > most
               ? names + ", … (" + std::to_string(count) + " in all; `stratoscope-cli modules` lists them)"
               : names;
}

} // namespace

const ModuleInfo* ModelDescription::find(std::string_view path) const {
    const auto at = std::ranges::find(modules, path, &ModuleInfo::path);
    return at == modules.end() ? nullptr : &*at;
}

ModelDescription::Place ModelDescription::find_output(std::string_view wanted) const {
    for (const ModuleInfo& module : modules)
        for (const ModuleOutput& output : module.outputs)
            if (output.name == wanted)
                return {&module, &output};
    return {};
}

std::string output_name(const std::string& path, std::size_t call, std::size_t calls, std::size_t index,
                        std::size_t tensors) {
    return path + (calls > 1 ? "#" + std::to_string(call + 1) : "") +
           (tensors > 1 ? "[" + std::to_string(index) + "]" : "");
}

bool looks_channels_last(const std::vector<std::size_t>& shape) {
    return shape.size() == 3 && shape[0] == shape[1] && shape[1] != shape[2];
}

std::vector<std::string> choose_outputs(const ModelDescription& model,
                                        const std::vector<std::string>& patterns) {
    std::set<std::pair<std::size_t, std::string>> chosen; // by order
    for (const std::string& pattern : patterns) {
        bool any = false;
        std::string reason;
        for (const ModuleInfo& module : model.modules) {
            const bool whole = matches(pattern, module.path);
            if (whole && !module.tappable() && reason.empty())
                reason = module.path + ": " + module.untappable;
            for (const ModuleOutput& output : module.outputs)
                // A name is meant as it stands: its brackets and stars are no pattern.
                if (output.tappable() && (whole || output.name == pattern)) {
                    chosen.emplace(output.order, output.name);
                    any = true;
                }
        }
        if (!any)
            throw Error(ErrorKind::usage,
                        {.what = reason.empty() ? "no module matches \"" + pattern + "\""
                                                : "what \"" + pattern + "\" names can't be had",
                         .where = model.file.string(),
                         .found = reason.empty() ? some_names(model) : reason});
    }
    std::vector<std::string> names;
    names.reserve(chosen.size());
    for (const auto& [order, name] : chosen)
        names.push_back(name);
    return names;
}

} // namespace stratoscope::models
