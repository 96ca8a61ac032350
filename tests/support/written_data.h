// A dataset as a file.
#pragma once

#include "core/data/dataset.h"

#include <filesystem>

namespace stratoscope::support {

void write_activations(const std::filesystem::path& path, const Dataset& dataset);

} // namespace stratoscope::support
