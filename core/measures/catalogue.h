// The one table of measures: the command line, the window, result files and the documentation all read it.
#pragma once

#include "core/base/error.h"
#include "core/data/comparison.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stratoscope::measures {

/// What a measure looks at: the order of a list that a person chooses from.
enum class MeasureGroup { neighbourhoods, kernels, distances, feature_maps };

/// "Feature maps"
[[nodiscard]] std::string_view title_of(MeasureGroup group);

struct MeasureInfo {
    std::string_view name; ///< information_imbalance
    MeasureGroup group;
    std::string_view title;  ///< Information imbalance
    std::string_view symbol; ///< Δ, for axes and readouts
    int version;             ///< of the definition
    Direction direction;
    Sense sense;
    bool takes_k;
    bool takes_distance;         ///< false for cka: linear kernels of the raw rows
    std::string_view range;      ///< "(k+1)/N … 1"
    std::string_view floor;      ///< formula, in words a person reads
    std::string_view null_value; ///< the same for unrelated layers
    std::string_view summary;    ///< one sentence: what it tells
    std::string_view definition; ///< the formula and its conventions, a paragraph
    std::string_view source;     ///< citation
};

struct Preset {
    std::string_view name; ///< as_published, platonic, …
    std::string_view title;
    std::string_view measure;
    std::optional<std::size_t> k;
    Distance distance;
};

[[nodiscard]] std::span<const MeasureInfo> catalogue();
[[nodiscard]] std::span<const Preset> presets();
/// '-' and '_' are the same; null when there is none of that name.
[[nodiscard]] const MeasureInfo* find_measure(std::string_view name);
[[nodiscard]] const Preset* find_preset(std::string_view name);
/// Error(usage) for a name that find_measure() doesn't find: names the measure that may have been meant.
[[nodiscard]] Error no_such_measure(const std::string& name);

} // namespace stratoscope::measures
