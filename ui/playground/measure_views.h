// What measures say of the two representations: the plane of both directions, and a list of several.
#pragma once

#include "core/jobs/pair_portrait_job.h"
#include "ui/painting/measure_rows_painter.h"
#include "ui/painting/two_ways_painter.h"

#include <QWidget>

namespace stratoscope::ui {

class TwoWaysView : public QWidget {
    Q_OBJECT

  public:
    explicit TwoWaysView(QWidget* parent = nullptr);
    void setStyle_(const Style& style);
    void setScene(TwoWaysScene scene);
    [[nodiscard]] const TwoWaysScene& scene() const { return scene_; }
    [[nodiscard]] QSize sizeHint() const override { return {180, 150}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    Style style_;
    TwoWaysScene scene_;
};

class MeasuresView : public QWidget {
    Q_OBJECT

  public:
    explicit MeasuresView(QWidget* parent = nullptr);
    void setStyle_(const Style& style);
    void setRows(std::vector<MeasureRow> rows);
    [[nodiscard]] const std::vector<MeasureRow>& rows() const { return rows_; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {190, sizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    Style style_;
    std::vector<MeasureRow> rows_;
};

/// Both directions of the information imbalance, then the others.
[[nodiscard]] std::vector<MeasureRow> rowsOf(const jobs::PairPortrait& portrait);
[[nodiscard]] TwoWaysScene planeOf(const jobs::PairPortrait& portrait, const std::vector<QPointF>& trail);

} // namespace stratoscope::ui
