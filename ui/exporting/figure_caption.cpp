#include "ui/exporting/figure_caption.h"

#include "core/jobs/compare_job.h"
#include "ui/painting/text.h"

namespace stratoscope::ui {

QString distanceCaption(Distance distance) {
    QString name = text(name_of(distance));
    if (distance != Distance::cosine) // Euclid and Hamming were people
        name[0] = name[0].toUpper();
    return name + QStringLiteral(" distance");
}

QString measureCaption(const Definition& definition, bool withK) {
    const measures::MeasureInfo* info = measures::find_measure(definition.measure);
    QStringList parts{info == nullptr ? QString::fromStdString(definition.measure) : text(info->title)};
    if (withK && definition.k)
        parts << QStringLiteral("k = %1").arg(*definition.k);
    if (info != nullptr && info->takes_distance)
        parts << distanceCaption(definition.distance);
    if (definition.bandwidth)
        parts << QStringLiteral("bandwidth %1").arg(*definition.bandwidth);
    return parts.join(QStringLiteral(", "));
}

QString imagesCaption(const Definition& definition) {
    const QString count = QStringLiteral("%1 images").arg(definition.images);
    return definition.subset ? QStringLiteral("%1, drawn with seed %2").arg(count).arg(definition.seed)
                             : count;
}

QString captionFrom(QStringList parts) {
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

} // namespace stratoscope::ui
