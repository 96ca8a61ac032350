// One pair of representations in the plane of both directions of its information imbalance, with the way it
// came and what the corners mean.
#pragma once

#include "ui/painting/style.h"

#include <QPointF>
#include <QRectF>
#include <QString>

#include <optional>
#include <vector>

class QPainter;

namespace stratoscope::ui {

struct TwoWaysScene {
    std::optional<QPointF> now; ///< (Δ of A → B, Δ of B → A)
    std::vector<QPointF> trail; ///< where it was before, oldest first
    double floor = 0.0;         ///< of both
    double null_value = 1.0;    ///< of both
    QString across;             ///< names of the axes
    QString up;
};

class TwoWaysLayout {
  public:
    TwoWaysLayout() = default;
    TwoWaysLayout(const TwoWaysScene& scene, const QRectF& area, const Style& style);

    [[nodiscard]] QRectF plot() const { return plot_; }
    /// Values beyond the axes stay at their ends.
    [[nodiscard]] QPointF at(QPointF values) const;
    static constexpr double most = 1.2; ///< where the axes end: chance lies on both sides of 1
    struct Name {
        QString text;
        QRectF area;
    };
    /// Of the corners; none touches another.
    [[nodiscard]] const std::vector<Name>& names() const { return names_; }

  private:
    QRectF plot_;
    std::vector<Name> names_;
};

void paintTwoWays(QPainter& painter, const TwoWaysScene& scene, const TwoWaysLayout& layout,
                  const Style& style);

} // namespace stratoscope::ui
