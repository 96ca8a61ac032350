#include "app/cli/text_output.h"

#include "core/base/error.h"

namespace stratoscope::cli {

bool is_csv(const std::string& output) {
    const bool csv = output.ends_with(".csv");
    if (!csv && output != "-" && !output.ends_with(".json"))
        throw Error(ErrorKind::usage, {.what = "the kind of output follows from the file's name",
                                       .expected = "a name that ends in .csv or .json, or -",
                                       .found = output});
    return csv;
}

TextKind text_kind(const std::string& output) {
    if (output.empty())
        return TextKind::table;
    return is_csv(output) ? TextKind::csv : TextKind::json;
}

} // namespace stratoscope::cli
