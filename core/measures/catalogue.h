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

/// One end of a measure's scale.
struct ScaleEnd {
    std::string_view value;        ///< "(k+1)/N"
    std::string_view meaning = {}; ///< "a layer with itself"; empty where the value says it all
    std::string_view caveat = {};  ///< where unrelated layers are instead: "unrelated layers fall below"
};

struct MeasureInfo {
    std::string_view name; ///< information_imbalance
    MeasureGroup group;
    std::string_view title;        ///< Information imbalance; CKA, unbiased
    std::string_view in_text;      ///< as it stands in a sentence: information imbalance; CKA
    std::string_view variant = {}; ///< what the title says beyond that: unbiased
    std::string_view symbol;       ///< Δ, for axes and readouts
    int version;                   ///< of the definition
    Direction direction;
    Sense sense;
    bool takes_k;
    bool takes_distance;           ///< false for cka: linear kernels of the raw rows
    std::string_view range;        ///< "(k+1)/N … 1"
    ScaleEnd floor;                ///< formula, in words a person reads
    ScaleEnd null_value;           ///< the same for unrelated layers
    std::string_view summary;      ///< one sentence: what it tells
    std::string_view subject = {}; ///< of the definition: "Δ(a→b)"; empty: the value
    std::string_view definition;   ///< what that is, going on after "is": the formula and its conventions
    std::string_view error = {};   ///< where its standard error comes from, a sentence; see error_of()
    std::string_view source;       ///< citation
};

struct Preset {
    std::string_view name; ///< as_published, platonic, …
    std::string_view title;
    std::string_view measure;
    std::optional<std::size_t> k;
    Distance distance;
};

/// "π/2: orthogonal feature maps; unrelated layers stay short of it when images are few"
[[nodiscard]] std::string text_of(const ScaleEnd& end);
/// The sentence on the standard error, which may name a number of subsets (0: the usual one); empty where
/// there is none.
[[nodiscard]] std::string error_of(const MeasureInfo& info, std::size_t subsets);
/// Formula, conventions and standard error: a paragraph.
[[nodiscard]] std::string definition_of(const MeasureInfo& info);

[[nodiscard]] std::span<const MeasureInfo> catalogue();
[[nodiscard]] std::span<const Preset> presets();
/// '-' and '_' are the same; null when there is none of that name.
[[nodiscard]] const MeasureInfo* find_measure(std::string_view name);
[[nodiscard]] const Preset* find_preset(std::string_view name);
/// Error(usage) for a name that find_measure() doesn't find: names the measure that may have been meant.
[[nodiscard]] Error no_such_measure(const std::string& name);

} // namespace stratoscope::measures
