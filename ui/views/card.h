// A titled panel of the window: heading, a line of explanation beside it, room for controls, and the view.
#pragma once

#include <QFrame>
#include <QLabel>

class QHBoxLayout;
class QVBoxLayout;

namespace stratoscope::ui {

class ElidingLabel;

class Card : public QFrame {
    Q_OBJECT

  public:
    /// Without a title there is no heading: the body has its own.
    explicit Card(const QString& title, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    /// shorter: other wordings for a narrow card.
    void setSubtitle(const QString& subtitle, const QStringList& shorter = {});
    /// At the right of the heading; the card owns it.
    void addControl(QWidget* control);
    /// Below the heading, filling the card; the card owns it.
    void setBody(QWidget* body, int stretch = 1);
    void addBelow(QWidget* widget);

  private:
    ElidingLabel* title_;
    ElidingLabel* subtitle_;
    QHBoxLayout* heading_;
    QVBoxLayout* column_;
};

/// A label that shortens its text instead of demanding room: to the first of shorter wordings that fits, else
/// with an ellipsis.
class ElidingLabel : public QLabel {
    Q_OBJECT

  public:
    explicit ElidingLabel(QWidget* parent = nullptr);
    /// shorter: other wordings, each shorter than the one before.
    void setFullText(const QString& text, const QStringList& shorter = {});
    [[nodiscard]] QString fullText() const { return full_; }
    [[nodiscard]] QString fittingText() const; ///< what is painted
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString full_;
    QStringList shorter_;
};

} // namespace stratoscope::ui
