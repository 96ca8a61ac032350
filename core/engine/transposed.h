// Rows into columns, in registers: what tiles kept for later, packed panels and ranks by place are made by.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stratoscope::engine {

/// to(c, r) = from(r, c) for c < columns, r < rows; strides in values.
void transpose(const float* from, std::size_t from_stride, std::size_t rows, std::size_t columns, float* to,
               std::size_t to_stride);
void transpose(const std::uint32_t* from, std::size_t from_stride, std::size_t rows, std::size_t columns,
               std::uint32_t* to, std::size_t to_stride);

/// The lower triangle of a square from its upper one, by squares of `side`, of which those on the diagonal
/// are whole already.
void mirror_upper(float* square, std::size_t stride, std::size_t rows, std::size_t side);

} // namespace stratoscope::engine
