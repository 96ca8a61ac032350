// The paragraph for a paper, of every measure: each thing said once, and none that is not so.
#include "core/measures/catalogue.h"
#include "ui/exporting/methods_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stratoscope::ui {
namespace {

Comparison comparedBy(const measures::MeasureInfo& info) {
    Comparison out;
    out.definition.measure = info.name;
    out.definition.version = info.version;
    out.definition.images = 400;
    if (info.takes_k)
        out.definition.k = 20;
    if (info.name == "information_imbalance")
        out.definition.error_subsets = 5;
    for (std::size_t i = 0; i < 2; ++i)
        out.rows.push_back({.model = "vit",
                            .layer = std::to_string(i),
                            .model_title = "ViT-B/16",
                            .family = "transformer",
                            .index = i,
                            .depth = 0.0,
                            .module = "",
                            .pooling = "cls"});
    out.columns = out.rows;
    return out;
}

QString textOf(const char* measure) {
    return methodsText(comparedBy(*measures::find_measure(measure)), QStringLiteral("Stratoscope 1"));
}

class MethodsText : public testing::TestWithParam<std::string> {};

TEST_P(MethodsText, SaysEachThingOnce) {
    const measures::MeasureInfo& info = *measures::find_measure(GetParam());
    const QString text = methodsText(comparedBy(info), QStringLiteral("Stratoscope 1"));
    const std::string shown = text.toStdString();
    for (const char* once : {"layer with itself", "layer from itself", "unrelated layers",
                             "definition version", "N = 400", "Stratoscope 1", "Reference: "})
        EXPECT_LE(text.count(QLatin1String(once)), 1) << once << "\n" << shown;
    EXPECT_TRUE(text.contains(QStringLiteral("A layer with itself gives "))) << shown;
    const auto errors = text.count(QStringLiteral("standard error")) +
                        text.count(QStringLiteral("sampling error")) +
                        text.count(QStringLiteral("Errors are"));
    EXPECT_LE(errors, 1) << shown;
    EXPECT_EQ(text.contains(QStringLiteral("ranks are those of float64")),
              info.group == measures::MeasureGroup::neighbourhoods)
        << shown;
    EXPECT_FALSE(text.contains(QStringLiteral("  "))) << shown;
    EXPECT_FALSE(text.contains(QStringLiteral(".."))) << shown;
    EXPECT_FALSE(text.contains(QStringLiteral(") ("))) << shown;
    EXPECT_FALSE(text.contains(QStringLiteral("{"))) << shown << ": a place that was not filled";
    EXPECT_EQ(measures::definition_of(info).find('{'), std::string::npos);
    const QString title = QString::fromStdString(std::string(info.title));
    EXPECT_TRUE(title.startsWith(QString::fromStdString(std::string(info.in_text)), Qt::CaseInsensitive))
        << shown;
    EXPECT_TRUE(title.endsWith(QString::fromStdString(std::string(info.variant)))) << shown;
}

std::vector<std::string> allMeasures() {
    std::vector<std::string> names;
    for (const measures::MeasureInfo& info : measures::catalogue())
        names.emplace_back(info.name);
    return names;
}

INSTANTIATE_TEST_SUITE_P(Every, MethodsText, testing::ValuesIn(allMeasures()),
                         [](const auto& test) { return test.param; });

TEST(MethodsTextOf, InformationImbalanceReadsAsAParagraph) {
    EXPECT_TRUE(
        textOf("information_imbalance")
            .startsWith(QStringLiteral("Representations were compared by information imbalance (definition "
                                       "version 1) with k = 20 neighbours by Euclidean distances, over the "
                                       "same N = 400 images in every layer: ViT-B/16 (2 layers). Activations "
                                       "were pooled to one vector an image (cls). Δ(a→b) is the mean over")));
    EXPECT_TRUE(
        textOf("information_imbalance")
            .contains(QStringLiteral("A layer with itself gives (k+1)/N; unrelated layers give 1. The "
                                     "sampling error comes from five disjoint subsets")));
}

TEST(MethodsTextOf, OtherMeasuresKeepTheirNames) {
    EXPECT_TRUE(
        textOf("cka_unbiased")
            .contains(QStringLiteral("compared by CKA (unbiased, definition version 1), over the same N")));
    EXPECT_TRUE(textOf("cka_unbiased").contains(QStringLiteral("Its value is HSIC₁(K,L)/√")));
    EXPECT_TRUE(textOf("cka_rbf").contains(QStringLiteral("CKA with Gaussian kernels (biased, ")));
    EXPECT_TRUE(textOf("cknna").contains(QStringLiteral("compared by CKNNA (")));
    EXPECT_TRUE(textOf("jaccard").contains(QStringLiteral("compared by neighbourhood Jaccard index (")));
    EXPECT_TRUE(
        textOf("procrustes")
            .contains(QStringLiteral("A layer with itself gives 0; the other end is π/2 (orthogonal feature "
                                     "maps), and unrelated layers stay short of it when images are few.")));
}

TEST(MethodsTextOf, ErrorsAreThoseThatWereMeasured) {
    Comparison comparison = comparedBy(*measures::find_measure("information_imbalance"));
    comparison.definition.error_subsets = 4;
    EXPECT_TRUE(methodsText(comparison, {}).contains(QStringLiteral("comes from 4 disjoint subsets")));
    comparison.definition.repeats = 7;
    comparison.definition.error_subsets = 0;
    EXPECT_TRUE(methodsText(comparison, {}).contains(QStringLiteral("means over 7 draws of the images")));
    EXPECT_FALSE(methodsText(comparison, {}).contains(QStringLiteral("disjoint subsets")));
}

} // namespace
} // namespace stratoscope::ui
