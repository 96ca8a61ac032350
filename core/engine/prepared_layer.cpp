#include "core/engine/prepared_layer.h"

#include "core/base/median.h"
#include "core/engine/row_sums.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace stratoscope::engine {
namespace {

constexpr std::size_t rows_at_a_time = 256; // between two looks at the cancellation
constexpr std::size_t sampled_rows = 256;

// MEASURES.md: in float64, the midpoint of the middle two where N is even.
template <class T>
double true_median(std::vector<T>& values) {
    const auto [lower, upper] = middle_two(values);
    return (static_cast<double>(lower) + static_cast<double>(upper)) / 2.0;
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
    Matrix<T> stored = Matrix<T>::unfilled(n, d);
    std::vector<std::uint64_t> hashes(n);
    health_.images = n;
    health_.dimension = d;
    for (std::size_t first = 0; first < n; first += rows_at_a_time) {
        task.check();
        const std::size_t count = std::min(rows_at_a_time, n - first);
        source.read(first, stored.view().middle_rows(first, count));
        for (std::size_t i = first; i < first + count; ++i) {
            const std::span<const T> row = std::as_const(stored).row(i);
            const RowLook look = look_at_row(row.data(), d);
            if (!look.finite) {
                if (health_.nonfinite_rows++ == 0)
                    health_.first_nonfinite = i;
                continue;
            }
            health_.zero_rows += look.zero ? 1 : 0;
            hashes[i] = look.hash;
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

    const auto sampled_medians = [n](std::vector<double>& medians, const auto& value) {
        const std::size_t samples = std::min(n, sampled_rows);
        std::vector<decltype(value(0, 0))> column(samples);
        for (std::size_t c = 0; c < medians.size(); ++c) {
            for (std::size_t s = 0; s < samples; ++s)
                column[s] = value(s * n / samples, c);
            medians[c] = static_cast<double>(upper_median(column));
        }
    };
    // The shift, or for hamming the threshold, of each column; and whether float32 products of the working
    // rows are exact.
    std::vector<double> shift(d, 0.0);
    bool whole_numbers = true;
    double largest_sum = 0.0;
    if (distance_ == Distance::cosine) {
        lengths_.resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            const double sum = sum_of_squares(values.row(i).data(), d);
            lengths_[i] = sum > 0.0 ? std::sqrt(sum) : 1.0; // a row of zeros stays at the origin
        }
        whole_numbers = false;
        sampled_medians(shift, [&](std::size_t i, std::size_t c) {
            return static_cast<double>(values(i, c)) / lengths_[i];
        });
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
            sampled_medians(shift, [&](std::size_t i, std::size_t c) { return values(i, c); });
        }
    }

    shift_ = std::move(shift);
    squared_lengths_.resize(n);
    concentration_.resize(n);
    std::vector<float> row(d);
    for (std::size_t i = 0; i < n; ++i) {
        if (i % rows_at_a_time == 0)
            task.check();
        working_row(values, i, std::span(row));
        const double length = sum_of_squares(row.data(), d);
        squared_lengths_[i] = static_cast<float>(length);
        const auto largest = static_cast<double>(largest_magnitude(row.data(), d));
        concentration_[i] = length > 0.0 ? static_cast<float>(largest / std::sqrt(length)) : 0.0F;
    }
    const bool exact = whole_numbers && (distance_ != Distance::hamming || d < (std::size_t{1} << 22));
    // The product adds up 256 columns at a time; with hundreds of such sums their own rounding counts too.
    const float sums = static_cast<float>(d) / 65536.0F;
    unit_roundoff_ = exact ? 0.0F : 0x1p-24F * std::max(1.0F, std::sqrt(sums));
}

template <class T, class Out>
void PreparedLayer::working_row(const Matrix<T>& values, std::size_t image, std::span<Out> out) const {
    const std::span<const T> from = values.row(image);
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
    if (stored_double_.empty())
        working_row(stored_, image, out);
    else
        working_row(stored_double_, image, out);
}

void PreparedLayer::working_row(std::size_t image, std::span<double> out) const {
    if (stored_double_.empty())
        working_row(stored_, image, out);
    else
        working_row(stored_double_, image, out);
}

void PreparedLayer::stored_row(std::size_t image, std::span<double> out) const {
    if (stored_double_.empty())
        std::ranges::copy(stored_.row(image), out.begin());
    else
        std::ranges::copy(stored_double_.row(image), out.begin());
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

double PreparedLayer::exact_product(std::size_t i, std::size_t j) const {
    const auto with_values = [&](const auto& values) {
        double total = 0.0;
        for (std::size_t c = 0; c < values.cols(); ++c) {
            const auto x = static_cast<double>(values(i, c));
            const auto y = static_cast<double>(values(j, c));
            total += distance_ == Distance::hamming ? sign(x - shift_[c]) * sign(y - shift_[c]) : x * y;
        }
        return distance_ == Distance::cosine ? total / (lengths_[i] * lengths_[j]) : total;
    };
    return stored_double_.empty() ? with_values(stored_) : with_values(stored_double_);
}

double PreparedLayer::quick_squared_distance(std::size_t i, std::size_t j) const {
    const auto sum = [&](const auto& values) {
        const auto* a = values.row(i).data();
        const auto* b = values.row(j).data();
        return distance_ == Distance::cosine
                   ? squared_difference(a, b, values.cols(), lengths_[i], lengths_[j])
                   : squared_difference(a, b, values.cols());
    };
    if (distance_ == Distance::hamming)
        return exact_squared_distance(i, j);
    return stored_double_.empty() ? sum(stored_) : sum(stored_double_);
}

namespace {

// See uncertainty() in the header. product: 2·|x·y|, at least.
float rounding(float lengths, float product, float concentration) {
    constexpr float least = 8.0F;
    constexpr float most = 64.0F;
    return std::min(most * lengths,
                    (least + (most - least) * concentration) * lengths + (most - least) * product);
}

} // namespace

float PreparedLayer::uncertainty(std::size_t i, std::size_t j, float d2) const noexcept {
    const float lengths = squared_lengths_[i] + squared_lengths_[j];
    return unit_roundoff_ *
           rounding(lengths, std::abs(lengths - d2), std::min(concentration_[i], concentration_[j]));
}

float PreparedLayer::largest_uncertainty(std::size_t i, float d2) const noexcept {
    const float length = std::sqrt(squared_lengths_[i]);
    const float longest = length + std::sqrt(d2);
    return unit_roundoff_ *
           rounding(length * length + longest * longest, 2.0F * length * longest, concentration_[i]);
}

} // namespace stratoscope::engine
