#include "core/engine/blas.h"

#include <cblas.h>

namespace stratoscope::engine {

void multiply_transposed(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> out) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<int>(a.rows), static_cast<int>(b.rows),
                static_cast<int>(a.cols), 1.0F, a.data, static_cast<int>(a.stride), b.data,
                static_cast<int>(b.stride), 0.0F, out.data, static_cast<int>(out.stride));
}

void gram_upper(MatrixView<const double> a, MatrixView<double> out) {
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, static_cast<int>(a.rows), static_cast<int>(a.cols),
                1.0, a.data, static_cast<int>(a.stride), 0.0, out.data, static_cast<int>(out.stride));
}

void keep_blas_single_threaded() {
    openblas_set_num_threads(1);
}

} // namespace stratoscope::engine
