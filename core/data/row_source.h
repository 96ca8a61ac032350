// Where the rows of a layer come from. storage implements it over files; MemoryRows over memory.
#pragma once

#include "core/base/matrix.h"

#include <cstddef>
#include <string_view>

namespace stratoscope {

enum class ElementType { float16, float32, float64, integer };

[[nodiscard]] constexpr std::string_view name_of(ElementType type) {
    switch (type) {
    case ElementType::float16:
        return "float16";
    case ElementType::float32:
        return "float32";
    case ElementType::float64:
        return "float64";
    case ElementType::integer:
        return "integer";
    }
    return "unknown";
}

/// N × D numbers, row i belonging to image i of the dataset. Immutable; every method may be called from any
/// thread.
class RowSource {
  public:
    virtual ~RowSource() = default;

    [[nodiscard]] virtual std::size_t rows() const = 0;
    [[nodiscard]] virtual std::size_t cols() const = 0;
    [[nodiscard]] virtual ElementType element_type() const = 0;

    /// Reads rows first … first + out.rows − 1; out.cols must equal cols(). Throws Error(io or bad_data)
    /// naming the file and dataset. The float form rounds float64 files to nearest.
    virtual void read(std::size_t first, MatrixView<float> out) const = 0;
    virtual void read(std::size_t first, MatrixView<double> out) const = 0;

  protected:
    RowSource() = default;
    RowSource(const RowSource&) = default;
    RowSource& operator=(const RowSource&) = default;
};

} // namespace stratoscope
