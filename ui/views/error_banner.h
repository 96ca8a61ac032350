// A message that stays until it is read, above the cards: what went wrong, where, and what to do.
#pragma once

#include <QFrame>

class QLabel;

namespace stratoscope::ui {

class ErrorBanner : public QFrame {
    Q_OBJECT

  public:
    explicit ErrorBanner(QWidget* parent = nullptr);
    void showError(const QString& title, const QString& text);
    [[nodiscard]] QString text() const;

  private:
    QLabel* title_;
    QLabel* text_;
};

} // namespace stratoscope::ui
