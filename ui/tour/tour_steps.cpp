#include "ui/tour/tour_steps.h"

#include "ui/pair_inspector.h"
#include "ui/views/curves_view.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

constexpr const char* resnet = "resnet";
constexpr const char* twin = "resnet_twin";

QString told(double value) {
    return std::isfinite(value) ? shortNumber(value) : QStringLiteral("…");
}

void askAboutImbalance(const TourStage& stage) {
    Settings settings = stage.session.settings();
    const Settings plain;
    settings.measure = plain.measure;
    settings.beside = plain.beside;
    settings.k = plain.k;
    settings.distance = plain.distance;
    settings.scale = plain.scale;
    stage.session.setSettings(settings);
}

void showAllModels(const TourStage& stage) {
    askAboutImbalance(stage);
    stage.selection.pickBlock(std::nullopt);
}

void pickClassifierToAutoencoder(const TourStage& stage) {
    askAboutImbalance(stage);
    stage.selection.pickPair({"resnet/stage3_2", "autoencoder/latent"});
}

/// Between each step of the ResNet classifier and the same step of its twin, the mean of both ways.
struct SameDepth {
    double first = std::nan("");
    double most = std::nan("");
    double last = std::nan("");
};

SameDepth sameDepth(const TourStage& stage) {
    SameDepth out;
    const auto comparison = stage.session.comparison();
    if (!comparison || stage.session.stale())
        return out;
    for (std::size_t row = 0; row < comparison->rows.size(); ++row)
        for (std::size_t column = 0; column < comparison->columns.size(); ++column) {
            const ComparedLayer& from = comparison->rows[row];
            const ComparedLayer& to = comparison->columns[column];
            if (from.model != resnet || to.model != twin || from.layer != to.layer)
                continue;
            const auto back = cellOfPair(*comparison, {to.path(), from.path()});
            const double value =
                back ? 0.5 * (comparison->value(row, column) + comparison->value(back->first, back->second))
                     : std::nan("");
            if (std::isnan(out.first))
                out.first = value;
            out.most = std::fmax(out.most, value);
            out.last = value;
        }
    return out;
}

/// Of a model's curve, from its `first` point on.
struct Course {
    double begin = std::nan("");
    double most = std::nan("");
    double end = std::nan("");
};

Course course(const TourStage& stage, CurveKind kind, const QString& model, std::size_t first) {
    Course out;
    const auto comparison = stage.session.comparison();
    if (!comparison || stage.session.stale())
        return out;
    for (const Curve& curve : stage.workspace.curves().figureOf(kind).curves) {
        if (curve.name != model || curve.dashed || curve.value.size() <= first)
            continue;
        out.begin = curve.value[first];
        out.end = curve.value.back();
        for (std::size_t at = first; at < curve.value.size(); ++at)
            out.most = std::fmax(out.most, curve.value[at]);
    }
    return out;
}

QString nameOf(const char* model, const TourStage& stage) {
    const auto dataset = stage.session.dataset();
    if (dataset)
        for (const Model& one : dataset->models)
            if (one.name == model)
                return QString::fromStdString(one.title);
    return QString::fromLatin1(model);
}

TourStep everyStep() {
    return {
        WorkspacePart::matrix, QStringLiteral("Every step against every step"), showAllModels,
        [](const TourStage&) {
            return QStringLiteral(
                "Each row and each column is a processing step of a model; coloured brackets are models, "
                "first step to last. A cell tells how well the row's neighbourhoods predict the column's: "
                "<b>dark is the same, yellow is unrelated</b>. Move the mouse over it: the line below "
                "says what a cell is.");
        }};
}

TourStep sameDepthStep() {
    return {WorkspacePart::matrix, QStringLiteral("Same depth, same thing?"),
            [](const TourStage& stage) {
                askAboutImbalance(stage);
                stage.selection.pickBlock(ModelPair{resnet, twin});
            },
            [](const TourStage& stage) {
                const SameDepth found = sameDepth(stage);
                return QStringLiteral(
                           "Two ResNets that differ in nothing but the seed. Dark runs along the diagonal: "
                           "steps at the same depth are most alike. Yet only the ends agree: Δ is %1 at the "
                           "first step, <b>%2 on the way</b>, %3 at the last. The same answer, by different "
                           "ways. The line joins each step to its best match; <i>All models</i> leads "
                           "back.")
                    .arg(told(found.first), told(found.most), told(found.last));
            }};
}

TourStep retentionStep() {
    return {WorkspacePart::curves, QStringLiteral("What is thrown away?"),
            [](const TourStage& stage) {
                showAllModels(stage);
                stage.workspace.curves().setKind(CurveKind::retention);
            },
            [](const TourStage& stage) {
                const auto of = [&](const char* model) {
                    return course(stage, CurveKind::retention, nameOf(model, stage), 0);
                };
                return QStringLiteral(
                           "How far each step has left the pictures' own light, colour and edges behind; 1 "
                           "is altogether. The classifier throws them away on the way to its answer: "
                           "<b>%1 at first, %2 at last</b>. The masked ViT and the autoencoder, which learnt "
                           "without labels, end at %3 and %4.")
                    .arg(told(of(resnet).begin), told(of(resnet).end), told(of("vit_masked").end),
                         told(of("autoencoder").end));
            }};
}

TourStep smoothnessStep() {
    return {
        WorkspacePart::curves, QStringLiteral("How smooth is the way?"),
        [](const TourStage& stage) {
            showAllModels(stage);
            stage.workspace.curves().setKind(CurveKind::smoothness);
        },
        [](const TourStage& stage) {
            const auto most = [&](const char* model) {
                return told(course(stage, CurveKind::smoothness, nameOf(model, stage), 1).most);
            };
            return QStringLiteral(
                       "How much each step changes what the step before it had. After its first block the "
                       "ViT classifier changes by <b>%1 a step at most, the ResNet classifier by %2</b>: "
                       "transformers go in many small steps. A click on a point picks its two steps.")
                .arg(most("vit"), most(resnet));
        }};
}

TourStep imagesStep() {
    return {WorkspacePart::gallery, QStringLiteral("Which images make the difference?"),
            [](const TourStage& stage) {
                showAllModels(stage);
                pickClassifierToAutoencoder(stage);
            },
            [](const TourStage&) {
                return QStringLiteral(
                    "Picked: the classifier's last step and the autoencoder's middle, which are nearly "
                    "unrelated. These images make them so, most telling first; the number is an image's own "
                    "part. <b>Click one</b>, and it opens on the right.");
            }};
}

TourStep neighboursStep() {
    return {WorkspacePart::neighbours, QStringLiteral("One image, two neighbourhoods"),
            pickClassifierToAutoencoder, [](const TourStage&) {
                return QStringLiteral(
                    "Its nearest images in the one step, and in the other. The classifier puts it among its "
                    "own shape and pattern, the autoencoder among what has its light and colour. Below each: "
                    "its place in the <i>other</i> step. A ring marks those that both share.");
            }};
}

TourStep pairStep() {
    return {
        WorkspacePart::pair, QStringLiteral("Does it hold?"), pickClassifierToAutoencoder,
        [](const TourStage&) {
            return QStringLiteral(
                "The pair in numbers, both directions, with their sampling errors, and by other measures. "
                "The small curve is the pair over k, as excess: 0 is the same, 1 unrelated. A conclusion "
                "that holds only at one k is none.");
        }};
}

TourStep exportStep() {
    return {std::nullopt, QStringLiteral("Into the paper"), showAllModels, [](const TourStage&) {
                return QStringLiteral(
                    "<b>Export</b> writes any of these views as PDF, SVG or PNG at the width of a column; "
                    "<b>Numbers</b> saves the matrix; <b>Methods text</b> copies a paragraph that says what "
                    "was computed (a narrow window has them behind <b>»</b>). With <b>Open</b> and "
                    "<b>Extract…</b> it is your own models that stand here."
                    "<p>What the numbers mean can be tried with points to drag, in the "
                    "<a href='playground'>playground</a>.");
            }};
}

} // namespace

std::vector<TourStep> demoTour() {
    return {everyStep(),  sameDepthStep(),  retentionStep(), smoothnessStep(),
            imagesStep(), neighboursStep(), pairStep(),      exportStep()};
}

} // namespace stratoscope::ui
