#include "core/base/error.h"
#include "core/storage/pooling_internal.h"

#include <algorithm>
#include <array>
#include <span>

namespace stratoscope::storage {
namespace {

constexpr std::array all_poolings{Pooling::cls, Pooling::mean, Pooling::max, Pooling::flatten,
                                  Pooling::grid4x4};
constexpr std::size_t grid = 4;
constexpr std::size_t block_bytes = std::size_t{4} << 20;

/// The larger of two, where NaN is larger than all: a damaged activation must not be pooled away.
double larger(double a, double b) {
    return (a > b || a != a) ? a : b;
}

/// Sums are made in float64, in the order of the file.
class PooledRows final : public RowSource {
  public:
    PooledRows(std::shared_ptr<const RowSource> rows, std::vector<std::size_t> shape, Pooling pooling)
        : rows_(std::move(rows)), shape_(std::move(shape)), pooling_(pooling) {
        const std::size_t channels = shape_.size() == 2 ? shape_[1] : shape_[0];
        cols_ = pooling_ == Pooling::grid4x4 ? channels * grid * grid : channels;
    }

    [[nodiscard]] std::size_t rows() const override { return rows_->rows(); }
    [[nodiscard]] std::size_t cols() const override { return cols_; }
    [[nodiscard]] ElementType element_type() const override {
        // Means of halves or integers are neither any more.
        return rows_->element_type() == ElementType::float64 ? ElementType::float64 : ElementType::float32;
    }
    void read(std::size_t first, MatrixView<float> out) const override { read_as(first, out); }
    void read(std::size_t first, MatrixView<double> out) const override { read_as(first, out); }

  private:
    template <class T>
    void read_as(std::size_t first, MatrixView<T> out) const {
        if (out.rows == 0)
            return;
        const std::size_t width = rows_->cols();
        const std::size_t block =
            std::clamp<std::size_t>(block_bytes / (width * sizeof(double)), 1, out.rows);
        Matrix<double> raw(block, width);
        std::vector<double> pooled_row(cols_);
        for (std::size_t at = 0; at < out.rows; at += block) {
            const std::size_t count = std::min(block, out.rows - at);
            rows_->read(first + at, raw.view().middle_rows(0, count));
            for (std::size_t i = 0; i < count; ++i) {
                if (shape_.size() == 2)
                    pool_tokens(raw.row(i), pooled_row);
                else
                    pool_places(raw.row(i), pooled_row);
                std::ranges::transform(pooled_row, out.row(at + i).begin(),
                                       [](double value) { return static_cast<T>(value); });
            }
        }
    }

    void pool_tokens(std::span<const double> in, std::span<double> out) const {
        const std::size_t tokens = shape_[0];
        std::ranges::copy(in.first(cols_), out.begin());
        for (std::size_t t = 1; t < tokens; ++t)
            for (std::size_t d = 0; d < cols_; ++d)
                out[d] =
                    pooling_ == Pooling::max ? larger(in[t * cols_ + d], out[d]) : out[d] + in[t * cols_ + d];
        if (pooling_ == Pooling::mean)
            for (double& value : out)
                value /= static_cast<double>(tokens);
    }

    void pool_places(std::span<const double> in, std::span<double> out) const {
        const std::size_t height = shape_[1];
        const std::size_t width = shape_[2];
        const std::size_t cells = pooling_ == Pooling::grid4x4 ? grid : 1;
        std::size_t at = 0;
        for (std::size_t c = 0; c < shape_[0]; ++c) {
            const std::span<const double> plane = in.subspan(c * height * width, height * width);
            for (std::size_t y = 0; y < cells; ++y)
                for (std::size_t x = 0; x < cells; ++x)
                    out[at++] = pool_cell(plane, width, y * height / cells, up(y + 1, height, cells),
                                          x * width / cells, up(x + 1, width, cells));
        }
    }

    /// The end of cell i of `cells` over n places: cells overlap where n does not divide, and none is empty.
    static std::size_t up(std::size_t i, std::size_t n, std::size_t cells) {
        return (i * n + cells - 1) / cells;
    }

    [[nodiscard]] double pool_cell(std::span<const double> plane, std::size_t width, std::size_t top,
                                   std::size_t bottom, std::size_t left, std::size_t right) const {
        double sum = 0.0;
        double largest = plane[top * width + left];
        for (std::size_t y = top; y < bottom; ++y)
            for (std::size_t x = left; x < right; ++x) {
                sum += plane[y * width + x];
                largest = larger(plane[y * width + x], largest);
            }
        return pooling_ == Pooling::max ? largest
                                        : sum / static_cast<double>((bottom - top) * (right - left));
    }

    std::shared_ptr<const RowSource> rows_;
    std::vector<std::size_t> shape_;
    Pooling pooling_;
    std::size_t cols_ = 0;
};

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

Pooling applicable_pooling(Pooling asked, const std::vector<std::size_t>& shape) {
    const bool tokens = shape.size() == 2;
    if ((asked == Pooling::cls && !tokens) || (asked == Pooling::grid4x4 && tokens))
        return Pooling::mean;
    return asked;
}

std::shared_ptr<const RowSource> pooled(std::shared_ptr<const RowSource> rows, std::vector<std::size_t> shape,
                                        Pooling pooling) {
    return std::make_shared<PooledRows>(std::move(rows), std::move(shape), pooling);
}

} // namespace stratoscope::storage
