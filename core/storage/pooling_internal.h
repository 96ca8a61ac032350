// Activations of tokens or of places in a picture, made one row an image while reading.
#pragma once

#include "core/data/pooling.h"
#include "core/data/row_source.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace stratoscope::storage {

/// rows: N × (product of shape), as in the file. Not for cls and flatten, which only choose what is read.
[[nodiscard]] std::shared_ptr<const RowSource> pooled(std::shared_ptr<const RowSource> rows,
                                                      std::vector<std::size_t> shape, Pooling pooling);

} // namespace stratoscope::storage
