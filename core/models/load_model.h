// From a file to a model that can be run.
#pragma once

#include "core/models/loaded_model.h"

#include <filesystem>
#include <memory>

namespace stratoscope::models {

/// Reads the file, finds its module tree, and runs it once on noise to learn shapes. Takes a second or more:
/// LibTorch is loaded now, not with the program. By content: TorchScript (traced or scripted) or ONNX. Throws
/// Error: no_input (no such file, or the part of the program that reads this format is not installed),
/// bad_data (neither format, a state dict, truncated, frozen, unknown operators, none of the sizes works),
/// no_device; Cancelled.
[[nodiscard]] std::shared_ptr<const LoadedModel> load_model(const std::filesystem::path& file,
                                                            const LoadOptions& options);

} // namespace stratoscope::models
