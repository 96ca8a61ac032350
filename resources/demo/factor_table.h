// The factors of all pictures as a table, for whoever wants to relate layers to them.
#pragma once

#include "resources/demo/scene.h"

#include <filesystem>
#include <string>
#include <vector>

namespace stratoscope::demo {

/// CSV: id, then the factors; shape, texture and background by name. Sizes must match.
void write_factor_table(const std::filesystem::path& path, const std::vector<std::string>& ids,
                        const std::vector<Scene>& scenes);

} // namespace stratoscope::demo
