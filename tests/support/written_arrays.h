// Arrays as NumPy writes them, for what opens other people's files.
#pragma once

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

namespace stratoscope::support {

/// A .npy of float32 with made-up numbers, others for each seed. Of up to some 60 characters of shape.
inline void write_npy(const std::filesystem::path& path, const std::vector<std::size_t>& shape, int seed) {
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
    for (const std::size_t n : shape)
        header += std::to_string(n) + ", ";
    header += "), }";
    constexpr std::size_t headerBytes = 118; // with the ten before it a multiple of 64
    header.resize(headerBytes - 1, ' ');
    header += '\n';
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out.write("\x93NUMPY\x01\x00\x76\x00", 10);
    out.write(header.data(), static_cast<std::streamsize>(header.size()));
    const std::size_t count =
        std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = static_cast<double>(i);
        const auto value = static_cast<float>(std::sin(0.7 * at * at + seed * std::cos(at)));
        out.write(reinterpret_cast<const char*>(&value), sizeof value);
    }
}

} // namespace stratoscope::support
