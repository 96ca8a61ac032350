#include "core/measures/catalogue.h"

#include "core/base/nearest_name.h"
#include "core/engine/subsets.h"

#include <algorithm>
#include <vector>

namespace stratoscope::measures {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b,
                              [](char x, char y) { return (x == '-' ? '_' : x) == (y == '-' ? '_' : y); });
}

template <class Table>
auto find_in(Table entries, std::string_view name) {
    const auto at =
        std::ranges::find_if(entries, [&](const auto& entry) { return same_name(entry.name, name); });
    return at == entries.end() ? nullptr : &*at;
}

} // namespace

std::string_view title_of(MeasureGroup group) {
    switch (group) {
    case MeasureGroup::neighbourhoods:
        return "Neighbourhoods";
    case MeasureGroup::kernels:
        return "Kernels";
    case MeasureGroup::distances:
        return "Distances";
    case MeasureGroup::feature_maps:
        break;
    }
    return "Feature maps";
}

std::string text_of(const ScaleEnd& end) {
    std::string text(end.value);
    if (!end.meaning.empty())
        text.append(": ").append(end.meaning);
    if (!end.caveat.empty())
        text.append("; ").append(end.caveat);
    return text;
}

std::string error_of(const MeasureInfo& info, std::size_t subsets) {
    static_assert(engine::error_subsets == 5, "the word below");
    constexpr std::string_view place = "{subsets}";
    std::string text(info.error);
    if (const std::size_t at = text.find(place); at != std::string::npos)
        text.replace(at, place.size(),
                     subsets == 0 || subsets == engine::error_subsets ? "five" : std::to_string(subsets));
    return text;
}

std::string definition_of(const MeasureInfo& info) {
    std::string text(info.subject.empty() ? "The value" : info.subject);
    text.append(" is ").append(info.definition);
    if (!info.error.empty())
        text.append(" ").append(error_of(info, 0));
    return text;
}

const MeasureInfo* find_measure(std::string_view name) {
    return find_in(catalogue(), name);
}

const Preset* find_preset(std::string_view name) {
    return find_in(presets(), name);
}

Error no_such_measure(const std::string& name) {
    std::vector<std::string_view> names;
    for (const MeasureInfo& info : catalogue())
        names.push_back(info.name);
    const std::string meant(nearest_name(name, names));
    return {ErrorKind::usage,
            {.what = "there is no measure named \"" + name + "\"",
             .advice = (meant.empty() ? "" : "Did you mean " + meant + "? ") +
                       "`stratoscope-cli measures` lists them"}};
}

} // namespace stratoscope::measures
