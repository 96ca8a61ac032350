// Values of one measure over the layers of a pass, before they are put into the shape that was asked for.
#pragma once

#include "core/base/matrix.h"
#include "core/data/comparison.h"

#include <memory>
#include <vector>

namespace stratoscope::measures {

/// L × L each, over the layers of the pass.
struct Finished {
    Matrix<double> value;
    Matrix<double> standard_error; ///< sampling error; empty for a snapshot
    Matrix<double> progress_error; ///< empty for a finished pass
    Matrix<double> floor;
    Matrix<double> null_value;
    std::vector<Matrix<double>> subset_values;
    std::shared_ptr<const ImageMeans> image_means;
};

/// How far the mean over the first n of N images may be from the mean over all: s(c)/√n·√(1 − n/N), from Σc
/// and Σc².
[[nodiscard]] double progress_error(double sum, double squared_sum, std::size_t n, std::size_t images);

} // namespace stratoscope::measures
