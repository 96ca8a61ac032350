#include "core/engine/prepared_layer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace stratoscope::engine {
namespace {

constexpr std::size_t rows_at_a_time = 256; // between two looks at the cancellation
constexpr std::size_t sampled_rows = 256;

template <class T>
std::uint64_t hash_row(std::span<const T> row) {
    std::uint64_t hash = 0x9e3779b97f4a7c15ULL;
    for (const T value : row) {
        const T plain = value == T{0} ? T{0} : value; // −0 equals 0
        std::uint64_t bits = 0;
        if constexpr (sizeof(T) == 4)
            bits = std::bit_cast<std::uint32_t>(plain);
        else
            bits = std::bit_cast<std::uint64_t>(plain);
        hash = (hash ^ bits) * 0xff51afd7ed558ccdULL;
        hash ^= hash >> 32;
    }
    return hash;
}

template <class T>
T median_of(std::vector<T>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// MEASURES.md: in float64, the midpoint of the middle two where N is even.
template <class T>
double true_median(std::vector<T>& values) {
    const std::size_t half = values.size() / 2;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1)
        return static_cast<double>(*middle);
    const T below = *std::max_element(values.begin(), middle);
    return (static_cast<double>(below) + static_cast<double>(*middle)) / 2.0;
}

double sign(double value) {
    return static_cast<double>((value > 0.0) - (value < 0.0));
}

} // namespace

PreparedLayer::PreparedLayer(const Layer& layer, std::string path, Distance distance, const Task& task)
    : distance_(distance), path_(std::move(path)) {
    if (!layer.usable())
        throw Error(ErrorKind::bad_data,
                    {.what = "the layer can't be used: " + layer.unusable, .where = path_});
    if (layer.rows->element_type() == ElementType::float64)
        prepare<double>(*layer.rows, task);
    else
        prepare<float>(*layer.rows, task);
}

std::size_t PreparedLayer::bytes() const noexcept {
    return stored_.values().size_bytes() + stored_double_.values().size_bytes();
}

template <class T>
void PreparedLayer::prepare(const RowSource& source, const Task& task) {
    const std::size_t n = source.rows();
    const std::size_t d = source.cols();
    Matrix<T> stored(n, d);
    std::vector<std::uint64_t> hashes(n);
    health_.images = n;
    health_.dimension = d;
    for (std::size_t first = 0; first < n; first += rows_at_a_time) {
        task.check();
        const std::size_t count = std::min(rows_at_a_time, n - first);
        source.read(first, stored.view().middle_rows(first, count));
        for (std::size_t i = first; i < first + count; ++i) {
            const std::span<const T> row = std::as_const(stored).row(i);
            // One sum tells whether all values are finite: NaN and infinity survive a product with 0.
            T poison{0};
            T largest{0};
            for (const T value : row) {
                poison += value * T{0};
                largest = std::max(largest, std::abs(value));
            }
            if (!(poison == T{0})) {
                if (health_.nonfinite_rows++ == 0)
                    health_.first_nonfinite = i;
                continue;
            }
            health_.zero_rows += largest == T{0};
            hashes[i] = hash_row(row);
        }
    }
    if (health_.nonfinite_rows > 0)
        throw Error(ErrorKind::bad_data,
                    {.what = "NaN or infinity in " + std::to_string(health_.nonfinite_rows) + " of " +
                             std::to_string(n) + " rows, first in image " +
                             std::to_string(health_.first_nonfinite),
                     .where = path_,
                     .advice = "Export the layer again, in float32 if it overflowed float16."});
    if constexpr (std::is_same_v<T, double>)
        stored_double_ = std::move(stored);
    else
        stored_ = std::move(stored);
    const Matrix<T>& values = [this]() -> const Matrix<T>& {
        if constexpr (std::is_same_v<T, double>)
            return stored_double_;
        else
            return stored_;
    }();
    find_twins(hashes);

    // The shift, or for hamming the threshold, of each column; and whether float32 products of the working
    // rows are exact.
    std::vector<double> shift(d, 0.0);
    bool whole_numbers = true;
    double largest_sum = 0.0;
    if (distance_ == Distance::cosine) {
        lengths_.resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            double sum = 0.0;
            for (const T value : values.row(i))
                sum += static_cast<double>(value) * static_cast<double>(value);
            lengths_[i] = sum > 0.0 ? std::sqrt(sum) : 1.0; // a row of zeros stays at the origin
        }
        whole_numbers = false;
    } else if (distance_ == Distance::hamming) {
        std::vector<T> column(n);
        for (std::size_t c = 0; c < d; ++c) {
            if (c % rows_at_a_time == 0)
                task.check();
            for (std::size_t i = 0; i < n; ++i)
                column[i] = values(i, c);
            shift[c] = true_median(column);
        }
    } else {
        for (std::size_t i = 0; i < n && whole_numbers; ++i) {
            double sum = 0.0;
            for (const T value : values.row(i)) {
                whole_numbers = whole_numbers && std::trunc(value) == value;
                sum += static_cast<double>(value) * static_cast<double>(value);
            }
            largest_sum = std::max(largest_sum, sum);
        }
        whole_numbers =
            whole_numbers && 4.0 * largest_sum < 0x1p24; // every sum in a product stays a float32 integer
        if (!whole_numbers) {
            const std::size_t samples = std::min(n, sampled_rows);
            std::vector<T> column(samples);
            for (std::size_t c = 0; c < d; ++c) {
                for (std::size_t s = 0; s < samples; ++s)
                    column[s] = values(s * n / samples, c);
                shift[c] = static_cast<double>(median_of(column));
            }
        }
    }

    shift_ = std::move(shift);
    squared_lengths_.resize(n);
    std::vector<float> row(d);
    for (std::size_t i = 0; i < n; ++i) {
        if (i % rows_at_a_time == 0)
            task.check();
        working_row(values, i, row);
        double sum = 0.0;
        for (const float value : row)
            sum += static_cast<double>(value) * static_cast<double>(value);
        squared_lengths_[i] = static_cast<float>(sum);
    }
    const bool exact = whole_numbers && (distance_ != Distance::hamming || d < (std::size_t{1} << 22));
    // 64 u for the D summed products of ordinary layers (BASELINE: enough on all hard data), growing with the
    // root of D beyond.
    error_factor_ = exact ? 0.0F : 0x1p-24F * std::max(64.0F, 2.0F * std::sqrt(static_cast<float>(d)));
}

template <class T>
void PreparedLayer::working_row(const Matrix<T>& values, std::size_t image, std::span<float> out) const {
    const std::span<const T> from = values.row(image);
    switch (distance_) {
    case Distance::euclidean:
        for (std::size_t c = 0; c < from.size(); ++c)
            out[c] = static_cast<float>(static_cast<double>(from[c]) - shift_[c]);
        break;
    case Distance::cosine:
        for (std::size_t c = 0; c < from.size(); ++c)
            out[c] = static_cast<float>(static_cast<double>(from[c]) / lengths_[image]);
        break;
    case Distance::hamming:
        for (std::size_t c = 0; c < from.size(); ++c)
            out[c] = static_cast<float>(sign(static_cast<double>(from[c]) - shift_[c]));
        break;
    }
}

void PreparedLayer::working_row(std::size_t image, std::span<float> out) const {
    if (stored_double_.empty())
        working_row(stored_, image, out);
    else
        working_row(stored_double_, image, out);
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
    return stored_double_.empty() ? std::ranges::equal(stored_.row(i), stored_.row(j))
                                  : std::ranges::equal(stored_double_.row(i), stored_double_.row(j));
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
    const auto with_values = [&](const auto& values) {
        switch (distance_) {
        case Distance::cosine: {
            const double length[] = {lengths_[i], lengths_[j]};
            return sum(values.row(i), values.row(j),
                       [&](double x, int side, std::size_t) { return x / length[side]; });
        }
        case Distance::hamming:
            return sum(values.row(i), values.row(j),
                       [&](double x, int, std::size_t c) { return sign(x - shift_[c]); });
        case Distance::euclidean:
            break;
        }
        return sum(values.row(i), values.row(j), [](double x, int, std::size_t) { return x; });
    };
    return stored_double_.empty() ? with_values(stored_) : with_values(stored_double_);
}

float PreparedLayer::uncertainty(float squared_length_i, float d2) const noexcept {
    const float longest = std::sqrt(squared_length_i) + std::sqrt(d2);
    return error_factor_ * (squared_length_i + longest * longest);
}

} // namespace stratoscope::engine
