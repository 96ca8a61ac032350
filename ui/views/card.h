// A titled panel of the window: heading, a line of explanation beside it, room for controls, and the view.
#pragma once

#include <QFrame>
#include <QLabel>

class QHBoxLayout;
class QVBoxLayout;

namespace stratoscope::ui {

class Card : public QFrame {
    Q_OBJECT

  public:
    explicit Card(const QString& title, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setSubtitle(const QString& subtitle);
    /// At the right of the heading; the card owns it.
    void addControl(QWidget* control);
    /// Below the heading, filling the card; the card owns it.
    void setBody(QWidget* body, int stretch = 1);
    void addBelow(QWidget* widget);

  private:
    QLabel* title_;
    QLabel* subtitle_;
    QHBoxLayout* heading_;
    QVBoxLayout* column_;
};

/// A label that shortens its text with an ellipsis instead of demanding room.
class ElidingLabel : public QLabel {
    Q_OBJECT

  public:
    explicit ElidingLabel(QWidget* parent = nullptr);
    void setFullText(const QString& text);
    [[nodiscard]] QString fullText() const { return full_; }
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString full_;
};

} // namespace stratoscope::ui
