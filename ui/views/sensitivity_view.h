// The shown pair's value over k, or over poolings, in both directions; a click chooses that k.
#pragma once

#include "ui/painting/sensitivity_painter.h"
#include "ui/pair_facts.h"

#include <QWidget>

namespace stratoscope::ui {

class SensitivityView : public QWidget {
    Q_OBJECT

  public:
    SensitivityView(Session& session, PairFacts& facts, QWidget* parent = nullptr);
    void setStyle_(const Style& style);
    [[nodiscard]] const SensitivityScene& scene() const { return scene_; }
    [[nodiscard]] const SensitivityLayout& layoutNow() const { return layout_; }
    /// For export, without the mouse; without choices where there is nothing to draw.
    [[nodiscard]] SensitivityScene sceneForExport() const;
    [[nodiscard]] QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void rebuild();
    void relayout();
    void overK(const measures::Sensitivity& found);
    void overPoolings(const measures::Sensitivity& found);
    [[nodiscard]] SensitivityScene::Line lineOf(const measures::SensitivityCurve& curve, bool back,
                                                bool aside) const;
    [[nodiscard]] QString told(std::size_t choice) const;

    Session& session_;
    PairFacts& facts_;
    Style style_;
    SensitivityScene scene_;
    SensitivityLayout layout_;
};

} // namespace stratoscope::ui
