#include "ui/exporting/methods_text.h"

#include "core/analysis/model_block.h"
#include "core/jobs/compare_job.h"
#include "ui/exporting/figure_caption.h"
#include "ui/painting/text.h"

#include <QStringList>

#include <set>

namespace stratoscope::ui {
namespace {

QString models(const Comparison& comparison) {
    QStringList parts;
    for (const auto& range : analysis::model_ranges(comparison.rows))
        parts << QStringLiteral("%1 (%2 %3)")
                     .arg(QString::fromStdString(range.title))
                     .arg(range.count)
                     .arg(range.count == 1 ? QStringLiteral("layer") : QStringLiteral("layers"));
    return parts.join(QStringLiteral(", "));
}

QString measureWithVersion(const measures::MeasureInfo& info) {
    QStringList parts;
    if (!info.variant.empty())
        parts << text(info.variant);
    parts << QStringLiteral("definition version %1").arg(info.version);
    return QStringLiteral("%1 (%2)").arg(text(info.in_text), parts.join(QStringLiteral(", ")));
}

QString settings(const Definition& definition, const measures::MeasureInfo& info) {
    QString out;
    if (definition.k)
        out += QStringLiteral(" with k = %1 %2")
                   .arg(*definition.k)
                   .arg(*definition.k == 1 ? QStringLiteral("neighbour") : QStringLiteral("neighbours"));
    if (info.takes_distance) {
        out += QStringLiteral(" %1 %2s").arg(definition.k ? QStringLiteral("by") : QStringLiteral("with"),
                                             distanceCaption(definition.distance));
    }
    if (definition.bandwidth)
        out += QStringLiteral(" and a bandwidth of %1").arg(*definition.bandwidth);
    return out;
}

QString meaningOf(const measures::MeasureInfo& info) {
    return QStringLiteral(" %1 is %2")
        .arg(info.subject.empty() ? QStringLiteral("Its value") : text(info.subject), text(info.definition));
}

QString errorsOf(const Definition& definition, const measures::MeasureInfo& info) {
    if (definition.repeats > 0)
        return QStringLiteral(
                   " Values are means over %1 draws of the images, errors their standard deviation.")
            .arg(definition.repeats);
    if (info.error.empty())
        return {};
    return QStringLiteral(" ") + text(error_of(info, definition.error_subsets));
}

QString ends(const measures::MeasureInfo& info) {
    const measures::ScaleEnd& null = info.null_value;
    QString apart = QStringLiteral("unrelated layers give %1").arg(text(null.value));
    if (!null.caveat.empty()) {
        apart = QStringLiteral("the other end is %1").arg(text(null.value));
        if (!null.meaning.empty())
            apart += QStringLiteral(" (%1)").arg(text(null.meaning));
        apart += QStringLiteral(", and ") + text(null.caveat);
    }
    return QStringLiteral(" A layer with itself gives %1; %2.").arg(text(info.floor.value), apart);
}

QString arithmetic(measures::MeasureGroup group) {
    switch (group) {
    case measures::MeasureGroup::neighbourhoods:
        return QStringLiteral(
            " Neighbours and ranks are those of float64 distances on the values as stored.");
    case measures::MeasureGroup::feature_maps:
        return QStringLiteral(" All sums are float64, of the values as stored.");
    case measures::MeasureGroup::kernels:
    case measures::MeasureGroup::distances:
        break;
    }
    return {};
}

QString poolings(const Comparison& comparison) {
    std::set<std::string> names;
    for (const ComparedLayer& layer : comparison.rows)
        if (!layer.pooling.empty() && layer.family != "statistics")
            names.insert(layer.pooling);
    QStringList list;
    for (const std::string& name : names)
        list << QString::fromStdString(name);
    return list.join(QStringLiteral(", "));
}

} // namespace

QString methodsText(const Comparison& comparison, const QString& software) {
    const Definition& definition = comparison.definition;
    const measures::MeasureInfo* info = measures::find_measure(definition.measure);
    if (info == nullptr)
        return {};
    QString out =
        QStringLiteral("Representations were compared by %1%2, over the same N = %3 images in every "
                       "layer%4: %5.")
            .arg(measureWithVersion(*info), settings(definition, *info))
            .arg(definition.images)
            .arg(definition.subset ? QStringLiteral(" (a subset drawn with seed %1)").arg(definition.seed)
                                   : QString(),
                 models(comparison));
    if (const QString pooled = poolings(comparison); !pooled.isEmpty())
        out += QStringLiteral(" Activations were pooled to one vector an image (%1).").arg(pooled);
    out += meaningOf(*info) + ends(*info) + errorsOf(definition, *info) + arithmetic(info->group);
    return out + QStringLiteral(" Computed with %1. Reference: %2").arg(software, text(info->source));
}

} // namespace stratoscope::ui
