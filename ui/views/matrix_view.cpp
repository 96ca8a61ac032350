#include "ui/views/matrix_view.h"

#include "core/analysis/model_pair.h"
#include "core/data/layer_choice.h"
#include "core/jobs/compare_job.h"
#include "ui/painting/text.h"

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

QString symbolOf(const Comparison& comparison) {
    const measures::MeasureInfo* info = measures::find_measure(comparison.definition.measure);
    return info == nullptr ? QStringLiteral("value") : text(info->symbol);
}

QString valueTitle(const Comparison& comparison) {
    const QString symbol = symbolOf(comparison);
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

// One block of it, where one fills the view.
MatrixScene MatrixView::sceneOf(const std::shared_ptr<const Comparison>& whole, bool finished) const {
    MatrixScene scene;
    scene.comparison = whole;
    if (!whole)
        return scene;
    if (const auto& block = selection_.picked().block) {
        const auto rows = layersOf(whole->rows, block->rows);
        const auto columns = layersOf(whole->columns, block->columns);
        if (!rows.empty() && !columns.empty())
            scene.comparison = std::make_shared<const Comparison>(choose_layers(*whole, rows, columns));
    }
    if (pathsShown_ && finished)
        for (auto& path : bestMatchPaths(*whole)) {
            // Paths are found with both directions at hand, then told in the rows of the block that is shown.
            std::vector<MatrixCell> shown;
            for (const MatrixCell& cell : path)
                if (const auto at = cellOfPair(*scene.comparison, {whole->rows[cell.row].path(),
                                                                   whole->columns[cell.column].path()}))
                    shown.push_back({at->first, at->second});
            if (!shown.empty())
                scene.paths.push_back(std::move(shown));
        }
    return scene;
}

void MatrixView::rebuild() {
    const auto whole = session_.comparison();
    const auto beside = session_.beside();
    const auto& block = selection_.picked().block;
    const bool otherBlock = block != builtBlock_;
    MatrixScene& first = scene_.first;
    if (whole != built_ || beside != builtBeside_ || otherBlock || !first.comparison) {
        const bool twoTriangles = first.lower != nullptr;
        if (whole != built_ || otherBlock || !first.comparison || twoTriangles)
            first = sceneOf(whole, !session_.imagesDone());
        built_ = whole;
        builtBeside_ = beside;
        builtBlock_ = block;
        rebuildBeside();
    }
    for (MatrixScene* scene : {&scene_.first, scene_.second ? &*scene_.second : nullptr}) {
        if (scene == nullptr || !scene->comparison)
            continue;
        scene->scale = ValueScale(*scene->comparison, session_.settings().scale);
        scene->scaleTitle = valueTitle(*scene->comparison);
        scene->modelColour = session_.modelColours();
    }
    if (first.lower) {
        first.lowerScale = ValueScale(*first.lower, session_.settings().scale);
        first.lowerTitle = QStringLiteral("◣ ") + valueTitle(*first.lower);
        first.scaleTitle.prepend(QStringLiteral("◥ "));
    }
    first.stale = session_.stale() || (first.lower && session_.besideStale());
    if (scene_.second)
        scene_.second->stale = session_.besideStale();
    relayout();
    refreshMarks();
}

// Two symmetric measures share one square matrix, a triangle each; others stand beside each other.
void MatrixView::rebuildBeside() {
    scene_.second.reset();
    const auto beside = session_.beside();
    if (!beside || beside->value.empty() || !scene_.first.comparison)
        return;
    MatrixScene second = sceneOf(beside, !session_.computing());
    const Comparison& one = *scene_.first.comparison;
    const bool square = one.rows == one.columns && second.comparison->rows == one.rows &&
                        second.comparison->columns == one.columns;
    if (square && !one.directed() && !second.comparison->directed()) {
        scene_.first.lower = second.comparison;
        scene_.first.paths.clear(); // they are of one measure
    } else {
        scene_.second = std::move(second);
    }
}

void MatrixView::relayout() {
    layout_ = MatrixPairLayout(scene_, QRectF(rect()).adjusted(0, 0, -2, -2), style_);
    update();
}

void MatrixView::refreshMarks() {
    const auto cellIn = [](const MatrixScene& scene,
                           const std::optional<LayerPair>& pair) -> std::optional<MatrixCell> {
        const auto at = pair && scene.comparison ? cellOfPair(*scene.comparison, *pair) : std::nullopt;
        return at ? std::optional(MatrixCell{at->first, at->second}) : std::nullopt;
    };
    for (MatrixScene* scene : {&scene_.first, scene_.second ? &*scene_.second : nullptr})
        if (scene != nullptr) {
            scene->selected = cellIn(*scene, selection_.picked().pair);
            scene->hovered = cellIn(*scene, selection_.hoveredPair());
        }
    update();
}

std::optional<LayerPair> MatrixView::pairAt(QPointF point) const {
    const bool second = layout_.onSecond(point);
    const MatrixScene& scene = second && scene_.second ? *scene_.second : scene_.first;
    const MatrixLayout& layout = second ? layout_.second() : layout_.first();
    const auto cell = layout.empty() || !scene.comparison ? std::nullopt : layout.cellAt(point);
    if (!cell)
        return std::nullopt;
    return LayerPair{scene.comparison->rows[cell->row].path(),
                     scene.comparison->columns[cell->column].path()};
}

MatrixPairScene MatrixView::sceneForExport() const {
    MatrixPairScene scene = scene_;
    for (MatrixScene* one : {&scene.first, scene.second ? &*scene.second : nullptr})
        if (one != nullptr) {
            one->hovered.reset();
            one->selected.reset();
            one->stale = false;
        }
    return scene;
}

void MatrixView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), style_.card);
    if (!scene_.first.comparison || layout_.empty()) {
        painter.setPen(style_.muted);
        painter.setFont(style_.font);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         session_.computing() ? QStringLiteral("Reading layers …")
                         : session_.dataset() && !session_.comparison()
                             ? QStringLiteral("There is no comparison. F5 computes it.")
                         : session_.dataset()
                             ? QStringLiteral("No layers are shown. Tick some at the left.")
                             : QStringLiteral("Open a file of activations, or drop one here."));
        return;
    }
    paintMatrixPair(painter, scene_, layout_, colours_, style_);
}

void MatrixView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    relayout();
}

void MatrixView::mouseMoveEvent(QMouseEvent* event) {
    selection_.hoverPair(pairAt(event->position()));
}

void MatrixView::leaveEvent(QEvent*) {
    selection_.hoverPair(std::nullopt);
}

void MatrixView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    if (const auto pair = pairAt(event->position()))
        selection_.pickPair(*pair);
}

void MatrixView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || layout_.empty())
        return;
    if (selection_.picked().block) {
        selection_.pickBlock(std::nullopt);
        return;
    }
    const auto dataset = session_.dataset();
    const auto pair = pairAt(event->position());
    const auto from = pair && dataset ? dataset->find(pair->from) : std::nullopt;
    const auto to = pair && dataset ? dataset->find(pair->to) : std::nullopt;
    if (from && to)
        selection_.pickBlock(ModelPair{dataset->model(*from).name, dataset->model(*to).name});
}

void MatrixView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && selection_.picked().block) {
        selection_.pickBlock(std::nullopt);
        return;
    }
    const MatrixScene& first = scene_.first;
    if (!first.comparison || layout_.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    MatrixCell cell = first.selected.value_or(MatrixCell{});
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && first.selected &&
        !selection_.picked().block) {
        selection_.pickBlock(
            ModelPair{first.comparison->rows[cell.row].model, first.comparison->columns[cell.column].model});
        return;
    }
    if (event->key() == Qt::Key_Left && cell.column > 0)
        --cell.column;
    else if (event->key() == Qt::Key_Right && cell.column + 1 < first.comparison->columns.size())
        ++cell.column;
    else if (event->key() == Qt::Key_Up && cell.row > 0)
        --cell.row;
    else if (event->key() == Qt::Key_Down && cell.row + 1 < first.comparison->rows.size())
        ++cell.row;
    else {
        QWidget::keyPressEvent(event);
        return;
    }
    selection_.pickPair(
        {first.comparison->rows[cell.row].path(), first.comparison->columns[cell.column].path()});
}

} // namespace stratoscope::ui
