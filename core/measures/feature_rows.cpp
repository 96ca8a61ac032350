#include "core/measures/feature_rows_internal.h"

namespace stratoscope::measures {
namespace {

Rows all_rows(const engine::PreparedLayer& layer) {
    Rows out(static_cast<Index>(layer.images()), static_cast<Index>(layer.dimension()));
    std::vector<double> row(layer.dimension());
    for (std::size_t i = 0; i < layer.images(); ++i) {
        layer.stored_row(i, row);
        out.row(static_cast<Index>(i)) =
            Eigen::Map<const Eigen::RowVectorXd>(row.data(), static_cast<Index>(row.size()));
    }
    if (layer.constant())
        out.setZero(); // not what rounding of the mean would leave
    else
        out.rowwise() -= out.colwise().mean().eval();
    return out;
}

} // namespace

Features features_of(const engine::PreparedLayer& layer, const std::vector<std::uint32_t>& tenth) {
    Rows rows = all_rows(layer);
    Features out;
    out.stored_columns = rows.cols();
    out.squared_norm = rows.squaredNorm();
    if (rows.cols() > rows.rows()) {
        const Eigenpairs eigen = eigenpairs_of(rows * rows.transpose());
        const Index first = (eigen.values.array() <= 1e-13 * eigen.values.maxCoeff()).count();
        const Index kept = eigen.values.size() - first;
        if (kept > 0) {
            const Eigen::VectorXd lengths = eigen.values.tail(kept).cwiseSqrt();
            out.turn = rows.transpose() * eigen.vectors.rightCols(kept) * lengths.cwiseInverse().asDiagonal();
            rows = eigen.vectors.rightCols(kept) * lengths.asDiagonal();
        }
    }
    for (std::uint32_t part = 0; part < tenths; ++part) {
        out.rows[part].resize(static_cast<Index>(std::ranges::count(tenth, part)), rows.cols());
        Index at = 0;
        for (std::size_t i = 0; i < tenth.size(); ++i)
            if (tenth[i] == part)
                out.rows[part].row(at++) = rows.row(static_cast<Index>(i));
        out.sum[part] = out.rows[part].colwise().sum();
    }
    return out;
}

} // namespace stratoscope::measures
