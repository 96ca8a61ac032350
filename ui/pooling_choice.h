// Which poolings a dataset lets one choose, and the layers that a choice leaves.
#pragma once

#include "core/data/dataset.h"

#include <string>
#include <vector>

namespace stratoscope::ui {

/// Whether a file holds some step's activation pooled in more than one way.
[[nodiscard]] bool hasSeveralPoolings(const Dataset& dataset);

/// Several only where the files hold them, or where positions were pooled on reading.
[[nodiscard]] std::vector<std::string> poolingsToChoose(const Dataset& dataset);

/// One layer a step: of this pooling, or the first where a step has it not. Image statistics are all there.
[[nodiscard]] std::vector<LayerId> layersPooled(const Dataset& dataset, const std::string& pooling);

} // namespace stratoscope::ui
