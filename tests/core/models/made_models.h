// TorchScript files that tests make themselves, from source: no Python, no downloads.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace stratoscope::support {

/// What the odd model below computes, by hand: for each output name all numbers of a batch, image by image.
struct HandRun {
    std::string output;
    std::vector<std::size_t> shape; ///< of one image
    std::vector<float> values;
};

/// A model with everything that is awkward: a residual block, an in-place activation after a linear map, a
/// module called twice, one that gives a tuple, one in a branch, one in a loop, one that is never called.
/// Input: images × 1 × 4 × 4.
void write_odd_model(const std::filesystem::path& path);
/// Its outputs for `images` images given as rows of 16 numbers.
[[nodiscard]] std::vector<HandRun> run_odd_model_by_hand(const std::vector<float>& images);

/// Convolutional blocks for 3 × side × side pictures, the last one a linear map that fits this size alone.
void write_small_network(const std::filesystem::path& path, int side);
/// One whose submodule torch.jit.freeze has melted away.
void write_frozen_model(const std::filesystem::path& path);

} // namespace stratoscope::support
