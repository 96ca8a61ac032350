#include "core/engine/row_sums.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <bit>
#include <type_traits>

namespace stratoscope::engine {
namespace {

constexpr std::size_t lanes = 16;

STRATOSCOPE_INLINE std::uint32_t mixed(std::uint32_t hash, std::uint32_t bits) {
    return (hash ^ bits) * 0x9e3779b1U + (hash >> 15);
}

STRATOSCOPE_INLINE std::uint32_t mixed(std::uint32_t hash, std::uint64_t bits) {
    return mixed(mixed(hash, static_cast<std::uint32_t>(bits)), static_cast<std::uint32_t>(bits >> 32));
}

template <class T>
STRATOSCOPE_INLINE RowLook look(const T* row, std::size_t n) {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    T poison[lanes] = {}; // a value times 0 is 0 unless it is NaN or infinite
    Bits any[lanes] = {};
    std::uint32_t hash[lanes];
    for (std::size_t lane = 0; lane < lanes; ++lane)
        hash[lane] = 0x85ebca6bU + static_cast<std::uint32_t>(lane);
    const auto add = [&](std::size_t lane, T value) {
        value += T{0}; // −0 becomes 0
        poison[lane] += value * T{0};
        const Bits bits = std::bit_cast<Bits>(value);
        any[lane] |= bits;
        hash[lane] = mixed(hash[lane], bits);
    };
    std::size_t j = 0;
    for (; j + lanes <= n; j += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane)
            add(lane, row[j + lane]);
    for (std::size_t lane = 0; j < n; ++j, ++lane)
        add(lane, row[j]);
    RowLook out;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        out.finite = out.finite && poison[lane] == T{0};
        out.zero = out.zero && any[lane] == 0;
        out.hash = (out.hash ^ hash[lane]) * 0xff51afd7ed558ccdULL;
        out.hash ^= out.hash >> 32;
    }
    return out;
}

template <std::size_t Lanes = lanes, class Term>
STRATOSCOPE_INLINE double summed(std::size_t n, Term term) {
    double sum[Lanes] = {};
    std::size_t j = 0;
    for (; j + Lanes <= n; j += Lanes)
        for (std::size_t lane = 0; lane < Lanes; ++lane)
            sum[lane] += term(j + lane);
    for (std::size_t lane = 0; j < n; ++j, ++lane)
        sum[lane] += term(j);
    double total = 0.0;
    for (const double part : sum)
        total += part;
    return total;
}

template <std::size_t Lanes = lanes, class Term>
STRATOSCOPE_INLINE double summed_squares(std::size_t n, Term term) {
    return summed<Lanes>(n, [term](std::size_t j) {
        const double x = term(j);
        return x * x;
    });
}

template <class A, class B>
STRATOSCOPE_INLINE double products(const A* a, const B* b, std::size_t n) {
    return summed(n, [a, b](std::size_t j) { return static_cast<double>(a[j]) * static_cast<double>(b[j]); });
}

template <class T>
STRATOSCOPE_INLINE double squares(const T* row, std::size_t n) {
    return summed_squares(n, [row](std::size_t j) { return static_cast<double>(row[j]); });
}

template <class A, class B>
STRATOSCOPE_INLINE double difference(const A* a, const B* b, std::size_t n) {
    // Twice the lanes: with fewer, sums wait for the ones before them.
    return summed_squares<2 * lanes>(
        n, [a, b](std::size_t j) { return static_cast<double>(a[j]) - static_cast<double>(b[j]); });
}

template <class T>
STRATOSCOPE_INLINE double difference(const T* a, const T* b, std::size_t n, double length_a,
                                     double length_b) {
    return summed_squares(n, [=](std::size_t j) {
        return static_cast<double>(a[j]) / length_a - static_cast<double>(b[j]) / length_b;
    });
}

template <class T>
STRATOSCOPE_INLINE void subtracted(const T* values, const double* shift, std::size_t n, float* out) {
    for (std::size_t j = 0; j < n; ++j)
        out[j] = static_cast<float>(static_cast<double>(values[j]) - shift[j]);
}

template <class T>
STRATOSCOPE_INLINE void divided(const T* values, double divisor, std::size_t n, double* out) {
    for (std::size_t j = 0; j < n; ++j)
        out[j] = static_cast<double>(values[j]) / divisor;
}

} // namespace

STRATOSCOPE_MULTIVERSION
RowLook look_at_row(const float* row, std::size_t n) {
    return look(row, n);
}

STRATOSCOPE_MULTIVERSION
RowLook look_at_row(const double* row, std::size_t n) {
    return look(row, n);
}

STRATOSCOPE_MULTIVERSION
double sum_of_squares(const float* row, std::size_t n) {
    return squares(row, n);
}

STRATOSCOPE_MULTIVERSION
double sum_of_squares(const double* row, std::size_t n) {
    return squares(row, n);
}

STRATOSCOPE_MULTIVERSION
double product(const float* a, const float* b, std::size_t n) {
    return products(a, b, n);
}

STRATOSCOPE_MULTIVERSION
double product(const double* a, const double* b, std::size_t n) {
    return products(a, b, n);
}

STRATOSCOPE_MULTIVERSION
double product(const double* a, const float* b, std::size_t n) {
    return products(a, b, n);
}

STRATOSCOPE_MULTIVERSION
double squared_difference(const float* a, const float* b, std::size_t n) {
    return difference(a, b, n);
}

STRATOSCOPE_MULTIVERSION
double squared_difference(const float* a, const double* b, std::size_t n) {
    return difference(a, b, n);
}

STRATOSCOPE_MULTIVERSION
double squared_difference(const double* a, const double* b, std::size_t n) {
    return difference(a, b, n);
}

STRATOSCOPE_MULTIVERSION
double squared_difference(const float* a, const float* b, std::size_t n, double length_a, double length_b) {
    return difference(a, b, n, length_a, length_b);
}

STRATOSCOPE_MULTIVERSION
double squared_difference(const double* a, const double* b, std::size_t n, double length_a, double length_b) {
    return difference(a, b, n, length_a, length_b);
}

STRATOSCOPE_MULTIVERSION
float largest_magnitude(const float* row, std::size_t n) {
    // Without their signs, floats are ordered as their bits are; whole numbers have a vector maximum.
    std::uint32_t most = 0;
    for (std::size_t j = 0; j < n; ++j) {
        const std::uint32_t bits = std::bit_cast<std::uint32_t>(row[j]) & 0x7fffffffU;
        most = bits > most ? bits : most;
    }
    return std::bit_cast<float>(most);
}

// As tiles of products have it: the lengths first.
STRATOSCOPE_MULTIVERSION
void distances_of_products(const float* products, std::size_t n, float length, const float* lengths,
                           float least, float* out) {
    for (std::size_t j = 0; j < n; ++j) {
        const float distance = products[j] + (lengths[j] + length);
        out[j] = distance > least ? distance : least;
    }
}

STRATOSCOPE_MULTIVERSION
void divide(const float* values, double divisor, std::size_t n, double* out) {
    divided(values, divisor, n, out);
}

STRATOSCOPE_MULTIVERSION
void divide(const double* values, double divisor, std::size_t n, double* out) {
    divided(values, divisor, n, out);
}

STRATOSCOPE_MULTIVERSION
void widen(const float* values, std::size_t n, double* out) {
    for (std::size_t j = 0; j < n; ++j)
        out[j] = static_cast<double>(values[j]);
}

void widen(const double* values, std::size_t n, double* out) {
    std::copy_n(values, n, out);
}

STRATOSCOPE_MULTIVERSION
void subtract(const float* values, const double* shift, std::size_t n, float* out) {
    subtracted(values, shift, n, out);
}

STRATOSCOPE_MULTIVERSION
void subtract(const double* values, const double* shift, std::size_t n, float* out) {
    subtracted(values, shift, n, out);
}

} // namespace stratoscope::engine
