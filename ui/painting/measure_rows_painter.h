// One pair by several measures: each value on the way from "unrelated" to "same", where measures of any sense
// and range compare.
#pragma once

#include "ui/painting/style.h"

#include <QPointF>
#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace stratoscope::ui {

struct MeasureRow {
    QString name;
    QString value;
    double likeness = 0.0; ///< 0 = unrelated, 1 = same; clamped where it is drawn, NaN is left out
    bool emphasised = false;
};

class MeasureRowsLayout {
  public:
    MeasureRowsLayout() = default;
    MeasureRowsLayout(const std::vector<MeasureRow>& rows, const QRectF& area, const Style& style);

    [[nodiscard]] double heightNeeded() const;
    [[nodiscard]] QRectF row(std::size_t at) const;
    [[nodiscard]] QRectF track() const { return track_; } ///< of all rows: left = unrelated
    [[nodiscard]] double headingHeight() const { return heading_; }
    [[nodiscard]] double x(double likeness) const;
    [[nodiscard]] double valuesEnd() const { return valuesEnd_; }

  private:
    QRectF area_;
    QRectF track_;
    std::size_t rows_ = 0;
    double rowHeight_ = 1.0;
    double heading_ = 0.0;
    double valuesEnd_ = 0.0;
};

void paintMeasureRows(QPainter& painter, const std::vector<MeasureRow>& rows, const MeasureRowsLayout& layout,
                      const Style& style);

} // namespace stratoscope::ui
