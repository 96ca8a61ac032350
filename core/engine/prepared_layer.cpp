#include "core/engine/prepared_layer.h"

#include "core/base/median.h"
#include "core/engine/column_medians.h"
#include "core/engine/row_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace stratoscope::engine {
namespace {

constexpr std::size_t rows_at_a_time = 256; // between two looks at the cancellation
constexpr std::size_t sampled_rows = 256;
constexpr std::size_t most_median_bytes = std::size_t{64}
                                          << 20; // of columns whose medians are taken together

// MEASURES.md: in float64, the midpoint of the middle two where N is even.
template <class T>
double true_median(std::vector<T>& values) {
    const auto [lower, upper] = middle_two(values);
    return (static_cast<double>(lower) + static_cast<double>(upper)) / 2.0;
}

// Sums of some of them stay within float32.
constexpr double most_squared_length = 1e36;

double sign(double value) {
    return static_cast<double>((value > 0.0) - (value < 0.0));
}

} // namespace

PreparedLayer::PreparedLayer(const Layer& layer, std::string path, Distance distance, const Task& task,
                             StoredRows::Place place)
    : distance_(distance), path_(std::move(path)) {
    if (!layer.usable())
        throw Error(ErrorKind::bad_data,
                    {.what = "the layer can't be used: " + layer.unusable, .where = path_});
    if (layer.rows->element_type() == ElementType::float64)
        prepare<double>(*layer.rows, place, task);
    else
        prepare<float>(*layer.rows, place, task);
}

std::size_t PreparedLayer::bytes() const noexcept {
    return stored_.bytes();
}

std::vector<float> PreparedLayer::squared_lengths() const {
    std::vector<float> squared(images());
    std::ranges::transform(lengths_of_, squared.begin(), &RowLengths::squared);
    return squared;
}

template <class T>
void PreparedLayer::prepare(const RowSource& source, StoredRows::Place place, const Task& task) {
    const std::size_t n = source.rows();
    const std::size_t d = source.cols();
    stored_ = StoredRows(n, d, place);
    std::vector<std::uint64_t> hashes(n);
    health_.images = n;
    health_.dimension = d;
    Matrix<T> batch = Matrix<T>::unfilled(std::min(rows_at_a_time, n), d);
    for (std::size_t first = 0; first < n; first += rows_at_a_time) {
        task.check();
        MatrixView<T> some = stored_.place_of_next<T>(std::min(rows_at_a_time, n - first));
        if (some.data == nullptr)
            some = batch.view().middle_rows(0, some.rows);
        source.read(first, some);
        for (std::size_t i = first; i < first + some.rows; ++i) {
            const RowLook look = look_at_row(some.row(i - first).data(), d);
            content_hash_ = (content_hash_ ^ look.hash) * 0x9e3779b97f4a7c15ULL;
            content_hash_ ^= content_hash_ >> 29;
            if (!look.finite) {
                if (health_.nonfinite_rows++ == 0)
                    health_.first_nonfinite = i;
                continue;
            }
            health_.zero_rows += look.zero ? 1 : 0;
            hashes[i] = look.hash;
        }
        stored_.append(MatrixView<const T>(some));
    }
    if (health_.nonfinite_rows > 0)
        throw Error(ErrorKind::bad_data,
                    {.what = "NaN or infinity in " + std::to_string(health_.nonfinite_rows) + " of " +
                             std::to_string(n) + " rows, first in image " +
                             std::to_string(health_.first_nonfinite),
                     .where = path_,
                     .advice = "Export the layer again, in float32 if it overflowed float16."});
    find_twins(hashes);
    shift_columns(task);
}

// The shift, or for hamming the threshold, of each column; and whether float32 products of the working rows
// are exact.
void PreparedLayer::shift_columns(const Task& task) {
    const std::size_t n = health_.images;
    const std::size_t d = health_.dimension;
    std::vector<double> shift(d, 0.0);
    // T: what holds the values; float is selected from four times as fast.
    const auto sampled_medians = [&]<class T>(T, const auto& value) {
        const std::size_t samples = std::min(n, sampled_rows);
        Matrix<T> sample = Matrix<T>::unfilled(samples, d);
        for (std::size_t s = 0; s < samples; ++s) {
            const std::size_t image = s * n / samples;
            stored_.with_row(image, [&](auto row) {
                for (std::size_t c = 0; c < d; ++c)
                    sample(s, c) = static_cast<T>(value(image, static_cast<double>(row[c])));
            });
        }
        std::vector<T> medians(d);
        upper_medians(MatrixView<const T>(sample.view()), medians);
        std::ranges::copy(medians, shift.begin());
    };
    bool whole_numbers = true;
    double largest_sum = 0.0;
    if (distance_ == Distance::cosine) {
        lengths_.resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            const double sum =
                stored_.with_row(i, [](auto row) { return sum_of_squares(row.data(), row.size()); });
            lengths_[i] = sum > 0.0 ? std::sqrt(sum) : 1.0; // a row of zeros stays at the origin
            // Of a single column nothing is left but signs: nearly all distances tie, and float32 tells them
            // all.
            whole_numbers = whole_numbers && stored_.with_row(i, [&](auto row) {
                return std::ranges::all_of(row, [&](auto x) {
                    const double value = static_cast<double>(x) / lengths_[i];
                    return std::trunc(value) == value;
                });
            });
        }
        if (!whole_numbers)
            sampled_medians(double{}, [&](std::size_t i, double x) { return x / lengths_[i]; });
    } else if (distance_ == Distance::hamming) {
        // Some columns at a time, so that rows are read from end to end.
        const std::size_t at_once = std::clamp<std::size_t>(most_median_bytes / (n * sizeof(double)), 1, 64);
        std::vector<double> column(n);
        Matrix<double> columns = Matrix<double>::unfilled(std::min(at_once, d), n);
        for (std::size_t first = 0; first < d; first += at_once) {
            const std::size_t count = std::min(at_once, d - first);
            for (std::size_t i = 0; i < n; ++i) {
                if (i % rows_at_a_time == 0)
                    task.check();
                stored_.with_row(i, [&](auto row) {
                    for (std::size_t c = 0; c < count; ++c)
                        columns(c, i) = static_cast<double>(row[first + c]);
                });
            }
            for (std::size_t c = 0; c < count; ++c) {
                std::ranges::copy(columns.row(c), column.begin());
                shift[first + c] = true_median(column);
            }
        }
    } else {
        for (std::size_t i = 0; i < n && whole_numbers; ++i)
            stored_.with_row(i, [&](auto row) {
                double sum = 0.0;
                for (const auto value : row) {
                    whole_numbers = whole_numbers && std::trunc(value) == value;
                    sum += static_cast<double>(value) * static_cast<double>(value);
                }
                largest_sum = std::max(largest_sum, sum);
            });
        whole_numbers =
            whole_numbers && 4.0 * largest_sum < 0x1p24; // every sum in a product stays a float32 integer
        const auto as_stored = [](std::size_t, double x) { return x; };
        if (!whole_numbers && stored_.kind() == StoredRows::Kind::float64)
            sampled_medians(double{}, as_stored);
        else if (!whole_numbers)
            sampled_medians(float{}, as_stored);
    }

    shift_ = std::move(shift);
    const bool exact = whole_numbers && (distance_ != Distance::hamming || d < (std::size_t{1} << 22));
    // The product adds up some columns at a time; with many such sums their own rounding counts too.
    const float sums = static_cast<float>(d) / 16384.0F;
    unit_roundoff_ = exact ? 0.0F : 0x1p-24F * std::max(1.0F, std::sqrt(sums));
    measure_lengths(task);
    if (!exact)
        measure_rounding();
}

void PreparedLayer::measure_lengths(const Task& task) {
    const std::size_t n = health_.images;
    const std::size_t d = health_.dimension;
    lengths_of_.resize(n);
    of_shift_.assign(n, 0.0);
    std::vector<double> squared_lengths(n);
    const double shift_length = sum_of_squares(shift_.data(), d);
    std::vector<float> row(d);
    for (std::size_t i = 0; i < n; ++i) {
        if (i % rows_at_a_time == 0)
            task.check();
        working_row(i, std::span(row));
        const double length = sum_of_squares(row.data(), d);
        if (!(length <= most_squared_length))
            throw Error(ErrorKind::bad_data,
                        {.what = "values so large that float32 does not hold their squares, in image " +
                                 std::to_string(i),
                         .where = path_,
                         .expected = "rows no longer than 1e18",
                         .advice = "Divide the layer by a number: no measure changes with that."});
        squared_lengths[i] = length;
        const auto squared = static_cast<float>(length);
        least_squared_length_ = i == 0 ? squared : std::min(least_squared_length_, squared);
        most_squared_length_ = std::max(most_squared_length_, squared);
        // (x + s)·(y + s) = x·y + (s·x + s²/2) + (s·y + s²/2); signs are not shifted.
        if (distance_ != Distance::hamming)
            of_shift_[i] = engine::product(shift_.data(), row.data(), d) + shift_length / 2.0;
        const auto largest = static_cast<double>(largest_magnitude(row.data(), d));
        const float concentration = length > 0.0 ? static_cast<float>(largest / std::sqrt(length)) : 0.0F;
        most_concentration_ = std::max(most_concentration_, concentration);
        lengths_of_[i] = {squared, 0.0F, concentration};
    }
    if (n > 0) {
        std::vector<float> lengths(squared_lengths.begin(), squared_lengths.end());
        const float middle = upper_median(lengths);
        ordinary_lengths_ = 4.0F * middle;
        const auto short_one = lengths.begin() + static_cast<std::ptrdiff_t>(n / 100);
        std::ranges::nth_element(lengths, short_one);
        if (!exact_products())
            typical_squared_distance_ = std::min(2.0F * middle, 4.0F * *short_one);
    }
    // No less than the least normal number, though that would do: numbers below it take processors many times
    // as long to add.
    if (!exact_products())
        underflow_ = std::max(static_cast<float>(d) * 4.0F * std::numeric_limits<float>::denorm_min(),
                              std::numeric_limits<float>::min());
    for (std::size_t i = 0; i < n; ++i)
        lengths_of_[i].relative =
            static_cast<float>(squared_lengths[i] - static_cast<double>(typical_squared_distance_) / 2.0);
}

template <class T, class Out>
void PreparedLayer::make_working_row(std::span<const T> from, std::size_t image, std::span<Out> out) const {
    switch (distance_) {
    case Distance::euclidean:
        if constexpr (std::is_same_v<Out, float>)
            subtract(from.data(), shift_.data(), from.size(), out.data());
        else
            for (std::size_t c = 0; c < from.size(); ++c)
                out[c] = static_cast<double>(from[c]) - shift_[c];
        break;
    case Distance::cosine:
        for (std::size_t c = 0; c < from.size(); ++c)
            out[c] = static_cast<Out>(static_cast<double>(from[c]) / lengths_[image] - shift_[c]);
        break;
    case Distance::hamming:
        for (std::size_t c = 0; c < from.size(); ++c)
            out[c] = static_cast<Out>(sign(static_cast<double>(from[c]) - shift_[c]));
        break;
    }
}

void PreparedLayer::working_row(std::size_t image, std::span<float> out) const {
    stored_.with_row(image, [&](auto row) { make_working_row(row, image, out); });
}

void PreparedLayer::working_row(std::size_t image, std::span<double> out) const {
    stored_.with_row(image, [&](auto row) { make_working_row(row, image, out); });
}

void PreparedLayer::stored_row(std::size_t image, std::span<double> out) const {
    stored_.with_row(image, [&](auto row) { std::ranges::copy(row, out.begin()); });
}

void PreparedLayer::find_twins(std::span<const std::uint64_t> hashes) {
    const std::size_t n = hashes.size();
    twin_of_.assign(n, 0);
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : a < b;
    });
    for (std::size_t first = 0; first < n;) {
        std::size_t last = first + 1;
        while (last < n && hashes[order[last]] == hashes[order[first]])
            ++last;
        // A hash says "maybe": rows with the same hash are compared with the first of theirs.
        std::vector<std::uint32_t> group{order[first]};
        for (std::size_t at = first + 1; at < last; ++at)
            if (rows_equal(order[first], order[at]))
                group.push_back(order[at]);
        if (group.size() > 1) {
            health_.duplicate_rows += group.size() - 1;
            groups_.push_back(std::move(group));
            for (const std::uint32_t image : groups_.back())
                twin_of_[image] = static_cast<std::uint32_t>(groups_.size());
        }
        first = last;
    }
    health_.constant = n > 0 && groups_.size() == 1 && groups_.front().size() == n;
}

bool PreparedLayer::rows_equal(std::size_t i, std::size_t j) const {
    return stored_.with_rows(i, j, [](auto a, auto b) { return std::ranges::equal(a, b); });
}

std::span<const std::uint32_t> PreparedLayer::twins(std::size_t image) const {
    const std::uint32_t group = twin_of_[image];
    return group == 0 ? std::span<const std::uint32_t>() : std::span<const std::uint32_t>(groups_[group - 1]);
}

double PreparedLayer::exact_squared_distance(std::size_t i, std::size_t j) const {
    const auto sum = [](auto a, auto b, const auto& value) {
        double total = 0.0;
        for (std::size_t c = 0; c < a.size(); ++c) {
            const double difference =
                value(static_cast<double>(a[c]), 0, c) - value(static_cast<double>(b[c]), 1, c);
            total += difference * difference;
        }
        return total;
    };
    return stored_.with_rows(i, j, [&](auto a, auto b) {
        switch (distance_) {
        case Distance::cosine: {
            const double length[] = {lengths_[i], lengths_[j]};
            return sum(a, b, [&](double x, int side, std::size_t) { return x / length[side]; });
        }
        case Distance::hamming:
            return sum(a, b, [&](double x, int, std::size_t c) { return sign(x - shift_[c]); });
        case Distance::euclidean:
            break;
        }
        return sum(a, b, [](double x, int, std::size_t) { return x; });
    });
}

double PreparedLayer::exact_product(std::size_t i, std::size_t j) const {
    return stored_.with_rows(i, j, [&](auto a, auto b) {
        if (distance_ == Distance::hamming) {
            double total = 0.0;
            for (std::size_t c = 0; c < a.size(); ++c)
                total +=
                    sign(static_cast<double>(a[c]) - shift_[c]) * sign(static_cast<double>(b[c]) - shift_[c]);
            return total;
        }
        const double total = engine::product(a.data(), b.data(), a.size());
        return distance_ == Distance::cosine ? total / (lengths_[i] * lengths_[j]) : total;
    });
}

void PreparedLayer::compared_row(std::size_t image, std::span<double> out) const {
    stored_.with_row(image, [&](auto row) {
        if (distance_ == Distance::cosine)
            return divide(row.data(), lengths_[image], row.size(), out.data());
        widen(row.data(), row.size(), out.data());
        if (distance_ == Distance::hamming)
            for (std::size_t c = 0; c < out.size(); ++c)
                out[c] = sign(out[c] - shift_[c]);
    });
}

void PreparedLayer::compared_row(std::size_t image, std::span<float> out) const {
    stored_.with_row(image, [&](auto row) {
        if constexpr (std::is_same_v<typename decltype(row)::value_type, float>)
            if (distance_ != Distance::hamming) {
                std::copy_n(row.data(), row.size(), out.data());
                return;
            }
        for (std::size_t c = 0; c < out.size(); ++c)
            out[c] = static_cast<float>(distance_ == Distance::hamming
                                            ? sign(static_cast<double>(row[c]) - shift_[c])
                                            : static_cast<double>(row[c]));
    });
}

double PreparedLayer::product(std::size_t i, std::size_t j, float relative) const {
    if (squared_length(i) + squared_length(j) > ordinary_lengths_ && !exact_products())
        return exact_product(i, j);
    const double lengths = static_cast<double>(relative_length(i)) + static_cast<double>(relative_length(j));
    return (lengths - static_cast<double>(relative)) / 2.0 + of_shift_[i] + of_shift_[j];
}

double PreparedLayer::quick_squared_distance(std::size_t i, std::size_t j) const {
    if (distance_ == Distance::hamming)
        return exact_squared_distance(i, j);
    return stored_.with_rows(i, j, [&](auto a, auto b) {
        return distance_ == Distance::cosine
                   ? squared_difference(a.data(), b.data(), a.size(), lengths_[i], lengths_[j])
                   : squared_difference(a.data(), b.data(), a.size());
    });
}

} // namespace stratoscope::engine
