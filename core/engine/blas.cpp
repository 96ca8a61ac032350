#include "core/engine/blas.h"

#include <cblas.h>

namespace stratoscope::engine {

void keep_blas_single_threaded() {
    openblas_set_num_threads(1);
}

} // namespace stratoscope::engine
