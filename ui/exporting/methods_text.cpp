#include "ui/exporting/methods_text.h"

#include "core/analysis/model_block.h"
#include "core/jobs/compare_job.h"
#include "ui/exporting/figure_caption.h"
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

QString textOf(std::string_view view) {
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

// "Information imbalance" as it stands in a sentence; names and abbreviations keep their capitals. What
// follows a comma, "CKA, unbiased", stands in brackets with the version.
QString measureWithVersion(const measures::MeasureInfo& info) {
    QStringList parts = textOf(info.title).split(QStringLiteral(", "));
    QString name = parts.takeFirst();
    if (name.size() > 1 && name[1].isLower() && !name.startsWith(QStringLiteral("Procrustes")))
        name[0] = name[0].toLower();
    parts << QStringLiteral("definition version %1").arg(info.version);
    return QStringLiteral("%1 (%2)").arg(name, parts.join(QStringLiteral(", ")));
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

// What the catalogue says of a measure, as sentences, and apart from them the one on the standard error.
struct Told {
    QString definition;
    QString error;
};

Told told(const measures::MeasureInfo& info) {
    Told out{textOf(info.definition), {}};
    for (const char* start : {" The standard error ", " The sampling error "})
        if (const qsizetype at = out.definition.indexOf(QLatin1String(start)); at >= 0) {
            out.error = out.definition.mid(at);
            out.definition.truncate(at);
        }
    if (out.definition.startsWith(QStringLiteral("Δ(a→b) is ")))
        return out;
    for (const char* word : {"The ", "Biased ", "Unbiased ", "Pooled "})
        if (out.definition.startsWith(QLatin1String(word)))
            out.definition[0] = out.definition[0].toLower();
    out.definition.prepend(QStringLiteral("Its value is "));
    return out;
}

QString errorsOf(const Definition& definition, QString sentence) {
    if (definition.repeats > 0)
        return QStringLiteral(
                   " Values are means over %1 draws of the images, errors their standard deviation.")
            .arg(definition.repeats);
    // As many as there were, for the five there may be.
    if (definition.error_subsets > 0 && definition.error_subsets != 5)
        sentence.replace(QStringLiteral("five"), QString::number(definition.error_subsets));
    return sentence;
}

// The catalogue's "1: a layer with itself" and "π/2: orthogonal feature maps; unrelated layers stay short of
// it".
QString ends(const measures::MeasureInfo& info) {
    const QString null = textOf(info.null_value);
    const QString same = textOf(info.floor).section(QStringLiteral(": "), 0, 0);
    const qsizetype but = null.indexOf(QStringLiteral("; unrelated layers "));
    QString apart = QStringLiteral("unrelated layers give %1").arg(null.section(QStringLiteral(": "), 0, 0));
    if (but >= 0) {
        const QString ideal = null.left(but);
        const QString meaning = ideal.section(QStringLiteral(": "), 1);
        apart = QStringLiteral("the other end is %1").arg(ideal.section(QStringLiteral(": "), 0, 0)) +
                (meaning.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(meaning)) +
                QStringLiteral(", and ") + null.mid(but + 2);
    }
    return QStringLiteral(" A layer with itself gives %1; %2.").arg(same, apart);
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
    const Told about = told(*info);
    out += QStringLiteral(" ") + about.definition + ends(*info) + errorsOf(definition, about.error) +
           arithmetic(info->group);
    return out + QStringLiteral(" Computed with %1. Reference: %2").arg(software, textOf(info->source));
}

} // namespace stratoscope::ui
