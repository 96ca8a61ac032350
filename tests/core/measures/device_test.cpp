// The pass on every Torch device that is here (LibTorch's processors, and GPUs) against the engine's own, on
// rows that are hard: every measure of a pass, with errors, nulls and what is known of single images.
#include "core/engine/device_pass.h"
#include "core/measures/repeated_subsets.h"
#include "tests/core/measures/comparing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace stratoscope::measures {
namespace {

using support::normal_rows;

constexpr std::size_t images = 150;

Matrix<float> changed(std::size_t columns, std::uint64_t seed,
                      float (*value)(float x, std::size_t image, std::size_t column)) {
    Matrix<float> rows = normal_rows(images, columns, seed);
    for (std::size_t i = 0; i < images; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            rows(i, j) = value(rows(i, j), i, j);
    return rows;
}

struct Rows {
    const char* name;
    Matrix<float> (*make)(std::uint64_t seed);
    friend void PrintTo(const Rows& rows, std::ostream* out) { *out << rows.name; } // names the test
};

Matrix<float> ordinary(std::uint64_t seed) {
    return normal_rows(images, 12, seed);
}
Matrix<float> far_away(std::uint64_t seed) {
    return changed(12, seed, [](float x, std::size_t, std::size_t) { return 3000.0F + x; });
}
Matrix<float> outliers(std::uint64_t seed) {
    return changed(12, seed, [](float x, std::size_t i, std::size_t) { return i % 50 == 7 ? 1e4F * x : x; });
}
Matrix<float> massive_column(std::uint64_t seed) {
    return changed(12, seed, [](float x, std::size_t, std::size_t j) { return j == 3 ? 300.0F * x : x; });
}
Matrix<float> tight_clusters(std::uint64_t seed) {
    const Matrix<float> centres = normal_rows(6, 12, seed + 100);
    Matrix<float> rows = normal_rows(images, 12, seed);
    for (std::size_t i = 0; i < images; ++i)
        for (std::size_t j = 0; j < 12; ++j)
            rows(i, j) = centres(i % 6, j) + 1e-3F * rows(i, j);
    return rows;
}
Matrix<float> with_twins(std::uint64_t seed) {
    Matrix<float> rows = normal_rows(images, 12, seed);
    for (std::size_t i = 60; i < 100; ++i)
        std::ranges::copy(normal_rows(images, 12, seed).row(i % 7), rows.row(i).begin());
    return rows;
}
Matrix<float> whole_numbers(std::uint64_t seed) {
    return changed(4, seed, [](float x, std::size_t, std::size_t) { return std::round(x); });
}
Matrix<float> tied_fractions(std::uint64_t seed) { // real ties that no exact product tells
    return changed(4, seed, [](float x, std::size_t, std::size_t) { return std::round(x) * 0.1F; });
}
Matrix<float> constant(std::uint64_t) {
    return Matrix<float>(images, 12, 0.3F);
}

void expect_near(const Matrix<double>& found, const Matrix<double>& expected, double bar,
                 const std::string& what) {
    ASSERT_EQ(found.values().size(), expected.values().size()) << what;
    for (std::size_t i = 0; i < found.values().size(); ++i) {
        const double x = found.values()[i];
        const double y = expected.values()[i];
        if (std::isnan(x) && std::isnan(y))
            continue;
        EXPECT_NEAR(x, y, bar) << what << ", cell " << i;
    }
}

void expect_same(const std::vector<Comparison>& found, const std::vector<Comparison>& expected,
                 const std::string& how) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t m = 0; m < found.size(); ++m) {
        const std::string what = found[m].definition.measure + how;
        const bool ranked = found[m].definition.k.has_value();
        // Ranks of distances come from the engine's float32 histogram on either side; inside tight clusters
        // float32 and float64 distances fall into different cells of it.
        const bool coarse = found[m].definition.measure == "rsa_spearman" && how.ends_with("clusters");
        const bool listed = found[m].definition.measure == "cknna"; // the engine's products are float32's
        const double bar = listed ? 1e-7 : ranked ? 1e-9 : coarse ? 5e-4 : 1e-5;
        expect_near(found[m].value, expected[m].value, bar, what);
        expect_near(found[m].standard_error, expected[m].standard_error, bar, what + " (error)");
        expect_near(found[m].null_value, expected[m].null_value, bar, what + " (null)");
        EXPECT_EQ(std::ranges::count(found[m].warnings, "computed_on", &Warning::code), 1) << what;
        EXPECT_EQ(std::ranges::count(expected[m].warnings, "computed_on", &Warning::code), 0) << what;
        ASSERT_EQ(found[m].image_means == nullptr, expected[m].image_means == nullptr) << what;
        if (found[m].image_means != nullptr)
            for (std::size_t i = 0; i < images; ++i) {
                EXPECT_NEAR(found[m].image_means->overall[i], expected[m].image_means->overall[i], 1e-6);
                for (std::size_t l = 0; l < found[m].rows.size(); ++l) {
                    EXPECT_NEAR(found[m].image_means->from(i, l), expected[m].image_means->from(i, l), 1e-6);
                    EXPECT_NEAR(found[m].image_means->to(i, l), expected[m].image_means->to(i, l), 1e-6);
                }
            }
    }
}

std::vector<std::string> torch_devices() {
    std::vector<std::string> all = engine::devices();
    std::erase_if(all, engine::is_own_engine);
    return all;
}

class OnADevice : public testing::TestWithParam<Rows> {
  protected:
    void SetUp() override {
        if (torch_devices().empty())
            GTEST_SKIP() << "the part for Torch devices was not built";
    }

    static Dataset dataset() {
        std::vector<Matrix<float>> layers{GetParam().make(1), GetParam().make(2), GetParam().make(1)};
        const Matrix<float> noise = normal_rows(images, layers[2].cols(), 77);
        for (std::size_t i = 0; i < images * noise.cols(); ++i)
            layers[2].data()[i] += 0.3F * noise.data()[i];
        layers.push_back(normal_rows(images, 5, 9));
        return support::dataset_of(std::move(layers));
    }

    static std::vector<Comparison> compared(const Dataset& dataset, CompareRequest request,
                                            const std::string& device) {
        ThreadPool pool(2);
        engine::LayerStore layers;
        request.device = device;
        return compare(dataset, request, layers, Task{pool});
    }

    static void expect_all_same(const Dataset& dataset, const CompareRequest& request,
                                const std::string& how) {
        const std::vector<Comparison> expected = compared(dataset, request, "cpu");
        for (const std::string& device : torch_devices()) {
            std::string where = ", ";
            where.append(device).append(", ").append(how);
            expect_same(compared(dataset, request, device), expected, where);
        }
    }
};

TEST_P(OnADevice, NeighboursAndRanksAreTheEngines) {
    const Dataset data = dataset();
    CompareRequest request;
    for (const std::size_t k : {1U, 7U, 30U})
        for (const char* name : {"information_imbalance", "overlap", "jaccard"})
            request.measures.push_back({name, k});
    request.measures.push_back({"cknna", 10});
    for (const Distance distance : {Distance::euclidean, Distance::cosine, Distance::hamming}) {
        request.distance = distance;
        expect_all_same(data, request, std::string(name_of(distance)));
    }
}

TEST_P(OnADevice, KernelsAreTheEngines) {
    const Dataset data = dataset();
    CompareRequest request;
    for (const char* name : {"cka_unbiased", "cka", "cka_rbf", "cka_rbf_unbiased", "rsa_pearson",
                             "rsa_spearman", "distance_correlation", "distance_correlation_unbiased"})
        request.measures.push_back({name, {}});
    for (const Distance distance : {Distance::euclidean, Distance::hamming}) {
        request.distance = distance;
        expect_all_same(data, request,
                        std::string(name_of(distance)) +
                            (GetParam().make == tight_clusters ? ", tight clusters" : ""));
    }
}

TEST_P(OnADevice, SomeLayersAgainstOthers) {
    const Dataset data = dataset();
    CompareRequest request;
    request.measures = {{"information_imbalance", 5}};
    request.rows = {{0, 0}, {0, 1}};
    request.columns = {{0, 1}, {0, 3}};
    expect_all_same(data, request, "rows x columns");
}

TEST(ADevice, StopsWhenAsked) {
    const Dataset data = support::dataset_of({normal_rows(6000, 12, 1), normal_rows(6000, 12, 2)});
    CompareRequest request;
    request.measures = {{"information_imbalance", 3}, {"cka", {}}};
    for (const std::string& device : torch_devices()) {
        request.device = device;
        ThreadPool pool(2);
        engine::LayerStore layers;
        Cancellation cancellation;
        int blocks = 0;
        const auto stop_in_the_pass = [&](double, std::string_view stage) {
            if (stage == "comparing" && ++blocks == 2)
                cancellation.request();
        };
        EXPECT_THROW((void)compare(data, request, layers, Task{pool, cancellation, stop_in_the_pass}),
                     Cancelled)
            << device;
        EXPECT_EQ(blocks, 2) << device;
    }
}

TEST(ADevice, ComparesRepeatedSubsets) {
    const Dataset data = support::dataset_of({ordinary(1), ordinary(2), tight_clusters(3)});
    CompareRequest request;
    request.measures = {{"information_imbalance", 4}, {"cka_unbiased", {}}};
    request.subset = 80;
    ThreadPool pool(2);
    const std::vector<Comparison> expected = compare_repeatedly(data, request, 3, Task{pool});
    for (const std::string& device : torch_devices()) {
        request.device = device;
        const std::vector<Comparison> found = compare_repeatedly(data, request, 3, Task{pool});
        for (std::size_t m = 0; m < found.size(); ++m) {
            expect_near(found[m].value, expected[m].value, 1e-5, device);
            expect_near(found[m].standard_error, expected[m].standard_error, 1e-5, device);
            EXPECT_EQ(std::ranges::count(found[m].warnings, "computed_on", &Warning::code), 1) << device;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, OnADevice,
                         testing::Values(Rows{"Ordinary", ordinary}, Rows{"FarAway", far_away},
                                         Rows{"Outliers", outliers}, Rows{"MassiveColumn", massive_column},
                                         Rows{"TightClusters", tight_clusters}, Rows{"WithTwins", with_twins},
                                         Rows{"WholeNumbers", whole_numbers},
                                         Rows{"TiedFractions", tied_fractions}, Rows{"Constant", constant}),
                         [](const auto& test) { return std::string(test.param.name); });

} // namespace
} // namespace stratoscope::measures
