// Over several k and poolings from one pass: the same numbers as comparing one by one, and only what N
// allows.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/engine/layer_store.h"
#include "core/measures/compare.h"
#include "core/measures/sensitivity.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace stratoscope::measures {
namespace {

class SensitivityTest : public testing::Test {
  protected:
    Sensitivity ask(const Dataset& dataset, const SensitivityQuestion& question) {
        return sensitivity(dataset, question, store, task);
    }
    ThreadPool pool{2};
    Cancellation cancellation;
    Task task{pool, cancellation, {}};
    engine::LayerStore store;
};

TEST_F(SensitivityTest, EqualsComparisonsOneByOne) {
    const Dataset dataset = support::made_up();
    const LayerId a{0, 2};
    const LayerId b{1, 3};
    const Sensitivity found = ask(dataset, {a, b, "information_imbalance", {5, 1, 30, 5}, Distance::cosine});
    ASSERT_EQ(found.curves.size(), 1U);
    const SensitivityCurve& curve = found.curves.front();
    EXPECT_EQ(curve.from.path(), dataset.path_of(a));
    EXPECT_EQ(curve.to.path(), dataset.path_of(b));
    const std::vector<std::size_t> ks{1, 5, 30};
    ASSERT_EQ(curve.forward.size(), ks.size());
    ASSERT_EQ(curve.backward.size(), ks.size());
    for (std::size_t i = 0; i < ks.size(); ++i) {
        CompareRequest request;
        request.measures = {{"information_imbalance", ks[i]}};
        request.distance = Distance::cosine;
        request.rows = {a, b};
        const Comparison one = compare(dataset, request, store, task).front();
        EXPECT_EQ(curve.forward[i].k, ks[i]);
        EXPECT_EQ(curve.forward[i].value, one.value(0, 1));
        EXPECT_EQ(curve.forward[i].standard_error, one.standard_error(0, 1));
        EXPECT_EQ(curve.backward[i].value, one.value(1, 0));
        EXPECT_NEAR(curve.forward[i].excess(), (one.value(0, 1) - one.floor(0, 1)) / (1.0 - one.floor(0, 1)),
                    1e-12);
    }
}

TEST_F(SensitivityTest, ExcessIsNoughtForALayerWithItselfWhateverTheSense) {
    const Dataset dataset = support::made_up();
    for (const char* measure : {"information_imbalance", "overlap", "cknna"}) {
        const Sensitivity found = ask(dataset, {{0, 1}, {0, 1}, measure});
        for (const SensitivityPoint& point : found.curves.front().forward)
            EXPECT_NEAR(point.excess(), 0.0, 1e-6) << measure << " k = " << point.k;
    }
}

TEST_F(SensitivityTest, UnrelatedLayersHaveExcessOneAtEveryK) {
    const Dataset dataset =
        support::dataset_of({support::normal_rows(600, 8, 1), support::normal_rows(600, 8, 2)});
    for (const char* measure : {"information_imbalance", "overlap"}) {
        const Sensitivity found = ask(dataset, {{0, 0}, {0, 1}, measure});
        ASSERT_EQ(found.curves.front().forward.size(), 6U);
        for (const SensitivityPoint& point : found.curves.front().forward)
            EXPECT_NEAR(point.excess(), 1.0, 0.08) << measure << " k = " << point.k;
    }
}

TEST_F(SensitivityTest, SymmetricMeasuresHaveNoWayBackAndSomeNoK) {
    const Dataset dataset = support::made_up();
    const Sensitivity found = ask(dataset, {{0, 0}, {1, 1}, "cka_unbiased"});
    ASSERT_EQ(found.curves.front().forward.size(), 1U);
    EXPECT_EQ(found.curves.front().forward.front().k, 0U);
    EXPECT_TRUE(found.curves.front().backward.empty());
}

TEST_F(SensitivityTest, TriesTheOtherPoolingsThatBothHave) {
    Dataset dataset = support::made_up({.models = {"alpha", "beta"}});
    for (Model& model : dataset.models) { // every step of alpha and the last of beta twice
        if (model.family == statistics_family)
            continue;
        const std::vector<Layer> steps = model.layers;
        for (const Layer& step : steps)
            if (model.name == "alpha" || step.index == 3) {
                Layer other = step;
                other.name += "_cls";
                other.pooling = "cls";
                model.layers.push_back(other);
            }
    }
    const LayerId alpha = *dataset.find("alpha/step_3");
    const Sensitivity both = ask(dataset, {alpha, *dataset.find("beta/step_3")});
    ASSERT_EQ(both.curves.size(), 2U);
    EXPECT_EQ(both.curves[0].from.pooling, "mean");
    EXPECT_EQ(both.curves[1].from.path(), "alpha/step_3_cls");
    EXPECT_EQ(both.curves[1].to.path(), "beta/step_3_cls");
    EXPECT_EQ(both.curves[0].forward[0].value, both.curves[1].forward[0].value) << "the same rows again";
    EXPECT_EQ(ask(dataset, {alpha, *dataset.find("beta/step_1")}).curves.size(), 1U)
        << "beta has step_1 in one pooling only";
}

TEST_F(SensitivityTest, LeavesOutKsThatNDoesNotAllow) {
    const Dataset dataset = support::made_up({.images = 40});
    const Sensitivity found = ask(dataset, {{0, 0}, {1, 1}});
    ASSERT_EQ(found.curves.front().forward.size(), 5U);
    EXPECT_EQ(found.curves.front().forward.back().k, 30U);
    const auto told = std::ranges::find(found.warnings, "k_left_out", &Warning::code);
    ASSERT_NE(told, found.warnings.end());
    EXPECT_NE(told->message.find("k = 100 is left out"), std::string::npos) << told->message;
    EXPECT_NE(told->message.find("1 … 38 for 40 images"), std::string::npos) << told->message;
    const Sensitivity all = ask(dataset, {{0, 0}, {1, 1}, "overlap", {1, 38}});
    EXPECT_EQ(std::ranges::count(all.warnings, "k_left_out", &Warning::code), 0);
    EXPECT_THROW((void)ask(dataset, {{0, 0}, {1, 1}, "overlap", {0, 39, 500}}), Error);
    EXPECT_THROW((void)ask(dataset, {{0, 0}, {1, 1}, "no_such_measure"}), Error);
}

} // namespace
} // namespace stratoscope::measures
