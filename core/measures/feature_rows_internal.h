// Rows of layers in float64 by tenths of the images, and products between them with some tenths left out:
// what jackknifes and folds of feature measures are made of.
#pragma once

#include "core/engine/prepared_layer.h"
#include "core/measures/symmetric_eigen_internal.h"

// OpenBLAS has kernels for each machine; Eigen alone would use those of the oldest.
#define EIGEN_USE_BLAS
#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace stratoscope::measures {

using Eigen::Index;
using Rows = Eigen::MatrixXd;

inline constexpr std::size_t tenths = 10;
inline constexpr std::size_t folds = 5; ///< fold f is the tenths f and f + 5

/// Of a symmetric matrix: values in rising order, and its vectors as columns.
struct Eigenpairs {
    Eigen::VectorXd values;
    Rows vectors;
};
[[nodiscard]] inline Eigenpairs eigenpairs_of(Rows symmetric) {
    Eigenpairs out{Eigen::VectorXd(symmetric.rows()), std::move(symmetric)};
    symmetric_eigen({out.vectors.data(), static_cast<std::size_t>(out.vectors.size())},
                    {out.values.data(), static_cast<std::size_t>(out.values.size())}, EigenVectors::wanted);
    return out;
}
[[nodiscard]] inline Eigen::VectorXd eigenvalues_of(Rows symmetric) {
    Eigen::VectorXd out(symmetric.rows());
    symmetric_eigen({symmetric.data(), static_cast<std::size_t>(symmetric.size())},
                    {out.data(), static_cast<std::size_t>(out.size())}, EigenVectors::not_wanted);
    return out;
}

/// A layer's rows by tenths of the images. With more columns than images the rows are turned into as many
/// columns as there are images: no measure here sees a rotation, but PWCCA's weights and the ridge's penalty,
/// which get what they need of the columns as stored.
struct Features {
    std::array<Rows, tenths> rows;
    std::array<Eigen::RowVectorXd, tenths> sum;
    Rows turn; // columns as stored × columns; empty where nothing was turned
    Index stored_columns = 0;
    double squared_norm = 0.0; // centred, all images

    [[nodiscard]] Index columns() const { return rows[0].cols(); }
};

/// tenth: of each image.
[[nodiscard]] Features features_of(const engine::PreparedLayer& layer,
                                   const std::vector<std::uint32_t>& tenth);

/// XᵀY of two layers, and of all images but a tenth, with the means of what is left taken off.
class CrossProducts {
  public:
    CrossProducts(const Features& a, const Features& b)
        : a_(a), b_(b), all_(Rows::Zero(a.columns(), b.columns())) {
        for (std::size_t part = 0; part < tenths; ++part)
            all_ += a.rows[part].transpose() * b.rows[part];
    }

    // left_out: a tenth, or everything for none of them.
    [[nodiscard]] Rows centred(std::size_t left_out) const {
        const auto out = [left_out](std::size_t part) { return part == left_out; };
        return without(out);
    }

    [[nodiscard]] Rows without_fold(std::size_t fold) const {
        return without([fold](std::size_t part) { return part % folds == fold; });
    }

  private:
    template <class Out>
    [[nodiscard]] Rows without(const Out& out) const {
        Rows product = all_;
        Eigen::RowVectorXd sum_a = Eigen::RowVectorXd::Zero(a_.columns());
        Eigen::RowVectorXd sum_b = Eigen::RowVectorXd::Zero(b_.columns());
        Index count = 0;
        for (std::size_t part = 0; part < tenths; ++part) {
            if (out(part)) {
                product.noalias() -= a_.rows[part].transpose() * b_.rows[part];
                continue;
            }
            sum_a += a_.sum[part];
            sum_b += b_.sum[part];
            count += a_.rows[part].rows();
        }
        product.noalias() -= sum_a.transpose() * (sum_b / static_cast<double>(std::max<Index>(1, count)));
        return product;
    }

    const Features& a_;
    const Features& b_;
    Rows all_;
};

} // namespace stratoscope::measures
