// Tables of comma-separated values, as spreadsheets write them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace stratoscope::jobs {

/// A heading line and rows as long; quotes, commas in quotes and doubled quotes are understood. Throws Error:
/// no_input, bad_data (no heading, a row of another length, larger than 256 MiB).
struct CommaTable {
    std::vector<std::string> heading;
    std::vector<std::vector<std::string>> rows;
};

[[nodiscard]] CommaTable read_comma_table(const std::filesystem::path& path);

} // namespace stratoscope::jobs
