// What each image adds to an information imbalance: a bar an image, as high as the mean rank of its
// neighbours; lines across say what is the best there can be, what lots would give, and the mean of all.
#pragma once

#include "ui/painting/style.h"

#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

class QPainter;

namespace stratoscope::ui {

struct RankBarsScene {
    std::vector<double> ranks;   ///< by image, 1 … most
    std::vector<QColor> colours; ///< by image
    std::optional<std::size_t> chosen;
    double most = 1.0;   ///< the highest rank there is
    double best = 1.0;   ///< the mean rank where nothing has changed
    double chance = 1.0; ///< the mean rank where places are drawn by lot
    double mean = 0.0;
    QString title;        ///< what the ranks are
    bool focused = false; ///< has the keyboard
};

class RankBarsLayout {
  public:
    RankBarsLayout() = default;
    RankBarsLayout(const RankBarsScene& scene, const QRectF& area, const Style& style);

    [[nodiscard]] QRectF plot() const { return plot_; }
    [[nodiscard]] double y(double rank) const;
    [[nodiscard]] QRectF bar(std::size_t image) const; ///< from the axis to its rank
    /// Anywhere in its column, its number included.
    [[nodiscard]] std::optional<std::size_t> imageAt(QPointF point) const;
    struct Line {
        double y = 0.0;
        QString label; ///< empty where it would touch another
        QPointF at;    ///< where its base line begins
    };
    /// Mean, best and by lot, in this order.
    [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

  private:
    QRectF area_;
    QRectF plot_;
    double most_ = 1.0;
    std::vector<double> ranks_;
    std::vector<Line> lines_;
};

void paintRankBars(QPainter& painter, const RankBarsScene& scene, const RankBarsLayout& layout,
                   const Style& style);

} // namespace stratoscope::ui
