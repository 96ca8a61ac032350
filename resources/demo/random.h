// Random numbers that are the same on every machine; std's distributions are not.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

namespace stratoscope::demo {

/// SplitMix64 (Steele, Lea and Flood, 2014): one 64-bit state, every seed a good one.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t bits() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// 0 ≤ u < 1, 24 bits.
    float uniform() { return static_cast<float>(bits() >> 40) * 0x1p-24F; }
    float uniform(float low, float high) { return low + (high - low) * uniform(); }
    /// 0 … count−1
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(bits() % count); }
    /// Mean 0, deviation 1 (Box and Muller).
    float normal() {
        const float radius = std::sqrt(-2.0F * std::log(1.0F - uniform()));
        return radius * std::cos(2.0F * std::numbers::pi_v<float> * uniform());
    }
    /// 0 … count−1 in random order.
    std::vector<std::size_t> permutation(std::size_t count) {
        std::vector<std::size_t> order(count);
        for (std::size_t i = 0; i < count; ++i)
            order[i] = i;
        for (std::size_t i = count; i > 1; --i)
            std::swap(order[i - 1], order[below(i)]);
        return order;
    }

  private:
    std::uint64_t state_;
};

} // namespace stratoscope::demo
