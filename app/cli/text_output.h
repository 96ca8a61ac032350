// What commands that write JSON or CSV have in common.
#pragma once

#include <nlohmann/json.hpp>

#include <cmath>
#include <string>

namespace stratoscope::cli {

using Json = nlohmann::ordered_json;

/// null where the value is not defined: JSON has no NaN.
[[nodiscard]] inline Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// Whether `output` names a CSV file; if not it is "-" or a .json file. Error(usage) for any other name.
[[nodiscard]] bool is_csv(const std::string& output);

/// How a result is told: to a person where no output is named, else as its name says.
enum class TextKind { table, json, csv };
[[nodiscard]] TextKind text_kind(const std::string& output);

} // namespace stratoscope::cli
