#include "core/engine/column_medians.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>

namespace stratoscope::engine {
namespace {

// Their counts stay in registers.
constexpr std::size_t columns_at_a_time = 64;

template <class Bits>
constexpr Bits sign_bit = Bits{1} << (8 * sizeof(Bits) - 1);

// Unsigned numbers in the order of the values.
template <class Bits>
STRATOSCOPE_INLINE Bits rising(Bits bits) {
    return bits ^ ((Bits{0} - (bits >> (8 * sizeof(Bits) - 1))) | sign_bit<Bits>);
}
template <class Bits>
STRATOSCOPE_INLINE Bits back_from_rising(Bits bits) {
    return bits ^ (((bits >> (8 * sizeof(Bits) - 1)) - Bits{1}) | sign_bit<Bits>);
}

// keys: n rows of columns_at_a_time.
template <class Bits>
STRATOSCOPE_INLINE void select_middle(const Bits* keys, std::size_t n, Bits* found) {
    std::fill_n(found, columns_at_a_time, Bits{0});
    const Bits most_below = static_cast<Bits>(n / 2);
    for (Bits bit = sign_bit<Bits>; bit != 0; bit >>= 1) {
        Bits below[columns_at_a_time] = {};
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t c = 0; c < columns_at_a_time; ++c)
                below[c] += keys[i * columns_at_a_time + c] < (found[c] | bit) ? Bits{1} : Bits{0};
        for (std::size_t c = 0; c < columns_at_a_time; ++c)
            found[c] |= below[c] <= most_below ? bit : Bits{0};
    }
}

STRATOSCOPE_MULTIVERSION
void select_middle_of(const std::uint32_t* keys, std::size_t n, std::uint32_t* found) {
    select_middle(keys, n, found);
}

STRATOSCOPE_MULTIVERSION
void select_middle_of(const std::uint64_t* keys, std::size_t n, std::uint64_t* found) {
    select_middle(keys, n, found);
}

template <class T>
void medians(MatrixView<const T> rows, std::span<T> out) {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    AlignedVector<Bits> keys(rows.rows * columns_at_a_time);
    Bits found[columns_at_a_time];
    for (std::size_t first = 0; first < rows.cols; first += columns_at_a_time) {
        const std::size_t count = std::min(columns_at_a_time, rows.cols - first);
        for (std::size_t i = 0; i < rows.rows; ++i) {
            Bits* const key = keys.data() + i * columns_at_a_time;
            std::fill(key + count, key + columns_at_a_time, Bits{0});
            for (std::size_t c = 0; c < count; ++c)
                key[c] = rising(std::bit_cast<Bits>(rows(i, first + c)));
        }
        select_middle_of(keys.data(), rows.rows, found);
        for (std::size_t c = 0; c < count; ++c)
            out[first + c] = std::bit_cast<T>(back_from_rising(found[c]));
    }
}

} // namespace

void upper_medians(MatrixView<const float> rows, std::span<float> out) {
    medians(rows, out);
}

void upper_medians(MatrixView<const double> rows, std::span<double> out) {
    medians(rows, out);
}

} // namespace stratoscope::engine
