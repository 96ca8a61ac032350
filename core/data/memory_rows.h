// Rows held in memory: image statistics, and the layers of tests.
#pragma once

#include "core/data/row_source.h"

#include <memory>

namespace stratoscope {

[[nodiscard]] std::shared_ptr<const RowSource> rows_in_memory(Matrix<float> values);
[[nodiscard]] std::shared_ptr<const RowSource> rows_in_memory(Matrix<double> values);

} // namespace stratoscope
