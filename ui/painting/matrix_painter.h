// The layer × layer matrix: layout, hit tests and painting, the same for screen, PDF, SVG and PNG.
#pragma once

#include "core/analysis/model_block.h"
#include "core/data/comparison.h"
#include "ui/painting/colour_map.h"
#include "ui/painting/style.h"
#include "ui/painting/value_scale.h"

#include <QPointF>
#include <QRectF>
#include <QString>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

class QPainter;

namespace stratoscope::ui {

struct MatrixCell {
    std::size_t row = 0;
    std::size_t column = 0;
    bool operator==(const MatrixCell&) const = default;
};

struct MatrixScene {
    std::shared_ptr<const Comparison> comparison; ///< null or empty: nothing is painted
    ValueScale scale;
    QString scaleTitle;                             ///< over the colour bar: "Δ(row → column)"
    std::map<std::string, std::size_t> modelColour; ///< by model name: n of Style::model()
    std::vector<std::vector<MatrixCell>> paths;     ///< best-match paths
    std::optional<MatrixCell> selected;
    std::optional<MatrixCell> hovered;
    bool stale = false; ///< of earlier settings: paler
    /// A second measure in the cells below the diagonal, of the same rows and columns, both measures
    /// symmetric. Null: `comparison` everywhere.
    std::shared_ptr<const Comparison> lower;
    ValueScale lowerScale;
    QString lowerTitle;
    // Of two matrices that stand beside each other, one names the rows, or columns, of both.
    bool rowsNamed = true;
    bool columnsNamed = true;
    bool layersMayBeNamed = true;  ///< where there is room; else models alone
    double leastLegendSpace = 0.0; ///< kept at the right, so that both are equally large
    double mostNameShare = 0.26;   ///< of the area, for the names of rows or columns
};

/// Positions in the painter's coordinates. Cells of one model stand together, models apart by a gap.
class MatrixLayout {
  public:
    MatrixLayout() = default;
    MatrixLayout(const MatrixScene& scene, const QRectF& area, const Style& style);

    [[nodiscard]] bool empty() const { return rows_.empty() || columns_.empty(); }
    [[nodiscard]] QRectF cellRect(std::size_t row, std::size_t column) const;
    /// The cell under a point; nothing in gaps and outside.
    [[nodiscard]] std::optional<MatrixCell> cellAt(QPointF point) const;
    [[nodiscard]] QRectF blockRect(const analysis::ModelRange& rows,
                                   const analysis::ModelRange& columns) const;
    [[nodiscard]] QRectF matrixRect() const { return matrix_; }
    [[nodiscard]] QRectF colourBarRect() const { return colourBar_; }
    [[nodiscard]] QRectF lowerBarRect() const { return lowerBar_; } ///< of the second measure, else null
    /// What a scene's colour bars and their labels need at the right.
    [[nodiscard]] static double legendSpace(const MatrixScene& scene, const Style& style);
    [[nodiscard]] const std::vector<analysis::ModelRange>& rowModels() const { return rows_; }
    [[nodiscard]] const std::vector<analysis::ModelRange>& columnModels() const { return columns_; }
    [[nodiscard]] bool layersNamed() const { return layersNamed_; }
    /// Of the layers, where these are named: whole, or where there is not the room without what all share.
    [[nodiscard]] const std::vector<QString>& rowNames() const { return rowNames_; }
    [[nodiscard]] const std::vector<QString>& columnNames() const { return columnNames_; }
    /// With the line that names the model where layers are named; so the next.
    [[nodiscard]] double rowLabelWidth() const { return rowLabelWidth_; }
    [[nodiscard]] double columnLabelHeight() const { return columnLabelHeight_; }
    [[nodiscard]] bool columnLabelsTurned() const { return columnLabelsTurned_; }

  private:
    std::vector<analysis::ModelRange> rows_;
    std::vector<analysis::ModelRange> columns_;
    std::vector<double> rowTop_;     ///< by row
    std::vector<double> columnLeft_; ///< by column
    double cellWidth_ = 0.0;
    double cellHeight_ = 0.0;
    QRectF matrix_;
    QRectF colourBar_;
    QRectF lowerBar_;
    std::vector<QString> rowNames_;
    std::vector<QString> columnNames_;
    double rowLabelWidth_ = 0.0;
    double columnLabelHeight_ = 0.0;
    bool layersNamed_ = false; ///< cells are large enough for a name each
    bool columnLabelsTurned_ = false;
};

void paintMatrix(QPainter& painter, const MatrixScene& scene, const MatrixLayout& layout,
                 const ColourMap& colours, const Style& style);

} // namespace stratoscope::ui
