// What the benchmarks compare: layers as networks make them, and a floor that is not a low one.
#pragma once

#include "core/data/dataset.h"

#include <cstddef>

namespace stratoscope::benchmarks {

/// One model whose layers are each a rotation of the former one's rows with some of them lost and some noise;
/// or unrelated ones, the hardest case for ranks, since no two layers share neighbours.
[[nodiscard]] Dataset made_layers(std::size_t images, std::size_t dimension, std::size_t layers,
                                  bool related);

/// Debian's OpenBLAS does not know newer processors and takes its slowest kernels for them, which would make
/// the floor a low one: starts the program again with the best that this machine runs.
void use_best_blas(char** argv);

} // namespace stratoscope::benchmarks
