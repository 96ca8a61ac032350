#include "core/engine/open_doubts.h"

#include "core/engine/row_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace stratoscope::engine {

namespace {

// Rows of query images that stay in the second cache while others pass by.
constexpr std::size_t most_row_bytes = std::size_t{1} << 20;
constexpr std::size_t fewest_rows = 16;

} // namespace

std::uint32_t OpenDoubts::ask(std::size_t image, std::size_t other) {
    if (images_.empty() || images_.back() != image)
        images_.push_back(static_cast<std::uint32_t>(image));
    asked_.push_back({static_cast<std::uint32_t>(images_.size() - 1), static_cast<std::uint32_t>(other)});
    return static_cast<std::uint32_t>(asked_.size() - 1);
}

// Counted, not compared: there are several questions for each image.
void OpenDoubts::sort_by_other(std::size_t images, std::size_t first, std::size_t last) {
    end_.assign(images + 1, 0);
    for (std::size_t at = first; at < last; ++at)
        ++end_[asked_[at].other + 1];
    for (std::size_t image = 0; image < images; ++image)
        end_[image + 1] += end_[image];
    sorted_.resize(last - first);
    for (std::size_t at = first; at < last; ++at)
        sorted_[end_[asked_[at].other]++] = static_cast<std::uint32_t>(at);
}

// Questions first … last−1, of as many images as fit.
template <class T>
void OpenDoubts::answer(const PreparedLayer& layer, std::size_t first, std::size_t last,
                        AlignedVector<T>& rows) {
    const std::size_t dimension = layer.dimension();
    const std::size_t first_image = asked_[first].at;
    const std::size_t images = asked_[last - 1].at + 1 - first_image;
    rows.resize(images * dimension);
    for (std::size_t at = 0; at < images; ++at)
        layer.compared_row(images_[first_image + at], std::span(rows).subspan(at * dimension, dimension));
    other_row_.resize(dimension);
    sort_by_other(layer.images(), first, last);
    // Of each other image, all questions; meanwhile the next one's row is called, a little with each
    // question: memory takes few calls at a time.
    for (std::size_t begin = 0; begin < sorted_.size();) {
        const std::size_t end = end_[asked_[sorted_[begin]].other];
        layer.compared_row(asked_[sorted_[begin]].other, other_row_);
        for (std::size_t n = begin; n < end; ++n) {
            if (end < sorted_.size())
                layer.prefetch(asked_[sorted_[end]].other, n - begin, end - begin);
            const T* row = rows.data() + (asked_[sorted_[n]].at - first_image) * dimension;
            quick_[sorted_[n]] = squared_difference(row, other_row_.data(), dimension);
        }
        begin = end;
    }
}

std::uint64_t OpenDoubts::settle(const PreparedLayer& layer) {
    quick_.resize(asked_.size());
    const bool narrow = layer.compares_floats();
    const std::size_t row_bytes = layer.dimension() * (narrow ? sizeof(float) : sizeof(double));
    const std::size_t most_images = std::max(fewest_rows, most_row_bytes / row_bytes);
    for (std::size_t first = 0; first < asked_.size();) {
        std::size_t last = first;
        while (last < asked_.size() && asked_[last].at < asked_[first].at + most_images)
            ++last;
        if (narrow)
            answer(layer, first, last, rows_);
        else
            answer(layer, first, last, wide_rows_);
        first = last;
    }
    exact_.assign(asked_.size(), std::numeric_limits<double>::quiet_NaN());
    const auto exact = [&](std::uint32_t at) {
        if (std::isnan(exact_[at]))
            exact_[at] = layer.exact_squared_distance(images_[asked_[at].at], asked_[at].other);
        return exact_[at];
    };
    for (const Doubt& doubt : doubts_) {
        double other = quick_[doubt.other];
        double place = quick_[doubt.place];
        if (PreparedLayer::quick_ones_nearly_agree(other, place)) {
            other = exact(doubt.other);
            place = exact(doubt.place);
        }
        *doubt.twice_rank += other < place ? 2 : other == place ? 1 : 0;
    }
    const std::uint64_t computed = asked_.size();
    images_.clear();
    asked_.clear();
    doubts_.clear();
    return computed;
}

} // namespace stratoscope::engine
