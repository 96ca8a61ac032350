#include "ui/exporting/methods_text.h"

#include "core/analysis/model_block.h"
#include "core/jobs/compare_job.h"
#include "ui/painting/value_scale.h"

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
    const auto text = [](std::string_view view) {
        return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
    };
    QString settings;
    if (definition.k)
        settings += QStringLiteral(" with k = %1 neighbours").arg(*definition.k);
    if (info->takes_distance)
        settings += QStringLiteral("%1 %2 distances")
                        .arg(definition.k ? QStringLiteral(" by") : QStringLiteral(" with"),
                             text(name_of(definition.distance)));
    QString out =
        QStringLiteral("Representations were compared by %1 (definition version %2)%3, over the same N = %4 "
                       "images in every layer%5: %6.")
            .arg(text(info->title).toLower().replace(QStringLiteral("cka"), QStringLiteral("CKA")))
            .arg(definition.version)
            .arg(settings)
            .arg(definition.images)
            .arg(definition.subset ? QStringLiteral(" (a subset drawn with seed %1)").arg(definition.seed)
                                   : QString())
            .arg(models(comparison));
    if (const QString pooled = poolings(comparison); !pooled.isEmpty())
        out += QStringLiteral(" Activations were pooled to one vector an image (%1).").arg(pooled);
    out += QStringLiteral(" ") + text(info->definition);
    out += QStringLiteral(" A layer with itself gives %1; unrelated layers give %2.")
               .arg(text(info->floor), text(info->null_value));
    if (definition.error_subsets > 0)
        out += QStringLiteral(" Errors are standard errors from %1 disjoint subsets of the images.")
                   .arg(definition.error_subsets);
    out += QStringLiteral(" Ranks equal those of float64 distances on the values as stored. Computed with "
                          "%1. Reference: %2")
               .arg(software, text(info->source));
    return out;
}

} // namespace stratoscope::ui
