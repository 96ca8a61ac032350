// What commands that write JSON or CSV have in common.
#pragma once

#include "app/cli/command_line.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>
#include <string>

namespace stratoscope::cli {

using Json = nlohmann::ordered_json;

/// null where the value is not defined: JSON has no NaN.
[[nodiscard]] inline Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// Indented. Names come from files and need not be UTF-8: bytes that aren't are replaced, never a failure.
[[nodiscard]] std::string text_of(const Json& json);

/// Whether `output` names a CSV file; if not it is "-" or a .json file. Error(usage) for any other name.
[[nodiscard]] bool is_csv(const std::string& output);

/// How a result is told: to a person where no output is named, else as its name says.
enum class TextKind { table, json, csv };
[[nodiscard]] TextKind text_kind(const std::string& output);

/// What makes a result's text of each kind.
struct Texts {
    std::function<std::string()> table;
    std::function<std::string()> json;
    std::function<std::string()> csv;
};
/// Makes the one text that is asked for; the table goes to standard output, the others where write_output()
/// sends them.
void write_as(TextKind kind, const std::string& output, const Texts& texts, const Streams& streams);

} // namespace stratoscope::cli
