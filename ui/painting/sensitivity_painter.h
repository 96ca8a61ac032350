// How one pair's value depends on k or pooling: a small curve in each direction, on the scale 0 = same,
// 1 = unrelated, the only one on which different k compare.
#pragma once

#include "ui/painting/style.h"

#include <QPointF>
#include <QRectF>
#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

class QPainter;

namespace stratoscope::ui {

struct SensitivityScene {
    struct Point {
        std::size_t choice = 0; ///< of `choices`
        double excess = 0.0;    ///< NaN is a gap
        double error = 0.0;     ///< NaN for none
    };
    struct Line {
        std::vector<Point> points;
        std::size_t colour = 0; ///< n of Style::model()
        bool coloured = true;   ///< else as text: no model of its own
        bool dashed = false;    ///< the way back
        bool aside = false;     ///< another pooling: thin, named at its end
        QString name;
    };
    /// A value of k, or a pooling.
    struct Choice {
        QString label;
        double position = 0.0; ///< 0…1 along the axis
    };
    std::vector<Choice> choices;
    std::vector<Line> lines;
    QString title;
    QString brief;                      ///< the title where room is scarce
    std::optional<std::size_t> current; ///< of `choices`
    std::optional<std::size_t> hovered;
};

class SensitivityLayout {
  public:
    SensitivityLayout() = default;
    SensitivityLayout(const SensitivityScene& scene, const QRectF& area, const Style& style);

    [[nodiscard]] bool empty() const { return across_.empty(); }
    [[nodiscard]] QRectF plot() const { return plot_; }
    [[nodiscard]] double top() const { return top_; } ///< excess at the upper end of the axis
    [[nodiscard]] double x(std::size_t choice) const { return across_.at(choice); }
    [[nodiscard]] double y(double excess) const;
    /// The choice whose place on the axis is nearest, anywhere over the plot.
    [[nodiscard]] std::optional<std::size_t> choiceAt(QPointF point) const;

  private:
    QRectF area_;
    QRectF plot_;
    std::vector<double> across_;
    double top_ = 1.0;
};

void paintSensitivity(QPainter& painter, const SensitivityScene& scene, const SensitivityLayout& layout,
                      const Style& style);

} // namespace stratoscope::ui
