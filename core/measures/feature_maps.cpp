#include "core/measures/feature_maps.h"

#include "core/base/thread_pool.h"
#include "core/engine/blas.h"
#include "core/measures/feature_rows_internal.h"
#include "core/measures/jackknife.h"

#include <Eigen/Cholesky>
#include <Eigen/SVD>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <utility>

namespace stratoscope::measures {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t everything = tenths; // the subset that leaves nothing out
constexpr double kept_variance = 0.99;
constexpr double penalty_share = 1e-3;

// The main directions of a layer for one subset of the images.
struct Directions {
    Rows whitened; // columns × kept: XW has orthonormal columns
    Rows loadings; // kept × columns as stored: Wᵀ of the covariance, for PWCCA's weights
    Index kept = 0;
    bool enough_images = false;
};

Directions directions_of(const Features& layer, const Rows& covariance, Index images) {
    Directions out;
    const Eigenpairs eigen = eigenpairs_of(covariance);
    const Eigen::VectorXd variance = eigen.values.cwiseMax(0.0);
    const double total = variance.sum();
    Index kept = 0;
    double held = 0.0;
    while (kept < variance.size() && held < kept_variance * total)
        held += variance(variance.size() - ++kept);
    // Centred rows of N images have N − 1 directions at most: when all are kept, any layer is a linear map of
    // it.
    out.kept = kept;
    out.enough_images = kept > 0 && images - 1 > kept;
    if (!out.enough_images)
        return out;
    const Eigen::VectorXd lengths = variance.tail(kept).cwiseSqrt();
    const Rows directions = eigen.vectors.rightCols(kept);
    out.whitened = directions * lengths.cwiseInverse().asDiagonal();
    out.loadings = lengths.asDiagonal() * directions.transpose();
    if (layer.turn.size() > 0)
        out.loadings = (out.loadings * layer.turn.transpose()).eval();
    return out;
}

double nuclear_norm(const Rows& matrix) {
    return Eigen::BDCSVD<Rows>(matrix).singularValues().sum();
}

// The same from the eigenvalues of the smaller Gram matrix: several times faster, to about 10⁻⁶, which is
// plenty for a standard error.
double quick_nuclear_norm(const Rows& matrix) {
    return eigenvalues_of(matrix.rows() < matrix.cols() ? Rows(matrix * matrix.transpose())
                                                        : Rows(matrix.transpose() * matrix))
        .cwiseMax(0.0)
        .cwiseSqrt()
        .sum();
}

struct Correlations {
    double mean = undefined;
    double weighted_by_a = undefined;
    double weighted_by_b = undefined;
};

Correlations canonical(const Rows& cross, const Directions& a, const Directions& b) {
    if (!a.enough_images || !b.enough_images)
        return {};
    const Rows between = a.whitened.transpose() * cross * b.whitened;
    const Eigen::BDCSVD<Rows> svd(between, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Eigen::VectorXd correlations = svd.singularValues().cwiseMin(1.0);
    const auto weighted = [&](const Rows& variates, const Rows& loadings) {
        const Eigen::VectorXd weight = (variates.transpose() * loadings).cwiseAbs().rowwise().sum();
        return weight.dot(correlations) / weight.sum();
    };
    return {correlations.mean(), weighted(svd.matrixU(), a.loadings), weighted(svd.matrixV(), b.loadings)};
}

class Comparer {
  public:
    Comparer(const FeatureQuestion& question, const Task& task) : question_(question), task_(task) {
        const std::size_t layers = question.layers.size();
        for (const FeatureMeasure measure : question.measures) {
            const bool distance =
                measure == FeatureMeasure::procrustes || measure == FeatureMeasure::procrustes_distance;
            // What orthogonal feature maps have; with few images unrelated layers stay well short of it.
            const double unrelated = measure == FeatureMeasure::procrustes            ? std::acos(0.0)
                                     : measure == FeatureMeasure::procrustes_distance ? std::sqrt(2.0)
                                                                                      : 0.0;
            answer_.finished.push_back({.value = Matrix<double>(layers, layers, undefined),
                                        .standard_error = Matrix<double>(layers, layers, undefined),
                                        .progress_error = {},
                                        .floor = Matrix<double>(layers, layers, distance ? 0.0 : 1.0),
                                        .null_value = Matrix<double>(layers, layers, unrelated),
                                        .subset_values = {},
                                        .image_means = nullptr});
        }
    }

    FeatureAnswer run() {
        const std::size_t layers = question_.layers.size();
        features_.resize(layers);
        each(layers, 0.0, 0.05, "reading layers", [&](std::size_t layer) {
            features_[layer] = features_of(*question_.layers[layer], question_.tenth);
        });
        if (wants(FeatureMeasure::svcca) || wants(FeatureMeasure::pwcca)) {
            directions_.resize(layers);
            each(layers, 0.05, 0.2, "finding main directions",
                 [&](std::size_t layer) { find_directions(layer); });
            for (std::size_t layer = 0; layer < layers; ++layer)
                warn_of_few_images(layer);
        }
        std::vector<std::pair<std::size_t, std::size_t>> pairs;
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = a; b < layers; ++b)
                pairs.emplace_back(a, b);
        each(pairs.size(), 0.2, wants(FeatureMeasure::linear_predictivity) ? 0.6 : 1.0, "comparing features",
             [&](std::size_t at) { compare_pair(pairs[at].first, pairs[at].second); });
        if (wants(FeatureMeasure::linear_predictivity))
            each(layers * folds, 0.6, 1.0, "predicting layers from layers",
                 [&](std::size_t at) { predict(at / folds, at % folds); });
        for (std::size_t a = 0; !misses_.empty() && a < layers; ++a)
            for (std::size_t b = 0; b < layers; ++b)
                finish_prediction(a, b);
        return std::move(answer_);
    }

  private:
    [[nodiscard]] bool wants(FeatureMeasure measure) const {
        return std::ranges::find(question_.measures, measure) != question_.measures.end();
    }

    template <class Body>
    void each(std::size_t count, double from, double to, std::string_view stage, const Body& body) {
        std::atomic<std::size_t> done = 0;
        std::mutex reporting;
        task_.pool.parallel_for(count, [&](std::size_t item, std::size_t) {
            task_.check();
            body(item);
            const std::lock_guard lock(reporting);
            task_.report(from + (to - from) * static_cast<double>(++done) / static_cast<double>(count),
                         stage);
        });
    }

    [[nodiscard]] bool constant(std::size_t layer) const { return question_.layers[layer]->constant(); }

    void find_directions(std::size_t layer) {
        const CrossProducts own(features_[layer], features_[layer]);
        const auto images = static_cast<Index>(question_.tenth.size());
        for (std::size_t left_out = 0; left_out <= tenths; ++left_out) {
            task_.check();
            const Index left = images - (left_out == everything ? 0 : features_[layer].rows[left_out].rows());
            directions_[layer][left_out] = directions_of(features_[layer], own.centred(left_out), left);
        }
    }

    void warn_of_few_images(std::size_t layer) {
        const Directions& all = directions_[layer][everything];
        const std::string kept = std::to_string(all.kept);
        const std::string images = std::to_string(question_.tenth.size());
        if (constant(layer)) // which has a warning of its own: more images would change nothing
            return;
        if (!all.enough_images)
            answer_.warnings.push_back(
                {"too_few_images", question_.paths[layer],
                 "SVCCA and PWCCA are left out: " + kept + " dimensions hold 99 % of the variance of " +
                     images + " images, so that they would be 1 with any layer; take more images"});
        else if (2 * all.kept >= static_cast<Index>(question_.tenth.size()))
            answer_.warnings.push_back({"few_images", question_.paths[layer],
                                        "SVCCA and PWCCA are too high: " + kept +
                                            " dimensions are kept of only " + images +
                                            " images; take at least ten images a dimension"});
    }

    void set(FeatureMeasure measure, std::size_t a, std::size_t b, double value, double error) {
        for (std::size_t at = 0; at < question_.measures.size(); ++at)
            if (question_.measures[at] == measure) {
                answer_.finished[at].value(a, b) = value;
                answer_.finished[at].standard_error(a, b) = error;
            }
    }

    // No value: no variance to divide by, so that there are no error and no null either.
    void set_undefined(FeatureMeasure measure, std::size_t a, std::size_t b) {
        set(measure, a, b, undefined, undefined);
        for (std::size_t at = 0; at < question_.measures.size(); ++at)
            if (question_.measures[at] == measure)
                answer_.finished[at].null_value(a, b) = undefined;
    }

    void compare_pair(std::size_t a, std::size_t b) {
        const bool turn = wants(FeatureMeasure::procrustes) || wants(FeatureMeasure::procrustes_distance);
        const bool correlate = !directions_.empty();
        if (!turn && !correlate)
            return;
        if (constant(a) || constant(b)) {
            for (const FeatureMeasure measure :
                 {FeatureMeasure::procrustes, FeatureMeasure::procrustes_distance, FeatureMeasure::svcca,
                  FeatureMeasure::pwcca}) {
                set_undefined(measure, a, b);
                set_undefined(measure, b, a);
            }
            return;
        }
        const CrossProducts cross(features_[a], features_[b]);
        std::array<Correlations, tenths + 1> correlations;
        std::array<double, tenths + 1> nuclear{};
        for (std::size_t left_out = 0; left_out <= tenths; ++left_out) {
            task_.check();
            const Rows product = cross.centred(left_out);
            if (correlate)
                correlations[left_out] =
                    canonical(product, directions_[a][left_out], directions_[b][left_out]);
            if (turn) {
                const double norm =
                    left_out == everything ? nuclear_norm(product) : quick_nuclear_norm(product);
                // In this order a NaN stays one: all but a tenth of the rows may be equal.
                nuclear[left_out] =
                    std::min(norm / std::sqrt(squared_norm(a, left_out) * squared_norm(b, left_out)), 1.0);
            }
        }
        const auto both_ways = [&](FeatureMeasure measure, const auto& of) {
            std::array<double, tenths> replicas{};
            for (std::size_t left_out = 0; left_out < tenths; ++left_out)
                replicas[left_out] = of(left_out);
            const double error = a == b ? 0.0 : jackknife_error(replicas);
            set(measure, a, b, of(everything), error);
            return error;
        };
        if (turn) {
            // A layer with itself: 1 but for rounding, which an arc cosine magnifies.
            const auto angle = [&](std::size_t s) { return a == b ? 0.0 : std::acos(nuclear[s]); };
            const auto distance = [&](std::size_t s) {
                return a == b ? 0.0 : std::sqrt(std::max(0.0, 2.0 - 2.0 * nuclear[s]));
            };
            set(FeatureMeasure::procrustes, b, a, angle(everything),
                both_ways(FeatureMeasure::procrustes, angle));
            set(FeatureMeasure::procrustes_distance, b, a, distance(everything),
                both_ways(FeatureMeasure::procrustes_distance, distance));
        }
        if (correlate) {
            const auto mean = [&](std::size_t s) { return correlations[s].mean; };
            set(FeatureMeasure::svcca, b, a, mean(everything), both_ways(FeatureMeasure::svcca, mean));
            std::array<double, tenths> replicas{};
            for (std::size_t s = 0; s < tenths; ++s)
                replicas[s] = correlations[s].weighted_by_b;
            set(FeatureMeasure::pwcca, b, a, correlations[everything].weighted_by_b,
                a == b ? 0.0 : jackknife_error(replicas));
            both_ways(FeatureMeasure::pwcca, [&](std::size_t s) { return correlations[s].weighted_by_a; });
        }
    }

    [[nodiscard]] double squared_norm(std::size_t layer, std::size_t left_out) const {
        const Features& features = features_[layer];
        double squares = 0.0;
        Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(features.columns());
        Index count = 0;
        for (std::size_t part = 0; part < tenths; ++part)
            if (part != left_out) {
                squares += features.rows[part].squaredNorm();
                sum += features.sum[part];
                count += features.rows[part].rows();
            }
        return squares - sum.squaredNorm() / static_cast<double>(std::max<Index>(1, count));
    }

    // Predicts all layers from layer a on the images of one fold.
    void predict(std::size_t a, std::size_t fold) {
        const std::size_t layers = features_.size();
        {
            const std::lock_guard lock(misses_mutex_);
            if (misses_.empty())
                misses_ = Matrix<double>(layers * layers, tenths);
        }
        const CrossProducts own(features_[a], features_[a]);
        Rows gram = own.without_fold(fold);
        const double penalty =
            penalty_share * gram.trace() / static_cast<double>(features_[a].stored_columns);
        gram.diagonal().array() += std::max(penalty, std::numeric_limits<double>::min());
        const Eigen::LLT<Rows> solver(gram);
        const Eigen::RowVectorXd mean_a = training_mean(a, fold);
        for (std::size_t b = 0; b < layers; ++b) {
            task_.check();
            const Rows map = solver.solve(CrossProducts(features_[a], features_[b]).without_fold(fold));
            const Eigen::RowVectorXd mean_b = training_mean(b, fold);
            for (const std::size_t part : {fold, fold + folds}) {
                const Rows miss = (features_[b].rows[part].rowwise() - mean_b) -
                                  (features_[a].rows[part].rowwise() - mean_a) * map;
                misses_(a * layers + b, part) = miss.squaredNorm();
            }
        }
    }

    [[nodiscard]] Eigen::RowVectorXd training_mean(std::size_t layer, std::size_t fold) const {
        Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(features_[layer].columns());
        Index count = 0;
        for (std::size_t part = 0; part < tenths; ++part)
            if (part % folds != fold) {
                sum += features_[layer].sum[part];
                count += features_[layer].rows[part].rows();
            }
        return sum / static_cast<double>(std::max<Index>(1, count));
    }

    void finish_prediction(std::size_t a, std::size_t b) {
        const std::size_t layers = features_.size();
        double missed = 0.0;
        for (std::size_t part = 0; part < tenths; ++part)
            missed += misses_(a * layers + b, part);
        const double spread = features_[b].squared_norm;
        if (!(spread > 0.0)) {
            set_undefined(FeatureMeasure::linear_predictivity, a, b);
            return;
        }
        std::array<double, tenths> replicas{};
        for (std::size_t part = 0; part < tenths; ++part)
            replicas[part] = 1.0 - (missed - misses_(a * layers + b, part)) / squared_norm(b, part);
        set(FeatureMeasure::linear_predictivity, a, b, 1.0 - missed / spread, jackknife_error(replicas));
    }

    const FeatureQuestion& question_;
    const Task& task_;
    FeatureAnswer answer_;
    std::vector<Features> features_;
    std::vector<std::array<Directions, tenths + 1>> directions_;
    std::mutex misses_mutex_;
    Matrix<double> misses_; // (a, b) × tenth: Σ‖error‖²
};

constexpr std::array<std::pair<std::string_view, FeatureMeasure>, 5> known{{
    {"procrustes", FeatureMeasure::procrustes},
    {"procrustes_distance", FeatureMeasure::procrustes_distance},
    {"svcca", FeatureMeasure::svcca},
    {"pwcca", FeatureMeasure::pwcca},
    {"linear_predictivity", FeatureMeasure::linear_predictivity},
}};

} // namespace

FeatureAnswer compare_features(const FeatureQuestion& question, const Task& task) {
    engine::keep_blas_single_threaded();
    return Comparer(question, task).run();
}

bool is_feature_measure(std::string_view name) {
    return std::ranges::any_of(known, [name](const auto& one) { return one.first == name; });
}

FeatureMeasure feature_measure(std::string_view name) {
    return std::ranges::find_if(known, [name](const auto& one) { return one.first == name; })->second;
}

} // namespace stratoscope::measures
