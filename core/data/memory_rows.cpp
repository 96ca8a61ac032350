#include "core/data/memory_rows.h"

#include <algorithm>

namespace stratoscope {
namespace {

template <class T>
class MemoryRows final : public RowSource {
  public:
    explicit MemoryRows(Matrix<T> values) : values_(std::move(values)) {}

    [[nodiscard]] std::size_t rows() const override { return values_.rows(); }
    [[nodiscard]] std::size_t cols() const override { return values_.cols(); }
    [[nodiscard]] ElementType element_type() const override {
        return std::is_same_v<T, double> ? ElementType::float64 : ElementType::float32;
    }
    void read(std::size_t first, MatrixView<float> out) const override { copy(first, out); }
    void read(std::size_t first, MatrixView<double> out) const override { copy(first, out); }

  private:
    template <class U>
    void copy(std::size_t first, MatrixView<U> out) const {
        for (std::size_t i = 0; i < out.rows; ++i)
            if constexpr (std::is_same_v<T, U>)
                std::copy_n(values_.row(first + i).data(), values_.cols(), out.row(i).data());
            else
                std::ranges::transform(values_.row(first + i), out.row(i).begin(),
                                       [](T value) { return static_cast<U>(value); });
    }

    Matrix<T> values_;
};

} // namespace

std::shared_ptr<const RowSource> rows_in_memory(Matrix<float> values) {
    return std::make_shared<MemoryRows<float>>(std::move(values));
}

std::shared_ptr<const RowSource> rows_in_memory(Matrix<double> values) {
    return std::make_shared<MemoryRows<double>>(std::move(values));
}

} // namespace stratoscope
