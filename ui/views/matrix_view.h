// The comparison matrix on the screen, or two of them: hover reads, click picks, double click fills the view
// with one block, arrows walk.
#pragma once

#include "ui/painting/matrix_pair.h"
#include "ui/pair_inspector.h"
#include "ui/selection.h"
#include "ui/session.h"

#include <QWidget>

namespace stratoscope::ui {

class MatrixView : public QWidget {
    Q_OBJECT

  public:
    MatrixView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent = nullptr);

    void setStyle_(const Style& style);
    /// What is on the screen, for export: the zoomed block or all models, without hover.
    [[nodiscard]] MatrixPairScene sceneForExport() const;
    [[nodiscard]] const MatrixLayout& layoutNow() const { return layout_.first(); }
    [[nodiscard]] const MatrixScene& scene() const { return scene_.first; }
    /// Of the second measure where it has a matrix of its own.
    [[nodiscard]] const std::optional<MatrixScene>& besideScene() const { return scene_.second; }
    [[nodiscard]] const MatrixLayout& besideLayout() const { return layout_.second(); }
    [[nodiscard]] const ColourMap& colours() const { return colours_; }
    void setPathsShown(bool shown);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void rebuild();
    void refreshMarks();
    void relayout();
    void rebuildBeside();
    [[nodiscard]] MatrixScene sceneOf(const std::shared_ptr<const Comparison>& whole, bool finished) const;
    [[nodiscard]] std::optional<LayerPair> pairAt(QPointF point) const;

    Session& session_;
    Selection& selection_;
    ColourMap colours_;
    Style style_;
    MatrixPairScene scene_;
    MatrixPairLayout layout_;
    std::shared_ptr<const Comparison> built_; ///< what the first scene was built from
    std::shared_ptr<const Comparison> builtBeside_;
    std::optional<ModelPair> builtBlock_;
    bool pathsShown_ = true;
};

/// "Δ", "angle": what its measure's values are called, without a direction.
[[nodiscard]] QString symbolOf(const Comparison& comparison);
/// "Δ (row → column)": what a value of this comparison is.
[[nodiscard]] QString valueTitle(const Comparison& comparison);

} // namespace stratoscope::ui
