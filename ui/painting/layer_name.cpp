#include "ui/painting/layer_name.h"

#include <algorithm>
#include <map>
#include <string>

namespace stratoscope::ui {
namespace {

bool isPath(const QString& name) {
    return !name.contains(QLatin1Char(' ')) &&
           (name.contains(QLatin1Char('.')) || name.contains(QLatin1Char('/')));
}

bool separates(QChar letter) {
    return letter == QLatin1Char('.') || letter == QLatin1Char('/');
}

// The letters that all begin with, to the last separator among them.
qsizetype sharedBeginning(const std::vector<QString>& names) {
    qsizetype shared = 0;
    for (qsizetype at = 0;; ++at) {
        for (const QString& name : names)
            if (at >= name.size() || name[at] != names.front()[at])
                return shared;
        if (separates(names.front()[at]))
            shared = at + 1;
    }
}

std::vector<QString> reversed(const std::vector<QString>& names) {
    std::vector<QString> out = names;
    for (QString& name : out)
        std::reverse(name.begin(), name.end());
    return out;
}

bool isNumber(const QString& name) {
    return std::ranges::all_of(name, [](QChar letter) { return letter.isDigit(); });
}

void withoutWhatIsShared(std::vector<QString>& names) {
    if (names.size() < 2)
        return;
    const auto cut = [&names](qsizetype begin, qsizetype end) {
        std::vector<QString> out;
        for (const QString& name : names)
            out.push_back(name.mid(begin, name.size() - begin - end));
        return out;
    };
    const qsizetype end = sharedBeginning(reversed(names));
    names = cut(0, end);
    qsizetype begin = sharedBeginning(names);
    if (begin > 1 && std::ranges::any_of(cut(begin, 0), isNumber)) {
        const QStringView before = QStringView(names.front()).first(begin - 1);
        begin = std::max(before.lastIndexOf(QLatin1Char('.')), before.lastIndexOf(QLatin1Char('/'))) + 1;
    }
    names = cut(begin, 0);
}

} // namespace

std::vector<QString> ownNames(std::span<const ComparedLayer> layers) {
    std::map<std::string, std::vector<std::size_t>> byModel;
    for (std::size_t at = 0; at < layers.size(); ++at)
        byModel[layers[at].model].push_back(at);
    std::vector<QString> out(layers.size());
    for (const auto& [model, places] : byModel) {
        std::vector<QString> names;
        for (const std::size_t place : places)
            names.push_back(QString::fromStdString(layers[place].layer));
        withoutWhatIsShared(names);
        for (std::size_t at = 0; at < places.size(); ++at)
            out[places[at]] = names[at];
    }
    return out;
}

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
