#include "ui/exporting/figure_kind.h"

#include <algorithm>
#include <array>

namespace stratoscope::ui {
namespace {

struct Entry {
    FigureKind kind;
    const char* name;
    const char* title;
    double height;
};

constexpr std::array<Entry, 10> entries{{
    {FigureKind::matrix, "matrix", "Comparison matrix", 0.86},
    {FigureKind::smoothness, "smoothness", "Smoothness curves", 0.66},
    {FigureKind::retention, "retention", "Retention of image statistics", 0.66},
    {FigureKind::readout, "readout", "Linear readout of image statistics", 0.66},
    {FigureKind::dimension, "dimension", "Intrinsic dimension", 0.66},
    {FigureKind::plane, "plane", "All pairs, one direction against the other", 0.92},
    {FigureKind::measures, "measures", "All pairs, one measure against the other", 0.92},
    {FigureKind::sensitivity, "sensitivity", "One pair over k or pooling", 0.6},
    {FigureKind::gallery, "gallery", "Most divergent images", 0.6},
    {FigureKind::neighbours, "neighbours", "Nearest neighbours of the image", 0.5},
}};

const Entry& entryOf(FigureKind kind) {
    return *std::ranges::find(entries, kind, &Entry::kind);
}

} // namespace

QString nameOf(FigureKind kind) {
    return QLatin1String(entryOf(kind).name);
}

QString titleOf(FigureKind kind) {
    return QLatin1String(entryOf(kind).title);
}

std::optional<FigureKind> figureNamed(const QString& name) {
    const auto at =
        std::ranges::find_if(entries, [&](const Entry& entry) { return name == QLatin1String(entry.name); });
    return at == entries.end() ? std::nullopt : std::optional(at->kind);
}

QStringList figureNames() {
    QStringList names;
    for (const Entry& entry : entries)
        names << QLatin1String(entry.name);
    return names;
}

double usualHeight(FigureKind kind) {
    return entryOf(kind).height;
}

} // namespace stratoscope::ui
