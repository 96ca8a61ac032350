// The cards of the window: layers, matrix, curves, pair, images, neighbours; each view in its place.
#pragma once

#include "ui/exporting/figure_export.h"
#include "ui/exporting/figure_kind.h"
#include "ui/pair_inspector.h"
#include "ui/selection.h"
#include "ui/session.h"
#include "ui/thumbnail_cache.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSplitter;
class QToolButton;

namespace stratoscope::ui {

class Card;
class CurvesView;
class ElidingLabel;
class GalleryView;
class LayersPanel;
class MatrixView;
class MeasureBox;
class NeighboursView;
class PairView;

/// A card each.
enum class WorkspacePart { layers, matrix, curves, pair, gallery, neighbours };

class Workspace : public QWidget {
    Q_OBJECT

  public:
    Workspace(Session& session, Selection& selection, PairInspector& inspector, ThumbnailCache& thumbnails,
              QWidget* parent = nullptr);

    void setStyle_(const Style& style);
    /// A figure of the views as they are now, with what it shows in words; they must outlive it.
    [[nodiscard]] Figure figure(FigureKind kind) const;
    /// Why there is nothing to paint, empty where there is.
    [[nodiscard]] QString whyNoFigure(FigureKind kind) const;
    void setPathsShown(bool shown);
    [[nodiscard]] QWidget* part(WorkspacePart part) const;
    [[nodiscard]] CurvesView& curves() const { return *curves_; }
    [[nodiscard]] QByteArray arrangement() const;
    void restoreArrangement(const QByteArray& state);

  Q_SIGNALS:
    void picturesWanted(); ///< of a file without any: the person wants to name their folder

  private:
    void buildCards();
    [[nodiscard]] PaintFigure painterOf(FigureKind kind) const;
    [[nodiscard]] QString captionOf(FigureKind kind) const;
    void refreshMatrixCard();
    void refreshReadout();
    void refreshGalleryCard();
    void refreshPictures();
    void setRankingFromChoice();
    void refreshRankingChoice();

    Session& session_;
    Selection& selection_;
    PairInspector& inspector_;
    ThumbnailCache& thumbnails_;
    LayersPanel* layers_;
    MatrixView* matrix_;
    CurvesView* curves_;
    PairView* pair_;
    GalleryView* gallery_;
    NeighboursView* neighbours_;
    Card* layersCard_;
    Card* matrixCard_;
    Card* curvesCard_;
    Card* pairCard_;
    Card* galleryCard_;
    Card* neighboursCard_;
    ElidingLabel* readout_;
    QToolButton* allModels_;
    QLabel* besideLabel_;
    MeasureBox* beside_;
    QComboBox* ranking_;
    QToolButton* attach_;
    QSplitter* upper_;
    QSplitter* right_;
    QSplitter* lower_;
    QSplitter* whole_;
};

} // namespace stratoscope::ui
