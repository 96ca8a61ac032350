#include "core/storage/pooling_internal.h"

#include <algorithm>
#include <utility>

namespace stratoscope::storage {
namespace {

constexpr std::size_t block_bytes = std::size_t{4} << 20;

class PooledRows final : public RowSource {
  public:
    PooledRows(std::shared_ptr<const RowSource> rows, std::vector<std::size_t> shape, Pooling pooling)
        : rows_(std::move(rows)), shape_(std::move(shape)), pooling_(pooling),
          cols_(pooled_size(pooling_, shape_)) {}

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
                pool(std::as_const(raw).row(i), shape_, pooling_, pooled_row);
                std::ranges::transform(pooled_row, out.row(at + i).begin(),
                                       [](double value) { return static_cast<T>(value); });
            }
        }
    }

    std::shared_ptr<const RowSource> rows_;
    std::vector<std::size_t> shape_;
    Pooling pooling_;
    std::size_t cols_ = 0;
};

} // namespace

std::shared_ptr<const RowSource> pooled(std::shared_ptr<const RowSource> rows, std::vector<std::size_t> shape,
                                        Pooling pooling) {
    return std::make_shared<PooledRows>(std::move(rows), std::move(shape), pooling);
}

} // namespace stratoscope::storage
