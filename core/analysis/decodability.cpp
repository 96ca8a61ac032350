#include "core/analysis/retention.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <limits>
#include <numeric>

namespace stratoscope::analysis {
namespace {

constexpr std::size_t folds = 5;
constexpr double penalty_share = 1e-3;

std::vector<std::size_t> fold_of_images(const ImageSet& images) {
    std::vector<std::size_t> order(images.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return images.ids[a] < images.ids[b]; });
    std::vector<std::size_t> fold(images.size());
    for (std::size_t position = 0; position < order.size(); ++position)
        fold[order[position]] = position % folds;
    return fold;
}

// Predictions for the rows of `test`, from ridge regression on the rows of `train`: by columns or by rows,
// whichever is smaller.
Eigen::MatrixXd predicted(const Eigen::MatrixXd& train, const Eigen::MatrixXd& targets,
                          const Eigen::MatrixXd& test) {
    const Eigen::RowVectorXd mean = train.colwise().mean();
    const Eigen::RowVectorXd target_mean = targets.colwise().mean();
    const Eigen::MatrixXd x = train.rowwise() - mean;
    const Eigen::MatrixXd y = targets.rowwise() - target_mean;
    const Eigen::MatrixXd z = test.rowwise() - mean;
    const double penalty = penalty_share * x.squaredNorm() / static_cast<double>(x.cols());
    Eigen::MatrixXd out;
    if (x.cols() <= x.rows()) {
        Eigen::MatrixXd gram = x.transpose() * x;
        gram.diagonal().array() += penalty;
        out = z * gram.llt().solve(x.transpose() * y);
    } else {
        Eigen::MatrixXd gram = x * x.transpose();
        gram.diagonal().array() += penalty;
        out = (z * x.transpose()) * gram.llt().solve(y);
    }
    return out.rowwise() + target_mean;
}

} // namespace

std::vector<double> decodability(const Dataset& dataset, LayerId id, const ImageStatistics& statistics,
                                 const Task& task) {
    const Layer& layer = dataset.layer(id);
    const std::size_t images = dataset.images.size();
    const std::size_t count = statistics.names.size();
    const auto unknown = std::numeric_limits<double>::quiet_NaN();
    if (!layer.usable() || images < 2 * folds || count == 0)
        return std::vector<double>(count, unknown);
    Matrix<double> rows(images, layer.rows->cols());
    constexpr std::size_t at_a_time = 256;
    for (std::size_t first = 0; first < images; first += at_a_time) {
        task.check();
        layer.rows->read(first, rows.view().middle_rows(first, std::min(at_a_time, images - first)));
    }
    const std::vector<std::size_t> fold = fold_of_images(dataset.images);
    std::vector<double> squared_error(count, 0.0);
    const auto columns = static_cast<Eigen::Index>(rows.cols());
    for (std::size_t held_out = 0; held_out < folds; ++held_out) {
        task.check();
        std::vector<std::size_t> train;
        std::vector<std::size_t> test;
        for (std::size_t i = 0; i < images; ++i)
            (fold[i] == held_out ? test : train).push_back(i);
        const auto matrix_of = [&](const std::vector<std::size_t>& members) {
            Eigen::MatrixXd out(static_cast<Eigen::Index>(members.size()), columns);
            for (std::size_t r = 0; r < members.size(); ++r)
                out.row(static_cast<Eigen::Index>(r)) =
                    Eigen::Map<const Eigen::RowVectorXd>(rows.row(members[r]).data(), columns);
            return out;
        };
        Eigen::MatrixXd targets(static_cast<Eigen::Index>(train.size()), static_cast<Eigen::Index>(count));
        for (std::size_t r = 0; r < train.size(); ++r)
            for (std::size_t s = 0; s < count; ++s)
                targets(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(s)) =
                    statistics.values(train[r], s);
        const Eigen::MatrixXd guess = predicted(matrix_of(train), targets, matrix_of(test));
        for (std::size_t r = 0; r < test.size(); ++r)
            for (std::size_t s = 0; s < count; ++s) {
                const double miss = guess(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(s)) -
                                    statistics.values(test[r], s);
                squared_error[s] += miss * miss;
            }
        task.report(static_cast<double>(held_out + 1) / folds, "reading statistics from layers");
    }
    std::vector<double> out;
    for (std::size_t s = 0; s < count; ++s) {
        double mean = 0.0;
        for (std::size_t i = 0; i < images; ++i)
            mean += statistics.values(i, s) / static_cast<double>(images);
        double spread = 0.0;
        for (std::size_t i = 0; i < images; ++i)
            spread += (statistics.values(i, s) - mean) * (statistics.values(i, s) - mean);
        out.push_back(spread > 0.0 ? 1.0 - squared_error[s] / spread : unknown);
    }
    return out;
}

} // namespace stratoscope::analysis
