// LibTorch's exceptions, said so that a person can act on them.
#pragma once

#include "core/base/error.h"
#include "core/models/model_description.h"

#include <exception>
#include <filesystem>
#include <string>

namespace stratoscope::models::torchscript {

/// What was thrown while a file was read.
[[nodiscard]] Error reading_error(const std::filesystem::path& file, const std::exception& thrown);
/// What was thrown by a forward pass.
[[nodiscard]] Error running_error(const std::filesystem::path& file, const InputSize& input,
                                  const std::exception& thrown);
/// The line of a LibTorch message that says what is wrong, without its trace.
[[nodiscard]] std::string short_text(const std::exception& thrown);

} // namespace stratoscope::models::torchscript
