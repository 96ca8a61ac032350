// A paragraph for the methods section of a paper: what was computed, so that another can compute it again.
#pragma once

#include "core/data/comparison.h"

#include <QString>

namespace stratoscope::ui {

[[nodiscard]] QString methodsText(const Comparison& comparison, const QString& software);

} // namespace stratoscope::ui
