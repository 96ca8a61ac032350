#include "ui/theme.h"

#include "ui/check_style.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>

namespace stratoscope::ui {
namespace {

// Before the program's own palette covers it.
bool systemIsDark() {
    static const bool dark = [] {
        const QPalette palette = QApplication::style()->standardPalette();
        return palette.color(QPalette::Window).lightness() < 128;
    }();
    return dark;
}

QString sheet(const Style& style) {
    // Names in braces are replaced by colours below.
    QString text = QStringLiteral(R"(
QMainWindow, QDialog { background: {window}; }
QToolBar { background: {card}; border: none; border-bottom: 1px solid {border}; spacing: 6px; padding: 2px 10px; }
QToolBar QLabel { color: {muted}; padding-left: 6px; }
QToolButton { color: {text}; border: 1px solid transparent; border-radius: 4px; padding: 3px 7px; }
QToolButton:hover, QToolButton:open { background: {grid}; }
QToolButton:focus { border-color: {accent}; }
QToolButton:disabled { color: {border}; }
QMenuBar QToolButton { padding: 1px 7px; }
QStatusBar QToolButton { padding: 0 7px; }
QToolButton::menu-indicator { image: none; }
QStatusBar { background: {card}; border-top: 1px solid {border}; color: {muted}; }
QStatusBar QLabel { color: {muted}; padding: 0 8px; }
QStatusBar::item { border: none; }
QMenuBar { background: {card}; color: {text}; }
QMenuBar::item { background: transparent; padding: 4px 9px; }
QMenuBar::item:selected { background: {grid}; }
QMenu { background: {card}; color: {text}; border: 1px solid {border}; padding: 4px; }
QMenu::item { padding: 4px 22px 4px 14px; border-radius: 3px; }
QMenu::item:selected { background: {accent}; color: {card}; }
QMenu::item:disabled { color: {muted}; }
QMenu::separator { height: 1px; background: {border}; margin: 4px 6px; }
QFrame#card { background: {card}; border: 1px solid {border}; border-radius: 6px; }
QLabel#cardTitle { font-weight: 600; font-size: {heading}; color: {text}; border: none; }
QLabel#cardSubtitle, QLabel#muted { color: {muted}; border: none; }
QFrame#card QLabel { background: transparent; }
QFrame#error { background: {card}; border: 1px solid {bad}; border-radius: 6px; margin: 8px 10px 0 10px; }
QFrame#tour { background: {card}; border: 1px solid {accent}; border-radius: 8px; }
QFrame#tour QLabel { background: transparent; border: none; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: {border}; border-radius: 3px; }
QPushButton { background: {card}; color: {text}; border: 1px solid {border}; border-radius: 4px; padding: 4px 12px; }
QPushButton:hover { border-color: {accent}; }
QPushButton:focus { border-color: {accent}; background: {grid}; }
QPushButton:default { border-color: {accent}; }
QPushButton:disabled { color: {muted}; border-color: {border}; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: {muted}; padding: 3px 7px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: {text}; border-bottom: 2px solid {accent}; }
QTabBar::tab:hover { color: {text}; }
QTabBar::tab:selected:focus { color: {accent}; }
QTreeView, QListWidget { background: {card}; color: {text}; border: none; outline: none; }
QTreeView::item { padding: 2px 0; }
QListWidget::item { padding: 2px 0; }
QTreeView::item:hover, QTreeView::item:selected { background: {grid}; color: {text}; }
QHeaderView::section { background: {card}; color: {muted}; border: none; border-bottom: 1px solid {border}; padding: 3px 5px; }
QDialog QLineEdit { background: {card}; border: 1px solid {border}; border-radius: 4px; padding: 3px 5px; }
QDialog QLineEdit:focus { border-color: {accent}; }
QDialog QAbstractSpinBox QLineEdit { border: none; padding: 0; }
QProgressBar { background: {grid}; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: {accent}; border-radius: 3px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QSlider::groove:horizontal { background: transparent; height: 14px; }
QSlider::sub-page:horizontal { background: {accent}; height: 4px; margin: 5px 0; border-radius: 2px; }
QSlider::add-page:horizontal { background: {muted}; height: 2px; margin: 6px 0; border-radius: 1px; }
QSlider::handle:horizontal { background: {accent}; width: 14px; border-radius: 7px; }
QSlider::handle:horizontal:hover { background: {text}; }
QSlider::handle:horizontal:focus { background: {card}; border: 4px solid {accent}; width: 6px; }
QToolTip { background: {card}; color: {text}; border: 1px solid {border}; padding: 3px; }
QSpinBox[impossible="true"] { color: {bad}; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: {muted}; border-radius: 4px; min-height: 24px; margin: 1px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: {muted}; border-radius: 4px; min-width: 24px; margin: 1px; }
QScrollBar::handle:hover { background: {text}; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none; height: 0; width: 0; }
)");
    const std::pair<const char*, QColor> colours[] = {
        {"{window}", style.window}, {"{card}", style.card},   {"{border}", style.border},
        {"{text}", style.text},     {"{muted}", style.muted}, {"{grid}", style.grid},
        {"{accent}", style.accent}, {"{bad}", style.bad},
    };
    for (const auto& [name, colour] : colours)
        text.replace(QLatin1String(name), colour.name());
    return text.replace(QLatin1String("{heading}"), QStringLiteral("%1pt").arg(style.heading().pointSizeF()));
}

} // namespace

Style styleFor(Theme theme) {
    QFont font = QApplication::font();
    if (font.pointSizeF() <= 0.0)
        font.setPointSizeF(9.5);
    const bool dark = theme == Theme::dark || (theme == Theme::system && systemIsDark());
    return dark ? darkStyle(font) : lightStyle(font);
}

void applyStyle(QApplication& application, const Style& style) {
    QApplication::setStyle(new CheckStyle(style)); // taken by the application
    QPalette palette;
    palette.setColor(QPalette::Window, style.window);
    palette.setColor(QPalette::WindowText, style.text);
    palette.setColor(QPalette::Base, style.card);
    palette.setColor(QPalette::AlternateBase, style.grid);
    palette.setColor(QPalette::Text, style.text);
    palette.setColor(QPalette::Button, style.card);
    palette.setColor(QPalette::ButtonText, style.text);
    palette.setColor(QPalette::ToolTipBase, style.card);
    palette.setColor(QPalette::ToolTipText, style.text);
    palette.setColor(QPalette::PlaceholderText, style.muted);
    palette.setColor(QPalette::Highlight, style.accent);
    palette.setColor(QPalette::HighlightedText, style.card);
    palette.setColor(QPalette::Link, style.accent);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, style.muted);
    QApplication::setPalette(palette);
    application.setStyleSheet(sheet(style));
}

} // namespace stratoscope::ui
