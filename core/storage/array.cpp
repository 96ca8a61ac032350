#include "core/base/error.h"
#include "core/storage/array_internal.h"

#include <algorithm>
#include <numeric>

namespace stratoscope::storage {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20;
// A column-ordered array is read column by column: the larger the block, the fewer the reads.
constexpr std::size_t column_block_bytes = std::size_t{64} << 20;
// Rows that lie among others are read with what lies between, as long as it isn't more than this.
constexpr std::size_t widest_spread = 4;

/// a × b, or nothing where that is no size.
std::optional<std::size_t> product(std::size_t a, std::size_t b) {
    if (b != 0 && a > std::numeric_limits<std::ptrdiff_t>::max() / b)
        return std::nullopt;
    return a * b;
}

std::optional<std::size_t> count_of(std::span<const std::size_t> shape) {
    std::optional<std::size_t> count = 1;
    for (const std::size_t n : shape)
        count = count ? product(*count, n) : count;
    return count;
}

/// Elements from the first to behind the last one that (shape, strides) reaches.
std::optional<std::size_t> extent_of(std::span<const std::size_t> shape,
                                     std::span<const std::size_t> strides) {
    std::size_t last = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        const auto step = product(shape[d] - 1, strides[d]);
        if (!step || last > std::numeric_limits<std::ptrdiff_t>::max() - *step)
            return std::nullopt;
        last += *step;
    }
    return last + 1;
}

std::vector<std::size_t> c_order(std::span<const std::size_t> shape) {
    std::vector<std::size_t> strides(shape.size(), 1);
    for (std::size_t d = shape.size(); d-- > 1;)
        strides[d - 1] = strides[d] * shape[d];
    return strides;
}

/// The strides of dimensions of length 1 say nothing.
bool is_c_order(const Array& array) {
    if (array.strides.empty())
        return true;
    const std::vector<std::size_t> plain = c_order(array.shape);
    for (std::size_t d = 0; d < plain.size(); ++d)
        if (array.shape[d] != 1 && array.strides[d] != plain[d])
            return false;
    return true;
}

std::span<const std::size_t> rest(const std::vector<std::size_t>& all) {
    return std::span(all).subspan(std::min<std::size_t>(1, all.size()));
}

/// How the rows of an array lie.
enum class Order { in_line, spread, by_column, hopeless };

Order order_of(const Array& array) {
    if (is_c_order(array))
        return Order::in_line;
    const auto width = extent_of(rest(array.shape), rest(array.strides));
    const auto cols = count_of(rest(array.shape));
    if (width && cols && *width / widest_spread <= *cols)
        return Order::spread;
    return array.strides.front() == 1 ? Order::by_column : Order::hopeless;
}

class ArrayRows final : public RowSource {
  public:
    explicit ArrayRows(Array array) : array_(std::move(array)), order_(order_of(array_)) {
        cols_ = *count_of(rest(array_.shape));
        if (order_ == Order::in_line)
            return;
        width_ = *extent_of(rest(array_.shape), rest(array_.strides));
        places_.resize(cols_);
        std::vector<std::size_t> at(array_.shape.size(), 0);
        for (std::size_t& place : places_) {
            for (std::size_t d = 1; d < at.size(); ++d)
                place += at[d] * array_.strides[d];
            for (std::size_t d = at.size(); d-- > 1 && ++at[d] == array_.shape[d];)
                at[d] = 0;
        }
    }

    [[nodiscard]] std::size_t rows() const override { return array_.shape.front(); }
    [[nodiscard]] std::size_t cols() const override { return cols_; }
    [[nodiscard]] ElementType element_type() const override { return element_type_of(array_.type.number); }
    void read(std::size_t first, MatrixView<float> out) const override { read_as(first, out); }
    void read(std::size_t first, MatrixView<double> out) const override { read_as(first, out); }

  private:
    template <class T>
    void read_as(std::size_t first, MatrixView<T> out) const {
        if (out.cols != cols_ || first > rows() || out.rows > rows() - first)
            throw Error(ErrorKind::internal,
                        {.what = "rows were asked for that the layer hasn't", .where = array_.bytes->name()});
        const std::size_t row_bytes = bytes() * (order_ == Order::spread ? width_ : cols_);
        const std::size_t most = std::max<std::size_t>(
            1, (order_ == Order::by_column ? column_block_bytes : block_bytes) / row_bytes);
        std::vector<std::byte> buffer;
        for (std::size_t at = 0; at < out.rows; at += most) {
            const MatrixView<T> block = out.middle_rows(at, std::min(most, out.rows - at));
            if (order_ == Order::in_line)
                read_lines(first + at, block, buffer);
            else if (order_ == Order::spread)
                read_spread(first + at, block, buffer);
            else
                read_columns(first + at, block, buffer);
        }
    }

    template <class T>
    void read_lines(std::size_t first, MatrixView<T> out, std::vector<std::byte>& buffer) const {
        take(buffer, first * cols_, out.rows * cols_);
        for (std::size_t i = 0; i < out.rows; ++i)
            convert(std::span(buffer).subspan(i * cols_ * bytes(), cols_ * bytes()), array_.type, out.row(i));
    }

    template <class T>
    void read_spread(std::size_t first, MatrixView<T> out, std::vector<std::byte>& buffer) const {
        std::vector<T> values(width_);
        for (std::size_t i = 0; i < out.rows; ++i) {
            take(buffer, (first + i) * array_.strides.front(), width_);
            convert(buffer, array_.type, std::span(values));
            for (std::size_t j = 0; j < cols_; ++j)
                out(i, j) = values[places_[j]];
        }
    }

    template <class T>
    void read_columns(std::size_t first, MatrixView<T> out, std::vector<std::byte>& buffer) const {
        std::vector<T> values(out.rows);
        for (std::size_t j = 0; j < cols_; ++j) {
            take(buffer, first + places_[j], out.rows);
            convert(buffer, array_.type, std::span(values));
            for (std::size_t i = 0; i < out.rows; ++i)
                out(i, j) = values[i];
        }
    }

    void take(std::vector<std::byte>& buffer, std::size_t first, std::size_t count) const {
        buffer.resize(count * bytes());
        array_.bytes->read(first * bytes(), buffer);
    }

    [[nodiscard]] std::size_t bytes() const { return bytes_of(array_.type.number); }

    Array array_;
    Order order_;
    std::size_t cols_ = 0;
    std::size_t width_ = 0;           // elements from a row's first to behind its last
    std::vector<std::size_t> places_; // of a row's elements, from its first
};

class ArrayThumbnails final : public ThumbnailSource {
  public:
    explicit ArrayThumbnails(Array array) : array_(std::move(array)) {}
    [[nodiscard]] Thumbnail read(std::size_t image) const override {
        if (image >= array_.shape[0])
            return {};
        Thumbnail out{.height = array_.shape[1], .width = array_.shape[2], .rgb = {}};
        out.rgb.resize(out.height * out.width * 3);
        array_.bytes->read(image * out.rgb.size(), std::as_writable_bytes(std::span(out.rgb)));
        return out;
    }

  private:
    Array array_;
};

void append_utf8(std::string& out, std::uint32_t point) {
    const auto put = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | point >> 6U);
        put(0x80 | (point & 0x3FU));
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12U);
        put(0x80 | (point >> 6U & 0x3FU));
        put(0x80 | (point & 0x3FU));
    } else if (point < 0x110000) {
        put(0xF0 | point >> 18U);
        put(0x80 | (point >> 12U & 0x3FU));
        put(0x80 | (point >> 6U & 0x3FU));
        put(0x80 | (point & 0x3FU));
    } else {
        put('?');
    }
}

std::vector<std::int64_t> integers_of(const Array& array) {
    std::vector<std::byte> bytes(array.shape[0] * array.element_bytes());
    array.bytes->read(0, bytes);
    std::vector<std::int64_t> out(array.shape[0]);
    convert(bytes, array.type, std::span(out));
    return out;
}

std::vector<std::string> texts_of(const Array& array) {
    std::vector<std::string> out;
    if (!array.text) {
        for (const std::int64_t number : integers_of(array))
            out.push_back(std::to_string(number));
        return out;
    }
    const std::size_t width = array.element_bytes();
    std::vector<std::byte> bytes(width);
    for (std::size_t i = 0; i < array.shape[0]; ++i) {
        array.bytes->read(i * width, bytes);
        std::string text;
        for (std::size_t c = 0; c < array.text->characters; ++c) {
            const std::size_t size = array.text->wide ? 4 : 1;
            std::span<std::byte> character = std::span(bytes).subspan(c * size, size);
            if (array.text->big_endian)
                std::ranges::reverse(character);
            const auto point = static_cast<std::uint32_t>(little_endian(character));
            if (array.text->wide)
                append_utf8(text, point);
            else
                text += static_cast<char>(point);
        }
        text.erase(text.find_last_not_of('\0') + 1); // NumPy pads with zeros
        out.push_back(clean_text(text));
    }
    return out;
}

} // namespace

std::size_t Array::element_bytes() const {
    return text ? text->characters * (text->wide ? 4 : 1) : bytes_of(type.number);
}

void check(Array& array) {
    if (!array.unreadable.empty())
        return;
    const auto count = count_of(array.shape);
    const auto size = count ? product(*count, array.element_bytes()) : count;
    if (!size) {
        array.unreadable = "claims a size that no machine's addresses hold";
        return;
    }
    if (*size == 0) {
        array.unreadable = "is empty";
        return;
    }
    if (!array.strides.empty() && is_c_order(array))
        array.strides.clear();
    const auto reach = array.strides.empty() ? count : extent_of(array.shape, array.strides);
    const auto needed = reach ? product(*reach, array.element_bytes()) : reach;
    // An expanded tensor has more elements than bytes: it could claim any size.
    if (!needed || *needed > array.bytes->size() || *size > array.bytes->size()) {
        array.unreadable = "is cut short: its shape needs " +
                           std::to_string(needed ? std::max(*needed, *size) : *size) +
                           " bytes, the file has " + std::to_string(array.bytes->size()) + " for it";
        return;
    }
    if (array.shape.size() >= 2 && order_of(array) == Order::hopeless)
        array.unreadable =
            "lies in the file in an order that can only be read number by number; save it with "
            ".contiguous() or numpy.ascontiguousarray";
    if (array.shape.size() < 2 && !array.strides.empty())
        array.unreadable = "is part of another array; save a copy of it";
}

ForeignDataset foreign_dataset(Array array, std::vector<std::string> parts) {
    using Kind = ForeignDataset::Kind;
    ForeignDataset out{.parts = std::move(parts), .shape = array.shape, .unreadable = array.unreadable};
    out.kind = array.text ? Kind::texts : is_integer(array.type.number) ? Kind::integers : Kind::reals;
    out.element_bytes = array.element_bytes();
    const auto shared = std::make_shared<const Array>(std::move(array));
    out.texts = [shared] { return texts_of(*shared); };
    out.integers = [shared] { return integers_of(*shared); };
    out.rows = [shared](bool first_only) -> std::shared_ptr<const RowSource> {
        Array chosen = *shared;
        if (first_only) {
            if (chosen.strides.empty())
                chosen.strides = c_order(chosen.shape);
            chosen.shape[1] = 1;
        }
        return std::make_shared<ArrayRows>(std::move(chosen));
    };
    out.thumbnails = [shared]() -> std::shared_ptr<const ThumbnailSource> {
        return shared->strides.empty() ? std::make_shared<ArrayThumbnails>(*shared) : nullptr;
    };
    return out;
}

} // namespace stratoscope::storage
