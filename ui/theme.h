// The whole program's look from one Style: palette and style sheet.
#pragma once

#include "ui/painting/style.h"

class QApplication;

namespace stratoscope::ui {

enum class Theme { system, light, dark };

/// Of the system: dark where its own windows are.
[[nodiscard]] Style styleFor(Theme theme);
void applyStyle(QApplication& application, const Style& style);

} // namespace stratoscope::ui
