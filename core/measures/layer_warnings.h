// What a result says of the layers it was made from.
#pragma once

#include "core/base/error.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"
#include "core/data/health.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace stratoscope::measures {

/// constant_layer, duplicate_rows, zero_row (cosine), few_images (biased CKA, N < 2·max D); layers by
/// "model/layer".
void append_layer_warnings(Comparison& comparison,
                           const std::vector<std::pair<std::string, LayerHealth>>& layers);

/// Why an unusable layer is so, in the words in which its file's reader warned of it.
[[nodiscard]] std::string why_unusable(const Layer& layer);
/// An error's message for a warning that names the layer already: without that name before it.
[[nodiscard]] std::string without_layer(const Error& error, const std::string& path);

/// near_ties, when more than 5 % of the ranks asked for needed float64.
void append_recheck_warning(Comparison& comparison, std::uint64_t rechecks, std::uint64_t thresholds);

} // namespace stratoscope::measures
