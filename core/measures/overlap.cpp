#include "core/measures/overlap.h"

#include "core/measures/jackknife.h"

#include <limits>
#include <utility>

namespace stratoscope::measures {

Finished finish_overlap(const engine::PassSums& sums, const engine::OverlapSums& overlap) {
    const std::size_t layers = overlap.sum.rows();
    const auto others = static_cast<double>(sums.images - 1);
    Finished out{.value = Matrix<double>(layers, layers),
                 .standard_error = {},
                 .progress_error = {},
                 .floor = Matrix<double>(layers, layers, 1.0),
                 .null_value = Matrix<double>(layers, layers, static_cast<double>(overlap.k) / others),
                 .subset_values = {},
                 .image_means = nullptr};
    const bool finished = sums.done == sums.images;
    Matrix<double> error(layers, layers, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = a; b < layers; ++b) {
            out.value(a, b) = out.value(b, a) = overlap.sum(a, b) / static_cast<double>(sums.done);
            if (!finished) {
                error(a, b) = error(b, a) =
                    progress_error(overlap.sum(a, b), overlap.squared_sum(a, b), sums.done, sums.images);
                continue;
            }
            const std::size_t groups = overlap.without.size();
            if (groups < 2)
                continue;
            std::vector<double> values;
            for (std::size_t group = 0; group < groups; ++group) {
                const std::size_t left = sums.images - sums.jackknife_size[group];
                values.push_back(overlap.without[group](a, b) / static_cast<double>(left));
            }
            error(a, b) = error(b, a) = jackknife_error(values);
        }
    (finished ? out.standard_error : out.progress_error) = std::move(error);
    return out;
}

} // namespace stratoscope::measures
