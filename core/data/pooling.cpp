#include "core/data/pooling.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>

namespace stratoscope {
namespace {

constexpr std::array all_poolings{Pooling::cls, Pooling::mean, Pooling::max, Pooling::flatten,
                                  Pooling::grid4x4};
constexpr std::size_t grid = 4;

double larger(double a, double b) {
    return (a > b || a != a) ? a : b;
}

/// Four sums side by side: one alone waits for each addition to end.
template <class T>
double sum_of(std::span<const T> values) {
    std::array<double, 4> sums{};
    std::size_t i = 0;
    for (; i + sums.size() <= values.size(); i += sums.size())
        for (std::size_t lane = 0; lane < sums.size(); ++lane)
            sums[lane] += static_cast<double>(values[i + lane]);
    for (; i < values.size(); ++i)
        sums[0] += static_cast<double>(values[i]);
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

template <class T>
double largest_of(std::span<const T> values) {
    auto largest = static_cast<double>(values.front());
    for (const T value : values)
        largest = larger(static_cast<double>(value), largest);
    return largest;
}

template <class T>
void pool_tokens(std::span<const T> in, std::size_t tokens, Pooling pooling, std::span<double> out) {
    const std::size_t width = out.size();
    std::ranges::copy(in.first(width), out.begin());
    for (std::size_t t = 1; t < tokens; ++t) {
        const T* token = in.data() + t * width;
        if (pooling == Pooling::max)
            for (std::size_t d = 0; d < width; ++d)
                out[d] = larger(static_cast<double>(token[d]), out[d]);
        else
            for (std::size_t d = 0; d < width; ++d)
                out[d] += static_cast<double>(token[d]);
    }
    if (pooling == Pooling::mean)
        for (double& value : out)
            value /= static_cast<double>(tokens);
}

/// The end of cell i of the grid over n places: cells overlap where n does not divide, and none is empty.
std::size_t end_of_cell(std::size_t i, std::size_t n) {
    return ((i + 1) * n + grid - 1) / grid;
}

template <class T>
void pool_grid(std::span<const T> plane, std::size_t height, std::size_t width, double* out) {
    for (std::size_t y = 0; y < grid; ++y)
        for (std::size_t x = 0; x < grid; ++x) {
            const std::size_t top = y * height / grid;
            const std::size_t left = x * width / grid;
            const std::size_t bottom = end_of_cell(y, height);
            const std::size_t right = end_of_cell(x, width);
            double sum = 0.0;
            for (std::size_t row = top; row < bottom; ++row)
                sum += sum_of(plane.subspan(row * width + left, right - left));
            *out++ = sum / static_cast<double>((bottom - top) * (right - left));
        }
}

template <class T>
void pool_as(std::span<const T> in, std::span<const std::size_t> shape, Pooling pooling,
             std::span<double> out) {
    if (pooling == Pooling::flatten || shape.size() < 2) {
        std::ranges::copy(in, out.begin());
        return;
    }
    if (pooling == Pooling::cls) {
        std::ranges::copy(in.first(out.size()), out.begin());
        return;
    }
    if (shape.size() == 2) {
        pool_tokens(in, shape[0], pooling, out);
        return;
    }
    const std::size_t plane = in.size() / shape[0];
    for (std::size_t c = 0; c < shape[0]; ++c) {
        const std::span<const T> places = in.subspan(c * plane, plane);
        if (pooling == Pooling::grid4x4)
            pool_grid(places, shape[1], shape[2], out.data() + c * grid * grid);
        else if (pooling == Pooling::max)
            out[c] = largest_of(places);
        else
            out[c] = sum_of(places) / static_cast<double>(plane);
    }
}

} // namespace

const char* name_of(Pooling pooling) {
    switch (pooling) {
    case Pooling::cls:
        return "cls";
    case Pooling::mean:
        return "mean";
    case Pooling::max:
        return "max";
    case Pooling::flatten:
        return "flatten";
    case Pooling::grid4x4:
        return "grid4x4";
    }
    return "unknown";
}

Pooling pooling_named(const std::string& name) {
    for (const Pooling pooling : all_poolings)
        if (name == name_of(pooling))
            return pooling;
    throw Error(ErrorKind::usage, {.what = "there is no pooling of that name",
                                   .expected = "cls, mean, max, flatten or grid4x4",
                                   .found = name});
}

Pooling applicable_pooling(Pooling asked, std::span<const std::size_t> shape) {
    if ((asked == Pooling::cls && shape.size() != 2) || (asked == Pooling::grid4x4 && shape.size() != 3))
        return Pooling::mean;
    return asked;
}

std::size_t pooled_size(Pooling pooling, std::span<const std::size_t> shape) {
    std::size_t all = 1;
    for (const std::size_t size : shape)
        all *= size;
    if (pooling == Pooling::flatten || shape.size() < 2)
        return all;
    const std::size_t channels = shape.size() == 2 ? shape[1] : shape[0];
    return pooling == Pooling::grid4x4 ? channels * grid * grid : channels;
}

void pool(std::span<const float> in, std::span<const std::size_t> shape, Pooling pooling,
          std::span<double> out) {
    pool_as(in, shape, pooling, out);
}

void pool(std::span<const double> in, std::span<const std::size_t> shape, Pooling pooling,
          std::span<double> out) {
    pool_as(in, shape, pooling, out);
}

} // namespace stratoscope
