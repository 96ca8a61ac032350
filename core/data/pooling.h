// One image's activation made one row: the same whether a file of activations is read or a model is run.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace stratoscope {

/// cls: token 0; flatten: all numbers; grid4x4: averaged to 4 × 4 places, then flattened, channel by channel.
enum class Pooling { cls, mean, max, flatten, grid4x4 };

/// Throws Error(usage) for a name that is none of them.
[[nodiscard]] Pooling pooling_named(const std::string& name);
[[nodiscard]] const char* name_of(Pooling pooling);

/// What can be done to an image's activation of this shape, (tokens, D) or (channels, height, width): mean
/// where `asked` can't.
[[nodiscard]] Pooling applicable_pooling(Pooling asked, std::span<const std::size_t> shape);

/// The length of the row.
[[nodiscard]] std::size_t pooled_size(Pooling pooling, std::span<const std::size_t> shape);

/// in: as many numbers as the product of shape, row by row; out: pooled_size() numbers. Sums are made in
/// float64, four at a time and always in the same order. NaN wins over any maximum: damage must not be pooled
/// away.
void pool(std::span<const float> in, std::span<const std::size_t> shape, Pooling pooling,
          std::span<double> out);
void pool(std::span<const double> in, std::span<const std::size_t> shape, Pooling pooling,
          std::span<double> out);

} // namespace stratoscope
