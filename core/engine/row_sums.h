// Sums along a row, in as many lanes as vectors have: what preparing a layer and rechecking near-ties spend
// their time on. Lanes are fixed, so the result is the same on every machine with the same rounding.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stratoscope::engine {

struct RowLook {
    bool finite = true;
    bool zero = true;       ///< all values are 0
    std::uint64_t hash = 0; ///< equal rows have equal hashes; −0 equals 0
};

[[nodiscard]] RowLook look_at_row(const float* row, std::size_t n);
[[nodiscard]] RowLook look_at_row(const double* row, std::size_t n);

/// Σ x²; float values are squared in float64.
[[nodiscard]] double sum_of_squares(const float* row, std::size_t n);
[[nodiscard]] double sum_of_squares(const double* row, std::size_t n);

/// Σ a·b in float64.
[[nodiscard]] double product(const float* a, const float* b, std::size_t n);
[[nodiscard]] double product(const double* a, const double* b, std::size_t n);
[[nodiscard]] double product(const double* a, const float* b, std::size_t n);

[[nodiscard]] float largest_magnitude(const float* row, std::size_t n);

/// Σ (a − b)² in float64, to about 10⁻¹³ of the sum in column order.
[[nodiscard]] double squared_difference(const float* a, const float* b, std::size_t n);
[[nodiscard]] double squared_difference(const float* a, const double* b, std::size_t n);
[[nodiscard]] double squared_difference(const double* a, const double* b, std::size_t n);
/// The same of a/length_a and b/length_b, each quotient rounded as it is in column order.
[[nodiscard]] double squared_difference(const float* a, const float* b, std::size_t n, double length_a,
                                        double length_b);
[[nodiscard]] double squared_difference(const double* a, const double* b, std::size_t n, double length_a,
                                        double length_b);

/// out = values / divisor, in float64.
void divide(const float* values, double divisor, std::size_t n, double* out);
void divide(const double* values, double divisor, std::size_t n, double* out);

/// The same values in float64.
void widen(const float* values, std::size_t n, double* out);
void widen(const double* values, std::size_t n, double* out);

/// out = lengths + length + products, at least `least`: squared distances of −2 × products (relative ones of
/// relative lengths). out may be `products`.
void distances_of_products(const float* products, std::size_t n, float length, const float* lengths,
                           float least, float* out);

/// out = values − shift, rounded once to float32.
void subtract(const float* values, const double* shift, std::size_t n, float* out);
void subtract(const double* values, const double* shift, std::size_t n, float* out);

} // namespace stratoscope::engine
