#include "ui/views/matrix_view.h"

#include "core/analysis/model_pair.h"
#include "core/data/layer_choice.h"
#include "core/jobs/compare_job.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace stratoscope::ui {
namespace {

std::vector<std::size_t> layersOf(const std::vector<ComparedLayer>& layers, const std::string& model) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i].model == model)
            out.push_back(i);
    return out;
}

std::vector<std::vector<MatrixCell>> bestMatchPaths(const Comparison& comparison) {
    std::vector<std::vector<MatrixCell>> paths;
    for (const auto& rows : analysis::model_ranges(comparison.rows))
        for (const auto& columns : analysis::model_ranges(comparison.columns)) {
            if (rows.model == columns.model || rows.family == statistics_family ||
                columns.family == statistics_family)
                continue;
            const analysis::MatchPath best = analysis::best_match_path(comparison, rows.model, columns.model);
            if (best.cells.empty() ||
                best.mean > 0.75) // nothing matches: a path through noise would only mislead
                continue;
            auto& path = paths.emplace_back();
            for (const auto& [row, column] : best.cells)
                path.push_back({row, column});
        }
    return paths;
}

} // namespace

QString valueTitle(const Comparison& comparison) {
    const measures::MeasureInfo* info = measures::find_measure(comparison.definition.measure);
    const QString symbol =
        info == nullptr ? QStringLiteral("value")
                        : QString::fromUtf8(info->symbol.data(), static_cast<qsizetype>(info->symbol.size()));
    return comparison.directed() ? symbol + QStringLiteral(" (row → column)") : symbol;
}

MatrixView::MatrixView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection) {
    setObjectName(QStringLiteral("matrixView"));
    setAccessibleName(QStringLiteral("Comparison matrix"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(260, 220);
    connect(&session, &Session::comparisonChanged, this, &MatrixView::rebuild);
    connect(&selection, &Selection::changed, this, &MatrixView::rebuild);
    connect(&selection, &Selection::hoverChanged, this, &MatrixView::refreshMarks);
    Q_UNUSED(inspector)
}

void MatrixView::setStyle_(const Style& style) {
    style_ = style;
    relayout();
}

void MatrixView::setPathsShown(bool shown) {
    pathsShown_ = shown;
    built_.reset();
    rebuild();
}

void MatrixView::rebuild() {
    const auto whole = session_.comparison();
    const auto& block = selection_.picked().block;
    if (whole != built_ || block != builtBlock_ || !scene_.comparison) {
        built_ = whole;
        builtBlock_ = block;
        scene_.comparison = whole;
        if (whole && block) {
            const auto rows = layersOf(whole->rows, block->rows);
            const auto columns = layersOf(whole->columns, block->columns);
            if (!rows.empty() && !columns.empty())
                scene_.comparison = std::make_shared<const Comparison>(choose_layers(*whole, rows, columns));
        }
        scene_.paths.clear();
        if (whole && scene_.comparison && pathsShown_ && !session_.imagesDone()) {
            for (auto& path : bestMatchPaths(*whole)) {
                // Paths are found with both directions at hand, then told in the rows of the block that is
                // shown.
                std::vector<MatrixCell> shown;
                for (const MatrixCell& cell : path)
                    if (const auto at = cellOf(
                            LayerPair{whole->rows[cell.row].path(), whole->columns[cell.column].path()}))
                        shown.push_back(*at);
                if (!shown.empty())
                    scene_.paths.push_back(std::move(shown));
            }
        }
    }
    if (scene_.comparison) {
        scene_.scale = ValueScale(*scene_.comparison, session_.settings().scale);
        scene_.scaleTitle = valueTitle(*scene_.comparison);
        scene_.modelColour = session_.modelColours();
    }
    scene_.stale = session_.stale();
    relayout();
    refreshMarks();
}

void MatrixView::relayout() {
    layout_ = MatrixLayout(scene_, QRectF(rect()).adjusted(0, 0, -2, -2), style_);
    update();
}

void MatrixView::refreshMarks() {
    scene_.selected = cellOf(selection_.picked().pair);
    scene_.hovered = cellOf(selection_.hoveredPair());
    update();
}

std::optional<MatrixCell> MatrixView::cellOf(const std::optional<LayerPair>& pair) const {
    if (!pair || !scene_.comparison)
        return std::nullopt;
    const auto find = [](const std::vector<ComparedLayer>& layers, const std::string& path) {
        const auto at =
            std::ranges::find_if(layers, [&](const ComparedLayer& layer) { return layer.path() == path; });
        return static_cast<std::size_t>(at - layers.begin());
    };
    const std::size_t row = find(scene_.comparison->rows, pair->from);
    const std::size_t column = find(scene_.comparison->columns, pair->to);
    if (row == scene_.comparison->rows.size() || column == scene_.comparison->columns.size())
        return std::nullopt;
    return MatrixCell{row, column};
}

std::optional<LayerPair> MatrixView::pairAt(std::optional<MatrixCell> cell) const {
    if (!cell || !scene_.comparison)
        return std::nullopt;
    return LayerPair{scene_.comparison->rows[cell->row].path(),
                     scene_.comparison->columns[cell->column].path()};
}

MatrixScene MatrixView::sceneForExport() const {
    MatrixScene scene = scene_;
    scene.hovered.reset();
    scene.selected.reset();
    scene.stale = false;
    return scene;
}

void MatrixView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), style_.card);
    if (!scene_.comparison || layout_.empty()) {
        painter.setPen(style_.muted);
        painter.setFont(style_.font);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         session_.computing() ? QStringLiteral("Reading layers …")
                         : session_.dataset()
                             ? QStringLiteral("No layers are shown. Tick some at the left.")
                             : QStringLiteral("Open a file of activations, or drop one here."));
        return;
    }
    paintMatrix(painter, scene_, layout_, colours_, style_);
}

void MatrixView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    relayout();
}

void MatrixView::mouseMoveEvent(QMouseEvent* event) {
    selection_.hoverPair(pairAt(layout_.empty() ? std::nullopt : layout_.cellAt(event->position())));
}

void MatrixView::leaveEvent(QEvent*) {
    selection_.hoverPair(std::nullopt);
}

void MatrixView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || layout_.empty())
        return;
    if (const auto pair = pairAt(layout_.cellAt(event->position())))
        selection_.pickPair(*pair);
}

void MatrixView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || layout_.empty())
        return;
    if (selection_.picked().block) {
        selection_.pickBlock(std::nullopt);
        return;
    }
    if (const auto cell = layout_.cellAt(event->position()))
        selection_.pickBlock(ModelPair{scene_.comparison->rows[cell->row].model,
                                       scene_.comparison->columns[cell->column].model});
}

void MatrixView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && selection_.picked().block) {
        selection_.pickBlock(std::nullopt);
        return;
    }
    if (!scene_.comparison || layout_.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    MatrixCell cell = scene_.selected.value_or(MatrixCell{});
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && scene_.selected &&
        !selection_.picked().block) {
        selection_.pickBlock(ModelPair{scene_.comparison->rows[cell.row].model,
                                       scene_.comparison->columns[cell.column].model});
        return;
    }
    if (event->key() == Qt::Key_Left && cell.column > 0)
        --cell.column;
    else if (event->key() == Qt::Key_Right && cell.column + 1 < scene_.comparison->columns.size())
        ++cell.column;
    else if (event->key() == Qt::Key_Up && cell.row > 0)
        --cell.row;
    else if (event->key() == Qt::Key_Down && cell.row + 1 < scene_.comparison->rows.size())
        ++cell.row;
    else {
        QWidget::keyPressEvent(event);
        return;
    }
    selection_.pickPair(*pairAt(cell));
}

} // namespace stratoscope::ui
