// Places of one layer that float32 can't tell apart, of many query images, settled together in float64.
//
// Idea: float64 needs the rows as stored. Those a single query image asks for lie anywhere in the layer, in
// no cache, and reading them costs many times the arithmetic. Asked together and sorted by the other image, a
// row is read, and turned into float64, once for all query images, whose own rows wait in the second cache.
// Its naive twin is NearOrder's own way, row by row.
#pragma once

#include "core/engine/prepared_layer.h"

#include <cstdint>
#include <vector>

namespace stratoscope::engine {

class OpenDoubts {
  public:
    /// Asks for the squared distance of two images; returns the question's number.
    /// Questions of one image come one after the other.
    [[nodiscard]] std::uint32_t ask(std::size_t image, std::size_t other);

    /// 2 × the mid-rank of a place grows by 2 if another is nearer, by 1 if it is as near: what both
    /// questions' answers will tell. twice_rank stays where it is until settle().
    void add(std::uint32_t& twice_rank, std::uint32_t other, std::uint32_t place) {
        doubts_.push_back({&twice_rank, other, place});
    }

    /// Answers all questions and adds to the ranks; nothing is open afterwards. Returns the number of float64
    /// distances computed.
    std::uint64_t settle(const PreparedLayer& layer);

    /// Of memory that what is open takes, until it is settled.
    [[nodiscard]] std::size_t bytes() const noexcept {
        return doubts_.size() * sizeof(Doubt) + asked_.size() * (sizeof(Asked) + bytes_an_answer);
    }

  private:
    static constexpr std::size_t bytes_an_answer = 2 * sizeof(double) + sizeof(std::uint32_t);
    struct Asked {
        std::uint32_t at; ///< in images_
        std::uint32_t other;
    };
    struct Doubt {
        std::uint32_t* twice_rank;
        std::uint32_t other;
        std::uint32_t place;
    };
    template <class T>
    void answer(const PreparedLayer& layer, std::size_t first, std::size_t last, AlignedVector<T>& rows);
    void sort_by_other(std::size_t images, std::size_t first, std::size_t last);

    std::vector<std::uint32_t> images_; // that asked
    std::vector<Asked> asked_;
    std::vector<Doubt> doubts_;
    std::vector<std::uint32_t> sorted_; // questions
    std::vector<std::uint32_t> end_;    // of each other image's questions
    AlignedVector<float> rows_;         // of images_
    AlignedVector<double> wide_rows_;   // the same where float32 does not hold them
    AlignedVector<double> other_row_;
    std::vector<double> quick_; // answers
    std::vector<double> exact_; // NaN where not needed yet
};

} // namespace stratoscope::engine
