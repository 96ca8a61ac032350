// The one sweep over a row of distances that all questions about small distances begin with: those between
// two bounds, close together with their columns, so that what follows works on a few values in the first
// cache.
//
// Idea: a vector's hits are squeezed to its front and stored as a whole, at the place behind the hits before;
// the next store overwrites what was no hit. No branch follows from a single value. Its naive twin is
// tests/core/engine/row_scan_test.cpp.
#pragma once

#include "core/base/matrix.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace stratoscope::engine {

struct RowScan {
    const char* name; ///< avx512, avx2, plain

    /// Values with low ≤ value ≤ high, in their order, and their columns. `out_values` and `out_columns` have
    /// room for n + 16: whole vectors are written. Returns how many were found.
    std::size_t (*between)(const float* values, std::size_t n, float low, float high, float* out_values,
                           std::uint32_t* out_columns);
};

/// All that this machine runs, the widest first. The same for the whole run of the program.
[[nodiscard]] std::span<const RowScan* const> row_scans();

/// Some distances of a row and their columns. Keeps its memory from row to row.
class FoundDistances {
  public:
    /// Replaces what was found before.
    void find(std::span<const float> row, float low, float high) {
        if (values_.size() < row.size() + 16) {
            values_ = AlignedVector<float>(row.size() + 16);
            columns_ = AlignedVector<std::uint32_t>(row.size() + 16);
        }
        count_ =
            row_scans().front()->between(row.data(), row.size(), low, high, values_.data(), columns_.data());
    }
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] std::span<const float> values() const { return std::span(values_).first(count_); }
    [[nodiscard]] std::span<const std::uint32_t> columns() const { return std::span(columns_).first(count_); }

  private:
    AlignedVector<float> values_;
    AlignedVector<std::uint32_t> columns_;
    std::size_t count_ = 0;
};

} // namespace stratoscope::engine
