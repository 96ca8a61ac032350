// The few BLAS calls of the engine, so that one file knows which BLAS it is.
#pragma once

#include "core/base/matrix.h"

namespace stratoscope::engine {

/// out = a · bᵀ in float32: a is R × D, b is N × D, out is R × N.
void multiply_transposed(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> out);

/// The upper triangle of out = a · aᵀ in float64: a is L × N, out is L × L.
void gram_upper(MatrixView<const double> a, MatrixView<double> out);

/// Each of our threads calls BLAS for itself: BLAS must not start threads of its own beside them.
void keep_blas_single_threaded();

} // namespace stratoscope::engine
