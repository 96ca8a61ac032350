#include "ui/painting/layer_name.h"

namespace stratoscope::ui {
namespace {

bool isPath(const QString& name) {
    return !name.contains(QLatin1Char(' ')) &&
           (name.contains(QLatin1Char('.')) || name.contains(QLatin1Char('/')));
}

} // namespace

QString elidedName(const QFontMetricsF& metrics, const QString& name, double width) {
    return metrics.elidedText(name, isPath(name) ? Qt::ElideLeft : Qt::ElideMiddle, width);
}

QString briefName(const QString& name, qsizetype most) {
    if (name.size() <= most)
        return name;
    const QChar ellipsis(0x2026);
    return isPath(name) ? ellipsis + name.right(most - 1)
                        : name.left(most - most / 2 - 1) + ellipsis + name.right(most / 2);
}

QString fullName(const ComparedLayer& layer) {
    return QString::fromStdString(layer.model_title + " " + layer.layer);
}

} // namespace stratoscope::ui
