#include "core/measures/information_imbalance.h"

#include <cmath>
#include <limits>

namespace stratoscope::measures {

double progress_error(double sum, double squared_sum, std::size_t n, std::size_t images) {
    if (n < 2)
        return std::numeric_limits<double>::quiet_NaN();
    const auto count = static_cast<double>(n);
    const double mean = sum / count;
    const double variance = std::max(0.0, squared_sum / count - mean * mean) * count / (count - 1.0);
    return std::sqrt(variance / count * (1.0 - count / static_cast<double>(images)));
}

Finished finish_information_imbalance(const engine::PassSums& sums, const engine::ImbalanceSums& imbalance) {
    const std::size_t layers = imbalance.sum.rows();
    const auto images = static_cast<double>(sums.images);
    const double floor = (static_cast<double>(imbalance.k) + 1.0) / images;
    Finished out{.value = Matrix<double>(layers, layers),
                 .standard_error = {},
                 .progress_error = {},
                 .floor = Matrix<double>(layers, layers, floor),
                 .null_value = Matrix<double>(layers, layers, 1.0),
                 .subset_values = {},
                 .image_means = nullptr};
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = 0; b < layers; ++b)
            out.value(a, b) = imbalance.sum(a, b) / static_cast<double>(sums.done);
    if (sums.done < sums.images) {
        out.progress_error = Matrix<double>(layers, layers);
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = 0; b < layers; ++b)
                out.progress_error(a, b) =
                    progress_error(imbalance.sum(a, b), imbalance.squared_sum(a, b), sums.done, sums.images);
        return out;
    }

    for (std::size_t group = 0; group < imbalance.subset_sum.size(); ++group) {
        if (imbalance.subset_k[group] == 0)
            continue;
        const auto size = static_cast<double>(sums.group_size[group]);
        const double subset_floor = (static_cast<double>(imbalance.subset_k[group]) + 1.0) / size;
        Matrix<double>& values = out.subset_values.emplace_back(layers, layers);
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = 0; b < layers; ++b)
                values(a, b) =
                    floor + (1.0 - floor) * excess(imbalance.subset_sum[group](a, b) / size, subset_floor);
    }
    const auto subsets = static_cast<double>(out.subset_values.size());
    out.standard_error = Matrix<double>(layers, layers, std::numeric_limits<double>::quiet_NaN());
    if (out.subset_values.size() >= 2)
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = 0; b < layers; ++b) {
                double mean = 0.0;
                for (const Matrix<double>& values : out.subset_values)
                    mean += values(a, b) / subsets;
                double squares = 0.0;
                for (const Matrix<double>& values : out.subset_values)
                    squares += (values(a, b) - mean) * (values(a, b) - mean);
                out.standard_error(a, b) = std::sqrt(squares / (subsets - 1.0) / subsets);
            }
    out.image_means = std::make_shared<const ImageMeans>(
        ImageMeans{imbalance.image_from, imbalance.image_to, imbalance.image_overall});
    return out;
}

} // namespace stratoscope::measures
