// What the readers of the formats have in common, and how load_model() calls them.
#pragma once

#include "core/models/loaded_model.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stratoscope::models {

/// Each reader's library has this function under the name reader_function.
using ReaderFunction = void(const std::filesystem::path& file, const LoadOptions& options,
                            std::shared_ptr<const LoadedModel>& out);
inline constexpr const char* reader_function = "stratoscope_load_model";

/// Squares that models are commonly made for, the likeliest first.
[[nodiscard]] std::vector<InputSize> usual_sizes(std::size_t channels);

/// "64 × 56 × 56"
[[nodiscard]] std::string shape_text(const std::vector<std::size_t>& shape);

} // namespace stratoscope::models
