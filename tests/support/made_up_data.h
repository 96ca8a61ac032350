// Datasets of random numbers whose structure is known: layers that drift away from a common beginning.
#pragma once

#include "core/data/dataset.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stratoscope::support {

/// Independent standard normal numbers, the same for the same seed on every machine.
[[nodiscard]] Matrix<float> normal_rows(std::size_t rows, std::size_t cols, std::uint64_t seed);

struct MadeUp {
    std::size_t images = 120;
    std::size_t dimension = 16;
    std::vector<std::string> models{"alpha", "beta", "gamma"};
    std::size_t layers = 4;
    bool thumbnails = true;
    bool statistics = true;
};

/// Each model starts from the same numbers and adds its own with every layer, so that early layers are most
/// alike across models. Ids "image_000" …, labels 0 … 2 named "left", "middle", "right".
[[nodiscard]] Dataset made_up(const MadeUp& what = {});

/// A dataset of layers in memory: one model "m" with layers "l0", "l1", ….
[[nodiscard]] Dataset dataset_of(std::vector<Matrix<float>> layers);

} // namespace stratoscope::support
