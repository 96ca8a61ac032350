// The core's text, UTF-8 in standard strings, as Qt has it.
#pragma once

#include <QString>

#include <string_view>

namespace stratoscope::ui {

[[nodiscard]] inline QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

} // namespace stratoscope::ui
