#include "ui/dialogs/export_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

constexpr double oneColumn = 85.0;
constexpr double twoColumns = 174.0;

QDoubleSpinBox* measure(double low, double high, double value, const QString& unit, const char* name) {
    auto* box = new QDoubleSpinBox;
    box->setRange(low, high);
    box->setDecimals(1);
    box->setValue(value);
    box->setSuffix(QLatin1Char(' ') + unit);
    box->setObjectName(QLatin1String(name));
    return box;
}

} // namespace

ExportDialog::ExportDialog(std::function<Figure(FigureKind)> figure,
                           std::function<QString(FigureKind)> whyNot, QWidget* parent)
    : QDialog(parent), figure_(std::move(figure)), whyNot_(std::move(whyNot)), kind_(new QComboBox),
      format_(new QComboBox), column_(new QComboBox),
      width_(measure(10, 1000, oneColumn, QStringLiteral("mm"), "widthMm")),
      height_(measure(10, 1000, 70, QStringLiteral("mm"), "heightMm")),
      font_(measure(4, 24, 7, QStringLiteral("pt"), "fontPoints")), dots_(new QSpinBox),
      captioned_(new QCheckBox(QStringLiteral("measure, settings, images"))), preview_(new QLabel),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel)) {
    setWindowTitle(QStringLiteral("Export a figure"));
    setObjectName(QStringLiteral("exportDialog"));
    for (const QString& name : figureNames())
        kind_->addItem(titleOf(*figureNamed(name)), name);
    kind_->setObjectName(QStringLiteral("figureKind"));
    format_->addItem(QStringLiteral("PDF, vector"), QStringLiteral("pdf"));
    format_->addItem(QStringLiteral("SVG, vector"), QStringLiteral("svg"));
    format_->addItem(QStringLiteral("PNG, dots"), QStringLiteral("png"));
    format_->setObjectName(QStringLiteral("figureFormat"));
    column_->addItem(QStringLiteral("one column, 85 mm"), oneColumn);
    column_->addItem(QStringLiteral("two columns, 174 mm"), twoColumns);
    column_->addItem(QStringLiteral("own width"), 0.0);
    dots_->setRange(72, 1200);
    dots_->setValue(300);
    dots_->setSuffix(QStringLiteral(" dpi"));
    dots_->setEnabled(false);
    captioned_->setChecked(true);
    captioned_->setObjectName(QStringLiteral("figureCaptioned"));
    captioned_->setToolTip(QStringLiteral("What was measured, how and of how many images, under the figure; "
                                          "the file's metadata have it always"));
    preview_->setFixedSize(440, 340);
    preview_->setAlignment(Qt::AlignCenter);
    preview_->setWordWrap(true);
    preview_->setObjectName(QStringLiteral("figurePreview"));

    auto* form = new QFormLayout;
    form->addRow(QStringLiteral("Figure"), kind_);
    form->addRow(QStringLiteral("Format"), format_);
    form->addRow(QStringLiteral("Size"), column_);
    form->addRow(QStringLiteral("Width"), width_);
    form->addRow(QStringLiteral("Height"), height_);
    form->addRow(QStringLiteral("Text"), font_);
    form->addRow(QStringLiteral("Resolution"), dots_);
    form->addRow(QStringLiteral("Line below"), captioned_);
    auto* row = new QHBoxLayout;
    row->setSpacing(18);
    row->addLayout(form);
    row->addWidget(preview_);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row);
    column->addWidget(buttons_);

    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(kind_, &QComboBox::currentIndexChanged, this, [this] { choose(kind()); });
    connect(format_, &QComboBox::currentIndexChanged, this,
            [this] { dots_->setEnabled(suffix() == QStringLiteral("png")); });
    connect(column_, &QComboBox::currentIndexChanged, this, [this] {
        if (column_->currentData().toDouble() > 0.0)
            width_->setValue(column_->currentData().toDouble());
        choose(kind());
    });
    connect(width_, &QDoubleSpinBox::valueChanged, this, [this](double width) {
        const QSignalBlocker quiet(column_);
        const int known = column_->findData(width);
        column_->setCurrentIndex(known >= 0 ? known : column_->findData(0.0));
        refreshPreview();
    });
    connect(height_, &QDoubleSpinBox::valueChanged, this, &ExportDialog::refreshPreview);
    connect(font_, &QDoubleSpinBox::valueChanged, this, &ExportDialog::refreshPreview);
    connect(captioned_, &QCheckBox::toggled, this, &ExportDialog::refreshPreview);
    choose(FigureKind::matrix);
}

FigureKind ExportDialog::kind() const {
    return figureNamed(kind_->currentData().toString()).value_or(FigureKind::matrix);
}

QString ExportDialog::suffix() const {
    return format_->currentData().toString();
}

FigureSize ExportDialog::size() const {
    return {width_->value(), height_->value(), font_->value(), dots_->value(), captioned_->isChecked()};
}

void ExportDialog::choose(FigureKind kind) {
    const QSignalBlocker quiet(height_);
    height_->setValue(std::round(width_->value() * usualHeight(kind)));
    refreshPreview();
}

void ExportDialog::refreshPreview() {
    const QString why = whyNot_(kind());
    buttons_->button(QDialogButtonBox::Save)->setEnabled(why.isEmpty());
    if (!why.isEmpty()) {
        preview_->setPixmap({});
        preview_->setText(why);
        return;
    }
    // On the screen as large as it fits, with text in proportion to what will be on paper.
    const double pixelsPerMm =
        std::min(preview_->width() / width_->value(), preview_->height() / height_->value());
    const QSize pixels(std::max(1, static_cast<int>(width_->value() * pixelsPerMm)),
                       std::max(1, static_cast<int>(height_->value() * pixelsPerMm)));
    constexpr int finer = 2;
    QPixmap picture(pixels * finer);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area(QPointF(), QSizeF(pixels * finer));
    const Style style = paperStyle(font_->value(), finer * pixelsPerMm * 25.4 / 72.0);
    const Figure figure = figure_(kind());
    if (captioned_->isChecked())
        paintCaptioned(painter, area, style, figure);
    else
        figure.paint(painter, area, style);
    painter.end();
    picture.setDevicePixelRatio(finer);
    preview_->setPixmap(picture);
}

} // namespace stratoscope::ui
