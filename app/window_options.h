// The command line of the window: files to open, and a figure to write instead of opening a window.
#pragma once

#include "ui/exporting/figure_export.h"
#include "ui/exporting/figure_kind.h"
#include "ui/session.h"
#include "ui/theme.h"

#include <QStringList>

#include <optional>
#include <string>

namespace stratoscope {

struct ExportRequest {
    QString path;
    ui::FigureKind kind = ui::FigureKind::matrix;
    ui::FigureSize size;
};

/// A picture of the window itself, as documentation needs it.
struct ScreenshotRequest {
    QString path;
    int width = 1440;
    int height = 900;
};

struct AppOptions {
    QStringList files; ///< empty: the demo
    ui::Settings settings;
    std::optional<ui::Theme> theme;
    std::optional<ExportRequest> figure;
    std::optional<ScreenshotRequest> screenshot;
    [[nodiscard]] bool windowless() const { return figure.has_value() || screenshot.has_value(); }
    QString pairFrom; ///< "model/layer", for figures of one pair
    QString pairTo;
    QString blockRows; ///< a model, for the matrix of one block
    QString blockColumns;
    QString image;                         ///< id
    std::optional<std::size_t> playground; ///< the example that the playground opens with
    std::size_t threads = 0;
};

/// Nothing where the program should leave with `exitCode` (help, version, wrong usage), having said why.
[[nodiscard]] std::optional<AppOptions> readOptions(int count, char** arguments, int& exitCode);

} // namespace stratoscope
