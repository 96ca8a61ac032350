// Rows in another order than the file's, or only some of them: how files are joined.
#pragma once

#include "core/data/row_source.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace stratoscope::storage {

/// Row i is rows' row places[i].
[[nodiscard]] std::shared_ptr<const RowSource> mapped(std::shared_ptr<const RowSource> rows,
                                                      std::shared_ptr<const std::vector<std::size_t>> places);

} // namespace stratoscope::storage
