// The forward pass of a TorchScript model with some outputs tapped.
#pragma once

#include "core/models/loaded_model.h"
#include "core/models/torchscript/torch_file_private.h"

#include <memory>
#include <string>
#include <vector>

namespace stratoscope::models::torchscript {

/// outputs: names of tappable outputs. Error(usage) for one that can't be had.
[[nodiscard]] std::unique_ptr<ForwardPass> make_pass(std::shared_ptr<const TorchFile> loaded,
                                                     const std::vector<std::string>& outputs);

} // namespace stratoscope::models::torchscript
