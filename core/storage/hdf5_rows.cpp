#include "core/base/float16.h"
#include "core/storage/hdf5_rows_internal.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace stratoscope::storage::hdf5 {
namespace {

// Rows are converted through a block this large: it stays in the processor's cache.
constexpr std::size_t block_bytes = std::size_t{1} << 20;

/// Reads `count` items from `first` on along the first dimension, and along the second from 0 on as far as
/// `shape` says.
void read_slab(const File& file, const std::string& name, const std::vector<std::size_t>& shape,
               std::size_t first, std::size_t count, hid_t memory_type, void* values) {
    const auto held = lock();
    const auto fail = [&](const std::string& reason) {
        throw Error(ErrorKind::io, {.what = "images " + std::to_string(first) + " to " +
                                            std::to_string(first + count - 1) + " can't be read",
                                    .where = file.where(name),
                                    .found = reason,
                                    .advice = "The file may be damaged, or changed since it was opened"});
    };
    const Handle dataset(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset)
        fail(last_error());
    std::vector<hsize_t> start(shape.size(), 0);
    std::vector<hsize_t> extent(shape.begin(), shape.end());
    start[0] = first;
    extent[0] = count;
    const Handle space(H5Dget_space(dataset.get()), H5Sclose);
    const int rank = static_cast<int>(extent.size());
    const Handle memory(H5Screate_simple(rank, extent.data(), nullptr), H5Sclose);
    if (H5Sget_simple_extent_ndims(space.get()) != rank ||
        H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr) < 0 ||
        H5Dread(dataset.get(), memory_type, memory.get(), space.get(), H5P_DEFAULT, values) < 0)
        fail(last_error());
}

class Hdf5Rows final : public RowSource {
  public:
    Hdf5Rows(std::shared_ptr<const File> file, std::string name, const DatasetInfo& info, bool first_only)
        : file_(std::move(file)), name_(std::move(name)), shape_(info.shape) {
        if (first_only)
            shape_[1] = 1;
        for (std::size_t d = 1; d < shape_.size(); ++d)
            cols_ = checked_product(cols_, shape_[d], "a row of the layer");
        if (info.half)
            type_ = ElementType::float16;
        else if (info.type == H5T_INTEGER)
            type_ = ElementType::integer;
        else
            type_ = info.element_bytes == 4 ? ElementType::float32 : ElementType::float64;
    }

    [[nodiscard]] std::size_t rows() const override { return shape_.front(); }
    [[nodiscard]] std::size_t cols() const override { return cols_; }
    [[nodiscard]] ElementType element_type() const override { return type_; }
    void read(std::size_t first, MatrixView<float> out) const override { read_as(first, out); }
    void read(std::size_t first, MatrixView<double> out) const override { read_as(first, out); }

  private:
    template <class T>
    void read_as(std::size_t first, MatrixView<T> out) const {
        if (out.rows == 0)
            return;
        if (out.cols != cols_ || first > rows() || out.rows > rows() - first)
            throw Error(ErrorKind::internal,
                        {.what = "rows were asked for that the layer hasn't", .where = file_->where(name_)});
        const std::size_t block =
            std::clamp<std::size_t>(block_bytes / (cols_ * sizeof(double)), 1, out.rows);
        switch (type_) {
        case ElementType::float16: {
            std::vector<std::uint16_t> halves(block * cols_);
            std::vector<float> widened(std::is_same_v<T, float> ? 0 : cols_);
            const Handle memory = half_type();
            convert(first, out, block, memory.get(), halves,
                    [&](std::span<const std::uint16_t> in, auto row) {
                        if constexpr (std::is_same_v<T, float>) {
                            float16_to_float32(in, row);
                        } else {
                            float16_to_float32(in, widened);
                            std::ranges::copy(widened, row.begin());
                        }
                    });
            return;
        }
        case ElementType::float32:
            if (std::is_same_v<T, float> && out.stride == cols_)
                return read_slab(*file_, name_, shape_, first, out.rows, H5T_NATIVE_FLOAT, out.data);
            return through<float>(first, out, block, H5T_NATIVE_FLOAT);
        case ElementType::float64:
        case ElementType::integer:
            return through<double>(first, out, block, H5T_NATIVE_DOUBLE);
        }
    }

    template <class Stored, class T>
    void through(std::size_t first, MatrixView<T> out, std::size_t block, hid_t memory) const {
        std::vector<Stored> values(block * cols_);
        convert(first, out, block, memory, values, [](std::span<const Stored> in, auto row) {
            std::ranges::transform(in, row.begin(), [](Stored value) { return static_cast<T>(value); });
        });
    }

    template <class Stored, class T, class Convert>
    void convert(std::size_t first, MatrixView<T> out, std::size_t block, hid_t memory,
                 std::vector<Stored>& values, Convert convert_row) const {
        for (std::size_t at = 0; at < out.rows; at += block) {
            const std::size_t count = std::min(block, out.rows - at);
            read_slab(*file_, name_, shape_, first + at, count, memory, values.data());
            for (std::size_t i = 0; i < count; ++i)
                convert_row(std::span<const Stored>(values).subspan(i * cols_, cols_), out.row(at + i));
        }
    }

    std::shared_ptr<const File> file_;
    std::string name_;
    std::vector<std::size_t> shape_; // of what is read: the CLS token alone counts 1 along the second
    std::size_t cols_ = 1;
    ElementType type_ = ElementType::float32;
};

class Hdf5Thumbnails final : public ThumbnailSource {
  public:
    Hdf5Thumbnails(std::shared_ptr<const File> file, std::string name, std::vector<std::size_t> shape)
        : file_(std::move(file)), name_(std::move(name)), shape_(std::move(shape)) {}

    [[nodiscard]] Thumbnail read(std::size_t image) const override {
        if (image >= shape_[0])
            return {};
        Thumbnail out{.height = shape_[1], .width = shape_[2], .rgb = {}};
        out.rgb.resize(out.height * out.width * 3);
        read_slab(*file_, name_, shape_, image, 1, H5T_NATIVE_UINT8, out.rgb.data());
        return out;
    }

  private:
    std::shared_ptr<const File> file_;
    std::string name_;
    std::vector<std::size_t> shape_;
};

} // namespace

Handle half_type() {
    const auto held = lock();
    Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
    H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
    H5Tset_size(type.get(), 2);
    H5Tset_ebias(type.get(), 15);
    // Only the order of bytes may differ between file and memory: that HDF5 swaps rightly.
    H5Tset_order(type.get(), H5Tget_order(H5T_NATIVE_FLOAT));
    return type;
}

std::shared_ptr<const RowSource> rows_of(std::shared_ptr<const File> file, std::string dataset,
                                         const DatasetInfo& info, bool first_only) {
    return std::make_shared<Hdf5Rows>(std::move(file), std::move(dataset), info, first_only);
}

std::shared_ptr<const ThumbnailSource> thumbnails_of(std::shared_ptr<const File> file, std::string dataset,
                                                     const DatasetInfo& info) {
    return std::make_shared<Hdf5Thumbnails>(std::move(file), std::move(dataset), info.shape);
}

} // namespace stratoscope::storage::hdf5
