// The figures that can be made of the workspace's views: what paints each, and the line that says what it
// shows.
#include "ui/exporting/figure_caption.h"
#include "ui/painting/layer_name.h"
#include "ui/views/curves_view.h"
#include "ui/views/gallery_view.h"
#include "ui/views/matrix_view.h"
#include "ui/views/neighbours_view.h"
#include "ui/views/pair_view.h"
#include "ui/workspace.h"

namespace stratoscope::ui {
namespace {

CurveKind curvesOf(FigureKind kind) {
    switch (kind) {
    case FigureKind::retention:
        return CurveKind::retention;
    case FigureKind::readout:
        return CurveKind::readout;
    case FigureKind::dimension:
        return CurveKind::dimension;
    default:
        return CurveKind::smoothness;
    }
}

QString pairCaption(const ComparedLayer& from, const ComparedLayer& to) {
    return QStringLiteral("%1 → %2").arg(fullName(from), fullName(to));
}

} // namespace

QString Workspace::whyNoFigure(FigureKind kind) const {
    const auto comparison = session_.comparison();
    if (!comparison || comparison->value.empty())
        return QStringLiteral("There is no comparison yet.");
    const bool ofTheComparison = kind == FigureKind::matrix || kind == FigureKind::smoothness ||
                                 kind == FigureKind::retention || kind == FigureKind::plane ||
                                 kind == FigureKind::measures;
    if (ofTheComparison && !session_.settled())
        return session_.computing() ? QStringLiteral("The comparison is not finished yet.")
                                    : QStringLiteral("The comparison was stopped; F5 computes it again.");
    switch (kind) {
    case FigureKind::matrix:
        return {};
    case FigureKind::smoothness:
    case FigureKind::retention:
        return curves_->figureOf(curvesOf(kind)).curves.empty()
                   ? (kind == FigureKind::smoothness
                          ? QStringLiteral("No shown model has two or more layers.")
                          : QStringLiteral("The images have no low-level statistics; the Data menu computes "
                                           "them from pictures."))
                   : QString();
    case FigureKind::readout:
        return session_.decodability() ? QString()
                                       : QStringLiteral("The linear readout is not computed yet.");
    case FigureKind::dimension:
        return session_.dimensions() ? QString()
                                     : QStringLiteral("The intrinsic dimension is not computed yet.");
    case FigureKind::plane:
        return comparison->directed()
                   ? QString()
                   : QStringLiteral("This measure has no directions to draw against each other.");
    case FigureKind::measures:
        return session_.beside() ? QString() : QStringLiteral("No second measure is chosen.");
    case FigureKind::sensitivity:
        return pair_->sensitivity().scene().choices.empty()
                   ? QStringLiteral("Nothing can be varied for the picked pair, or it is not computed yet.")
                   : QString();
    case FigureKind::gallery:
        return inspector_.ranked() ? QString() : QStringLiteral("No pair of layers is picked.");
    case FigureKind::neighbours:
        return inspector_.neighbours() ? QString() : QStringLiteral("No image is picked.");
    }
    return {};
}

PaintFigure Workspace::painterOf(FigureKind kind) const {
    switch (kind) {
    case FigureKind::matrix:
        return [this](QPainter& painter, const QRectF& area, const Style& style) {
            const MatrixPairScene scene = matrix_->sceneForExport();
            paintMatrixPair(painter, scene, MatrixPairLayout(scene, area, style), matrix_->colours(), style);
        };
    case FigureKind::smoothness:
    case FigureKind::retention:
    case FigureKind::readout:
    case FigureKind::dimension: {
        const CurveKind curves = curvesOf(kind);
        return [this, curves](QPainter& painter, const QRectF& area, const Style& style) {
            paintCurves(painter, curves_->figureOf(curves), area, style);
        };
    }
    case FigureKind::plane:
    case FigureKind::measures: {
        const PlaneKind plane = kind == FigureKind::plane ? PlaneKind::directions : PlaneKind::twoMeasures;
        return [this, plane](QPainter& painter, const QRectF& area, const Style& style) {
            const PlaneScene scene = pair_->plane().sceneOf(plane);
            paintPlane(painter, scene, PlaneLayout(scene, area, style), style);
        };
    }
    case FigureKind::sensitivity:
        return [this](QPainter& painter, const QRectF& area, const Style& style) {
            const SensitivityScene scene = pair_->sensitivity().sceneForExport();
            paintSensitivity(painter, scene, SensitivityLayout(scene, area, style), style);
        };
    case FigureKind::gallery:
        return [this](QPainter& painter, const QRectF& area, const Style& style) {
            gallery_->paintInto(painter, area, style, 200);
        };
    case FigureKind::neighbours:
        break;
    }
    return [this](QPainter& painter, const QRectF& area, const Style& style) {
        neighbours_->paintInto(painter, area, style);
    };
}

QString Workspace::captionOf(FigureKind kind) const {
    const auto comparison = session_.comparison();
    const auto dataset = session_.dataset();
    if (!comparison || !dataset)
        return {};
    const Definition& asked = comparison->definition;
    const QString images = imagesCaption(asked);
    const auto beside = session_.beside();
    const QString both =
        captionFrom({measureCaption(asked), beside ? measureCaption(beside->definition) : QString(), images});
    const auto& picked = selection_.picked().pair;
    const auto cell = picked ? cellOfPair(*comparison, *picked) : std::nullopt;
    const QString pair =
        cell ? pairCaption(comparison->rows[cell->first], comparison->columns[cell->second]) : QString();
    // Pictures of one pair follow the settings at once, whatever the matrix still shows.
    const QString near =
        QStringLiteral("k = %1, %2").arg(session_.k()).arg(distanceCaption(session_.settings().distance));
    switch (kind) {
    case FigureKind::matrix:
    case FigureKind::measures:
        return both;
    case FigureKind::smoothness:
    case FigureKind::plane:
        return captionFrom({measureCaption(asked), images});
    case FigureKind::retention:
        return captionFrom({QStringLiteral("image statistics: ") + curves_->chosenFor(CurveKind::retention),
                            measureCaption(asked), images});
    case FigureKind::readout:
        return captionFrom(
            {QStringLiteral("cross-validated linear regression: ") + curves_->chosenFor(CurveKind::readout),
             images});
    case FigureKind::dimension:
        return captionFrom({curves_->chosenFor(CurveKind::dimension),
                            distanceCaption(session_.settings().distance), images});
    case FigureKind::sensitivity:
        if (const measures::Sensitivity* found = inspector_.facts().sensitivity()) {
            Definition now;
            now.measure = session_.settings().measure;
            now.distance = session_.settings().distance;
            return captionFrom({pairCaption(found->curves.front().from, found->curves.front().to),
                                measureCaption(now, false), images});
        }
        return {};
    case FigureKind::gallery:
        return captionFrom(
            {pair,
             QStringLiteral("images by %1, %2")
                 .arg(inspector_.specific() ? QStringLiteral("divergence specific to this pair")
                                            : QStringLiteral("raw divergence"),
                      inspector_.ranking().forward ? QStringLiteral("there") : QStringLiteral("back")),
             near, images});
    case FigureKind::neighbours:
        break;
    }
    const auto image = inspector_.image();
    return captionFrom({image && *image < dataset->images.size()
                            ? QString::fromStdString(dataset->images.ids[*image])
                            : QString(),
                        pair, near, images});
}

Figure Workspace::figure(FigureKind kind) const {
    return {painterOf(kind), titleOf(kind), captionOf(kind)};
}

} // namespace stratoscope::ui
