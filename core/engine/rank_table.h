// Ranks of distances from a histogram of them.
//
// Idea: the bits of a positive float rise with its value, so that a shift of the bits is the cell. A million
// cells are as good as sorting, but their table lies outside the second cache, and each look-up waits for it.
// Over some hundred cells together ranks rise along a line, unless many distances are equal: a few thousand
// lines fit beside the data. The naive twin is tests/core/engine/rank_table_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// A cell for some neighbouring floats; the first also has all below, the last all above.
struct RankTable {
    std::uint32_t lowest_bits = 0; ///< of the first cell
    unsigned shift = 0;            ///< bits a cell has
    std::vector<float> rank;       ///< of each cell: mid-rank / number of pairs
    [[nodiscard]] std::size_t cell(float d2) const noexcept;
};

/// Where a line begins, and how it rises.
struct RankLine {
    float rank = 0.0F; ///< at the lower end of the cell, less ½
    float slope = 0.0F;
};

/// A look-up in lines; cells are those of a RankTable.
struct LineLookUp {
    const char* name; ///< avx512, avx2, plain

    /// out[j] = the line of d2[j]'s cell, at d2[j]; distances ≥ 0.
    void (*ranks)(const float* d2, std::size_t n, std::uint32_t lowest_bits, unsigned shift,
                  std::span<const RankLine> lines, float* out);
};

/// All that this machine runs, the widest first. The same for the whole run of the program.
[[nodiscard]] std::span<const LineLookUp* const> line_look_ups();

/// The same by wider cells, and in each a line: the one nearest to the ranks of its pairs, so that its errors
/// are orthogonal to all that is a line there, and add up to nothing in a correlation.
class RankLines {
  public:
    /// count: of each cell of the table. Nothing where no lines are good enough: their errors' root mean
    /// square is to be at most `bar`, in ranks from 0 to 1.
    [[nodiscard]] static std::optional<RankLines> of(const RankTable& table,
                                                     std::span<const std::uint64_t> count);
    static constexpr double bar = 2e-5;

    /// out: of each distance its rank, 0 … 1, less ½.
    void ranks(const float* d2, std::size_t n, float* out) const {
        line_look_ups().front()->ranks(d2, n, lowest_bits_, shift_, lines_, out);
    }

  private:
    std::uint32_t lowest_bits_ = 0;
    unsigned shift_ = 0;
    std::vector<RankLine> lines_;
};

} // namespace stratoscope::engine
