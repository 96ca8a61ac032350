// Activations of tokens or of places in a picture, made one row an image while reading.
#pragma once

#include "core/data/row_source.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace stratoscope::storage {

enum class Pooling { cls, mean, max, flatten, grid4x4 };

/// Throws Error(usage) for a name that is none of them.
[[nodiscard]] Pooling pooling_named(const std::string& name);
[[nodiscard]] const char* name_of(Pooling pooling);

/// What can be done to an image's activation of this shape, (T,D) or (C,H,W): mean where `asked` can't.
[[nodiscard]] Pooling applicable_pooling(Pooling asked, const std::vector<std::size_t>& shape);

/// rows: N × (product of shape), as in the file. Not for cls and flatten, which only choose what is read.
[[nodiscard]] std::shared_ptr<const RowSource> pooled(std::shared_ptr<const RowSource> rows,
                                                      std::vector<std::size_t> shape, Pooling pooling);

} // namespace stratoscope::storage
