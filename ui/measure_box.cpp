#include "ui/measure_box.h"

#include "core/jobs/compare_job.h"
#include "ui/painting/text.h"

#include <QAbstractItemView>
#include <QPainter>
#include <QScreen>
#include <QStandardItemModel>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QStyledItemDelegate>

#include <algorithm>
#include <array>

namespace stratoscope::ui {
namespace {

constexpr int summaryRole = Qt::UserRole + 1;

QString explained(const measures::MeasureInfo& info) {
    return QStringLiteral("<div style='width:380px'><b>%1</b><br>%2<br><br>%3<br><br>Same: %4. Unrelated: %5."
                          "<br><br><i>%6</i></div>")
        .arg(text(info.title).toHtmlEscaped(), text(info.summary).toHtmlEscaped(),
             text(definition_of(info)).toHtmlEscaped(), text(text_of(info.floor)).toHtmlEscaped(),
             text(text_of(info.null_value)).toHtmlEscaped(), text(info.source).toHtmlEscaped());
}

QFont smaller(QFont font) {
    if (font.pointSizeF() > 0.0)
        font.setPointSizeF(font.pointSizeF() * 0.86);
    return font;
}

// A title and, below it, what the measure tells; headings stand alone.
class Rows : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override {
        const int line = QFontMetrics(option.font).height();
        const int small = QFontMetrics(smaller(option.font)).height();
        const bool explainedRow = !index.data(summaryRole).toString().isEmpty();
        return {QFontMetrics(option.font).horizontalAdvance(index.data().toString()) + 2 * margin,
                explainedRow ? line + small + 8 : line + 8};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        painter->save();
        const bool heading = (index.flags() & Qt::ItemIsSelectable) == 0;
        const bool hot = !heading && (option.state & QStyle::State_Selected) != 0;
        painter->fillRect(option.rect, option.palette.brush(hot ? QPalette::Highlight : QPalette::Base));
        const QRect box = option.rect.adjusted(heading ? margin : 2 * margin, 4, -margin, -4);
        QFont font = option.font;
        if (heading)
            font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        painter->setPen(option.palette.color(heading ? QPalette::Disabled : QPalette::Active,
                                             hot ? QPalette::HighlightedText : QPalette::Text));
        painter->drawText(box, Qt::AlignLeft | Qt::AlignTop | Qt::TextSingleLine, index.data().toString());
        const QString summary = index.data(summaryRole).toString();
        if (!summary.isEmpty()) {
            painter->setFont(smaller(option.font));
            if (!hot)
                painter->setPen(option.palette.color(QPalette::Disabled, QPalette::Text));
            painter->drawText(box, Qt::AlignLeft | Qt::AlignBottom | Qt::TextSingleLine,
                              painter->fontMetrics().elidedText(summary, Qt::ElideRight, box.width()));
        }
        painter->restore();
    }

  private:
    static constexpr int margin = 8;
};

} // namespace

MeasureBox::MeasureBox(Extra extra, QWidget* parent) : QComboBox(parent) {
    setItemDelegate(new Rows(this));
    setMaxVisibleItems(16);
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    // A list with a scroll bar: as a menu it would fill the screen from top to bottom. The list is made
    // before any style sheet holds, and then without the bar.
    setStyleSheet(QStringLiteral("QComboBox { combobox-popup: 0; }"));
    view()->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    if (extra == Extra::none)
        addItem(QStringLiteral("nothing"), QString());
    addMeasures();
    if (extra == Extra::presets)
        addPresets();
}

void MeasureBox::addHeading(const QString& heading) {
    addItem(heading);
    auto* item = qobject_cast<QStandardItemModel*>(model())->item(count() - 1);
    item->setFlags(Qt::NoItemFlags);
}

void MeasureBox::addMeasures() {
    using measures::MeasureGroup;
    for (const MeasureGroup group : {MeasureGroup::neighbourhoods, MeasureGroup::kernels,
                                     MeasureGroup::distances, MeasureGroup::feature_maps}) {
        addHeading(text(measures::title_of(group)));
        for (const measures::MeasureInfo& info : measures::catalogue()) {
            if (info.group != group)
                continue;
            addItem(text(info.title), text(info.name));
            setItemData(count() - 1, text(info.summary), summaryRole);
            setItemData(count() - 1, explained(info), Qt::ToolTipRole);
        }
    }
}

void MeasureBox::addPresets() {
    addHeading(QStringLiteral("As others publish it"));
    for (const measures::Preset& preset : measures::presets()) {
        addItem(text(preset.title), QStringLiteral("preset:") + text(preset.name));
        const measures::MeasureInfo* info = measures::find_measure(preset.measure);
        QStringList parts{info == nullptr ? QString() : text(info->title)};
        if (preset.k)
            parts << QStringLiteral("k = %1").arg(*preset.k);
        if (info != nullptr && info->takes_distance)
            parts << text(name_of(preset.distance));
        setItemData(count() - 1, parts.join(QStringLiteral(", ")), summaryRole);
        setItemData(count() - 1, parts.join(QStringLiteral(", ")), Qt::ToolTipRole);
    }
}

void MeasureBox::showPopup() {
    // Wide enough for most summaries, whatever room the closed box has.
    constexpr int wanted = 700;
    view()->setMinimumWidth(std::min(wanted, screen()->availableGeometry().width() - 40));
    QComboBox::showPopup();
}

QSize MeasureBox::minimumSizeHint() const {
    constexpr int letters = 6;
    const int cut = sizeHint().width() - fontMetrics().horizontalAdvance(QLatin1Char('X')) *
                                             std::max(0, minimumContentsLength() - letters);
    return {cut, QComboBox::minimumSizeHint().height()};
}

void MeasureBox::paintEvent(QPaintEvent* /*event*/) {
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const QRect field =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, field.width() - 2);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

void MeasureBox::choose(const QString& wanted) {
    setCurrentIndex(std::max(0, findData(wanted)));
    setToolTip(itemData(currentIndex(), Qt::ToolTipRole).toString());
}

} // namespace stratoscope::ui
