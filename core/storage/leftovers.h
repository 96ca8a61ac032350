// What a killed program leaves beside a file that it was about to write whole.
#pragma once

#include <filesystem>

namespace stratoscope::storage {

/// Removes the temporary files that killed programs left beside `path`. Only for who knows that no other
/// program is writing to `path` now: its temporary file would be removed as well.
void remove_leftovers(const std::filesystem::path& path);

} // namespace stratoscope::storage
