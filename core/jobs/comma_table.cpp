#include "core/base/error.h"
#include "core/jobs/comma_table_internal.h"

#include <fstream>
#include <iterator>

namespace stratoscope::jobs {
namespace {

constexpr std::uintmax_t largest_table = std::uintmax_t{256} << 20;

std::string text_of(const std::filesystem::path& path) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    std::ifstream in(path, std::ios::binary);
    if (failed || !in)
        throw Error(ErrorKind::no_input, {.what = "the table can't be opened", .where = path.string()});
    if (size > largest_table)
        throw Error(ErrorKind::bad_data, {.what = "the table is too large", .where = path.string()});
    std::string text(std::istreambuf_iterator<char>(in), {});
    constexpr std::string_view mark = "\xef\xbb\xbf"; // which spreadsheets put before UTF-8
    return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

} // namespace

CommaTable read_comma_table(const std::filesystem::path& path) {
    const std::string text = text_of(path);
    std::vector<std::vector<std::string>> lines;
    std::vector<std::string> line;
    std::string cell;
    bool quoted = false;
    const auto end_line = [&] {
        line.push_back(std::move(cell));
        cell.clear();
        if (line.size() > 1 || !line.front().empty())
            lines.push_back(std::move(line));
        line.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c != '"')
                cell += c;
            else if (i + 1 < text.size() && text[i + 1] == '"')
                cell += text[++i];
            else
                quoted = false;
        } else if (c == '"' && cell.empty()) {
            quoted = true;
        } else if (c == ',') {
            line.push_back(std::move(cell));
            cell.clear();
        } else if (c == '\n') {
            end_line();
        } else if (c != '\r') {
            cell += c;
        }
    }
    if (!cell.empty() || !line.empty())
        end_line();
    if (lines.empty())
        throw Error(ErrorKind::bad_data, {.what = "the table is empty", .where = path.string()});
    CommaTable table{std::move(lines.front()), {}};
    for (std::size_t row = 1; row < lines.size(); ++row) {
        if (lines[row].size() != table.heading.size())
            throw Error(ErrorKind::bad_data,
                        {.what = "a row of the table has another length than its heading",
                         .where = path.string() + ", row " + std::to_string(row + 1),
                         .expected = std::to_string(table.heading.size()) + " values",
                         .found = std::to_string(lines[row].size())});
        table.rows.push_back(std::move(lines[row]));
    }
    return table;
}

} // namespace stratoscope::jobs
