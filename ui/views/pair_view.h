// The shown pair in numbers and words: both directions, other measures, how it depends on k, and where it
// stands among all pairs.
#pragma once

#include "ui/pair_inspector.h"
#include "ui/selection.h"
#include "ui/session.h"
#include "ui/views/plane_view.h"
#include "ui/views/sensitivity_view.h"

#include <QWidget>

class QLabel;
class QTabBar;

namespace stratoscope::ui {

class ElidingLabel;

class PairView : public QWidget {
    Q_OBJECT

  public:
    PairView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent = nullptr);
    void setStyle_(const Style& style);
    [[nodiscard]] const PlaneView& plane() const { return *plane_; }
    [[nodiscard]] const SensitivityView& sensitivity() const { return *sensitivity_; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();
    void refreshHeading();
    void refreshNumbers(const Comparison& comparison, const LayerPair& pair);
    void refreshFacts(const Comparison& comparison, const ComparedLayer& from, const ComparedLayer& to);
    [[nodiscard]] bool roomForList() const;
    [[nodiscard]] int linesOfOthers() const;
    void refreshOthers();
    void refreshPlane();
    [[nodiscard]] std::optional<LayerPair> shownPair() const;

    Session& session_;
    Selection& selection_;
    PairInspector& inspector_;
    QLabel* heading_;
    QLabel* forward_;
    ElidingLabel* forwardWords_;
    QLabel* backward_;
    ElidingLabel* backwardWords_;
    QLabel* others_;
    ElidingLabel* facts_;
    SensitivityView* sensitivity_;
    QTabBar* planeTabs_;
    PlaneView* plane_;
    Style style_;
};

/// "0.70 ± 0.01"; without the error where there is none.
[[nodiscard]] QString valueWithError(const Comparison& comparison, std::size_t row, std::size_t column);

/// What a measure is called where there is little room: "Δ", "CKA", "RSA".
[[nodiscard]] QString shortTitle(const std::string& measure);

} // namespace stratoscope::ui
