#include "core/storage/mapped_rows_internal.h"

#include <algorithm>
#include <numeric>

namespace stratoscope::storage {
namespace {

constexpr std::size_t block_bytes = std::size_t{4} << 20;
// Reading so many rows that aren't wanted is cheaper than asking the file once more.
constexpr std::size_t widest_gap = 16;

class MappedRows final : public RowSource {
  public:
    MappedRows(std::shared_ptr<const RowSource> rows, std::shared_ptr<const std::vector<std::size_t>> places)
        : rows_(std::move(rows)), places_(std::move(places)) {}

    [[nodiscard]] std::size_t rows() const override { return places_->size(); }
    [[nodiscard]] std::size_t cols() const override { return rows_->cols(); }
    [[nodiscard]] ElementType element_type() const override { return rows_->element_type(); }
    void read(std::size_t first, MatrixView<float> out) const override { read_as(first, out); }
    void read(std::size_t first, MatrixView<double> out) const override { read_as(first, out); }

  private:
    /// Walks the file forwards whatever the order asked for, in runs of neighbouring rows.
    template <class T>
    void read_as(std::size_t first, MatrixView<T> out) const {
        std::vector<std::size_t> order(out.rows);
        std::iota(order.begin(), order.end(), std::size_t{0});
        const auto place = [&](std::size_t i) { return (*places_)[first + i]; };
        std::ranges::sort(order, {}, place);
        const std::size_t most = std::max<std::size_t>(1, block_bytes / (cols() * sizeof(T)));
        Matrix<T> block;
        for (std::size_t at = 0; at < order.size();) {
            const std::size_t start = place(order[at]);
            std::size_t end = at + 1;
            while (end < order.size() && place(order[end]) - place(order[end - 1]) <= widest_gap &&
                   place(order[end]) - start < most)
                ++end;
            const std::size_t count = place(order[end - 1]) - start + 1;
            if (block.rows() < count)
                block = Matrix<T>(count, cols());
            rows_->read(start, block.view().middle_rows(0, count));
            for (; at < end; ++at)
                std::ranges::copy(block.row(place(order[at]) - start), out.row(order[at]).begin());
        }
    }

    std::shared_ptr<const RowSource> rows_;
    std::shared_ptr<const std::vector<std::size_t>> places_;
};

} // namespace

std::shared_ptr<const RowSource> mapped(std::shared_ptr<const RowSource> rows,
                                        std::shared_ptr<const std::vector<std::size_t>> places) {
    return std::make_shared<MappedRows>(std::move(rows), std::move(places));
}

} // namespace stratoscope::storage
