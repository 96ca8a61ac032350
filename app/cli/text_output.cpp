#include "app/cli/text_output.h"

#include "app/cli/session.h"
#include "core/base/error.h"

#include <ostream>

namespace stratoscope::cli {

std::string text_of(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

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

void write_as(TextKind kind, const std::string& output, const Texts& texts, const Streams& streams) {
    switch (kind) {
    case TextKind::table:
        streams.out << texts.table();
        break;
    case TextKind::json:
        write_output(output, texts.json(), streams);
        break;
    case TextKind::csv:
        write_output(output, texts.csv(), streams);
        break;
    }
}

} // namespace stratoscope::cli
