// The description of a model, from what its dry run saw.
#pragma once

#include "core/models/torchscript/dry_run_private.h"
#include "core/models/torchscript/torch_file_private.h"

namespace stratoscope::models::torchscript {

/// Fills in outputs, their places, costs and notes; modules without outputs get the reason why.
void describe(TorchFile& loaded, const DryRun& dry);

} // namespace stratoscope::models::torchscript
