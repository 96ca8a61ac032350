// How the linear algebra library is to behave, so that one file knows which it is.
#pragma once

namespace stratoscope::engine {

/// Each of our threads calls BLAS for itself: BLAS must not start threads of its own beside them.
void keep_blas_single_threaded();

} // namespace stratoscope::engine
