// The end of a tool bar: actions as buttons, as many as there is room for; the others are behind a », so that
// none is ever out of reach.
#pragma once

#include <QWidget>

#include <vector>

class QMenu;
class QToolButton;

namespace stratoscope::ui {

class ActionRow : public QWidget {
    Q_OBJECT

  public:
    explicit ActionRow(QWidget* parent = nullptr);

    /// The first one is the last to go.
    void add(QAction* action);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override; ///< of the » alone

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    [[nodiscard]] int widthOf(std::size_t buttons) const;
    void fit();

    std::vector<QToolButton*> buttons_;
    QToolButton* more_;
    QMenu* hidden_;
};

} // namespace stratoscope::ui
