// A comparison's checkpoint in a file of its own.
#pragma once

#include "core/measures/checkpoint.h"

#include <chrono>
#include <filesystem>

namespace stratoscope::jobs {

/// Goes on from what the file holds; begins anew where there is none. The file is whole at any time, whenever
/// the program ends. Throws Error: io, bad_data as measures::Checkpoint does.
[[nodiscard]] measures::Checkpoint checkpoint_in(const std::filesystem::path& path,
                                                 std::chrono::milliseconds every);

} // namespace stratoscope::jobs
