#include "core/storage/activations_writer.h"

#include "core/base/float16.h"
#include "core/storage/atomic_file_internal.h"
#include "core/storage/hdf5_rows_internal.h"
#include "core/storage/hdf5_writing_internal.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace stratoscope::storage {
namespace {

using hdf5::Handle;

// Large enough for the disk, small enough that a few rows don't cost the reading of many.
constexpr std::size_t chunk_bytes = std::size_t{1} << 18;
constexpr std::size_t widest_chunk = std::size_t{1} << 20;

void check_name(const std::string& name, const char* what) {
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
        name.find('\0') != std::string::npos)
        throw Error(ErrorKind::bad_data, {.what = std::string("this can't be the name of a ") + what,
                                          .expected = "a name that is not empty and has no '/'",
                                          .found = "\"" + name + "\""});
}

/// Rows somebody else holds, seen as a source.
class ViewedRows final : public RowSource {
  public:
    explicit ViewedRows(MatrixView<const float> values) : values_(values) {}
    [[nodiscard]] std::size_t rows() const override { return values_.rows; }
    [[nodiscard]] std::size_t cols() const override { return values_.cols; }
    [[nodiscard]] ElementType element_type() const override { return ElementType::float32; }
    void read(std::size_t first, MatrixView<float> out) const override { copy(first, out); }
    void read(std::size_t first, MatrixView<double> out) const override { copy(first, out); }

  private:
    template <class T>
    void copy(std::size_t first, MatrixView<T> out) const {
        for (std::size_t i = 0; i < out.rows; ++i)
            std::ranges::copy(values_.row(first + i), out.row(i).begin());
    }
    MatrixView<const float> values_;
};

void write_slab(hid_t dataset, hid_t memory_type, std::span<const hsize_t> start,
                std::span<const hsize_t> count, const void* values, const std::filesystem::path& path) {
    const auto held = hdf5::lock();
    const Handle space(H5Dget_space(dataset), H5Sclose);
    const Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
    hdf5::require_written(
        H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) >= 0 &&
            H5Dwrite(dataset, memory_type, memory.get(), space.get(), H5P_DEFAULT, values) >= 0,
        path, "the rows");
}

/// Halves of the block, refusing what became infinite on the way.
void narrow(const Matrix<float>& values, std::size_t rows, std::size_t first, const std::string& where,
            std::vector<std::uint16_t>& halves) {
    const std::span<const float> in = values.values().first(rows * values.cols());
    float32_to_float16(in, halves);
    for (std::size_t i = 0; i < in.size(); ++i)
        if ((halves[i] & 0x7fffu) == 0x7c00u && std::isfinite(in[i]))
            throw Error(ErrorKind::bad_data,
                        {.what = "a value is too large for float16",
                         .where = where + ", image " + std::to_string(first + i / values.cols()),
                         .expected = "at most 65504",
                         .found = std::to_string(in[i]),
                         .advice = "Write the layer as float32"});
}

} // namespace

struct ActivationsWriter::State {
    AtomicFile place;
    Handle file;
    std::shared_ptr<const hdf5::WriteFailure> failure;
    std::size_t images = 0;

    State(std::filesystem::path path, std::size_t n)
        : place(std::move(path)), file(hdf5::create_file(place.temporary(), place.path())),
          failure(hdf5::failure_of(file.get())), images(n) {}
    explicit State(const std::filesystem::path& existing) : place(existing) { open_copy(); }

    void open_copy();
    void write_images(const ImageSet& set) const;
    void write_thumbnails(hid_t group, const ThumbnailSource& thumbnails) const;
    void write_rows(hid_t dataset, const RowSource& values, ElementType type, std::size_t block,
                    const std::string& where) const;
};

void ActivationsWriter::State::write_images(const ImageSet& set) const {
    const auto held = hdf5::lock();
    const Handle group = hdf5::create_group(file.get(), "images");
    if (!set.ids_are_positions)
        hdf5::write_strings(group.get(), "ids", set.ids);
    const auto fits = [&](std::size_t length, const char* what) {
        if (length != 0 && length != images)
            throw Error(ErrorKind::bad_data,
                        {.what = std::string("the number of ") + what + " is not that of the images",
                         .where = place.path().string(),
                         .expected = std::to_string(images),
                         .found = std::to_string(length)});
        return length != 0;
    };
    if (fits(set.labels.size(), "labels"))
        hdf5::write_integers(group.get(), "labels", set.labels);
    if (!set.label_names.empty())
        hdf5::write_strings(group.get(), "label_names", set.label_names);
    if (fits(set.paths.size(), "paths")) {
        const std::filesystem::path folder = std::filesystem::absolute(place.path()).parent_path();
        std::vector<std::string> relative;
        for (const std::filesystem::path& path : set.paths)
            relative.push_back(path.empty() ? std::string() : path.lexically_relative(folder).string());
        hdf5::write_strings(group.get(), "paths", relative);
    }
    const ImageStatistics& statistics = set.statistics;
    if (!statistics.empty() && fits(statistics.values.rows(), "rows of statistics")) {
        const hsize_t shape[] = {statistics.values.rows(), statistics.values.cols()};
        hdf5::write_numbers(group.get(), "statistics", shape, statistics.values.values());
        const Handle dataset = hdf5::open_object(group.get(), "statistics");
        hdf5::write_attribute(dataset.get(), "names", statistics.names);
    }
    if (set.thumbnails)
        write_thumbnails(group.get(), *set.thumbnails);
}

void ActivationsWriter::State::write_thumbnails(hid_t group, const ThumbnailSource& thumbnails) const {
    Thumbnail size;
    for (std::size_t i = 0; i < images && size.empty(); ++i)
        size = thumbnails.read(i);
    if (size.empty())
        return;
    const hsize_t shape[] = {images, size.height, size.width, 3};
    const hsize_t picture[] = {1, size.height, size.width, 3};
    // One picture a chunk: they are read one by one. Compressed, since pictures compress and are small.
    const Handle dataset = hdf5::create_dataset(group, "thumbnails", H5T_STD_U8LE, shape,
                                                {.chunk = {picture, picture + 4}, .gzip = 6});
    for (std::size_t i = 0; i < images; ++i) {
        Thumbnail thumbnail = thumbnails.read(i);
        if (thumbnail.empty())
            thumbnail = {.height = size.height,
                         .width = size.width,
                         .rgb = std::vector<std::uint8_t>(size.rgb.size(), 0)};
        if (thumbnail.height != size.height || thumbnail.width != size.width ||
            thumbnail.rgb.size() != size.rgb.size())
            throw Error(
                ErrorKind::bad_data,
                {.what = "the thumbnails differ in size",
                 .where = "image " + std::to_string(i),
                 .expected = std::to_string(size.width) + " × " + std::to_string(size.height),
                 .found = std::to_string(thumbnail.width) + " × " + std::to_string(thumbnail.height)});
        const hsize_t start[] = {i, 0, 0, 0};
        write_slab(dataset.get(), H5T_NATIVE_UINT8, start, picture, thumbnail.rgb.data(), place.path());
        hdf5::require_on_disk(*failure, place.path());
    }
}

void ActivationsWriter::State::write_rows(hid_t dataset, const RowSource& values, ElementType type,
                                          std::size_t block, const std::string& where) const {
    const std::size_t cols = values.cols();
    const bool wide = type == ElementType::float64;
    Matrix<float> floats(wide ? 0 : block, cols);
    Matrix<double> doubles(wide ? block : 0, cols);
    std::vector<std::uint16_t> halves(type == ElementType::float16 ? block * cols : 0);
    const Handle half = hdf5::half_type();
    for (std::size_t first = 0; first < images; first += block) {
        hdf5::require_on_disk(*failure, place.path());
        const std::size_t count = std::min(block, images - first);
        const hsize_t start[] = {first, 0};
        const hsize_t extent[] = {count, cols};
        if (wide) {
            values.read(first, doubles.view().middle_rows(0, count));
            write_slab(dataset, H5T_NATIVE_DOUBLE, start, extent, doubles.data(), place.path());
            continue;
        }
        values.read(first, floats.view().middle_rows(0, count));
        if (type == ElementType::float32) {
            write_slab(dataset, H5T_NATIVE_FLOAT, start, extent, floats.data(), place.path());
        } else {
            narrow(floats, count, first, where, halves);
            write_slab(dataset, half.get(), start, extent, halves.data(), place.path());
        }
    }
}

ActivationsWriter::ActivationsWriter(std::filesystem::path path, const ImageSet& images) {
    if (images.size() == 0)
        throw Error(ErrorKind::bad_data, {.what = "there are no images to write", .where = path.string()});
    state_ = std::make_unique<State>(std::move(path), images.size());
    const hid_t file = state_->file.get();
    hdf5::write_attribute(file, "format", "stratoscope-activations");
    hdf5::write_attribute(file, "version", std::int64_t{1});
    state_->write_images(images);
    (void)hdf5::create_group(file, "models");
}

void ActivationsWriter::State::open_copy() {
    {
        const auto old = hdf5::File::open(place.path());
        const Handle ids = hdf5::open_object(old->id(), "/images/ids");
        const Handle models = hdf5::open_object(old->id(), "/models");
        if (!ids || !hdf5::is_dataset(ids.get()) || !models || !hdf5::is_group(models.get()))
            throw Error(ErrorKind::bad_data,
                        {.what = "a model can't be added to this file",
                         .where = place.path().string(),
                         .expected = "a file of activations written by this program, with image ids",
                         .advice = "Write to another file; several files open together"});
        images = hdf5::describe(ids.get(), *old).rows();
    }
    std::error_code failed;
    std::filesystem::copy_file(place.path(), place.temporary(),
                               std::filesystem::copy_options::overwrite_existing, failed);
    hdf5::require_on_disk({failed.value()}, place.path());
    file = hdf5::open_for_writing(place.temporary(), place.path());
    failure = hdf5::failure_of(file.get());
}

ActivationsWriter ActivationsWriter::extending(const std::filesystem::path& path) {
    return ActivationsWriter(std::make_unique<State>(path));
}

ActivationsWriter::ActivationsWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ActivationsWriter::~ActivationsWriter() = default;
ActivationsWriter::ActivationsWriter(ActivationsWriter&& other) noexcept = default;
ActivationsWriter& ActivationsWriter::operator=(ActivationsWriter&& other) noexcept = default;

void ActivationsWriter::add_model(const Model& model) {
    check_name(model.name, "model");
    const auto held = hdf5::lock();
    const Handle models = hdf5::open_object(state_->file.get(), "models");
    if (hdf5::has_link(models.get(), model.name))
        throw Error(ErrorKind::bad_data, {.what = "two models have the same name", .found = model.name});
    const Handle group = hdf5::create_group(models.get(), model.name);
    hdf5::write_attribute(group.get(), "title", model.title.empty() ? model.name : model.title);
    hdf5::write_attribute(group.get(), "family", model.family);
    hdf5::write_attribute(group.get(), "objective", model.objective);
    hdf5::write_attribute(group.get(), "source", model.source);
    hdf5::write_attribute(group.get(), "preprocessing", model.preprocessing);
    (void)hdf5::create_group(group.get(), "layers");
}

void ActivationsWriter::add_layer(std::string_view model, const Layer& layer, MatrixView<const float> values,
                                  const LayerEncoding& encoding) {
    add_layer(model, layer, ViewedRows(values), encoding);
}

void ActivationsWriter::add_layer(std::string_view model, const Layer& layer, const RowSource& values,
                                  const LayerEncoding& encoding) {
    check_name(layer.name, "layer");
    const std::string where = std::string(model) + "/" + layer.name;
    const std::string model_path = "models/" + std::string(model);
    const hid_t file = state_->file.get();
    if (!hdf5::has_link(file, model_path))
        throw Error(ErrorKind::internal, {.what = "a layer was added before its model", .where = where});
    if (values.rows() != state_->images || values.cols() == 0)
        throw Error(ErrorKind::bad_data,
                    {.what = "the layer does not have one row an image",
                     .where = where,
                     .expected = std::to_string(state_->images) + " rows",
                     .found = std::to_string(values.rows()) + " × " + std::to_string(values.cols())});
    if (encoding.type == ElementType::integer ||
        (encoding.gzip && (*encoding.gzip < 1 || *encoding.gzip > 9)))
        throw Error(ErrorKind::internal, {.what = "layers are not written that way", .where = where});
    const bool half = encoding.type == ElementType::float16;
    const bool wide = encoding.type == ElementType::float64;
    const std::size_t row_bytes = values.cols() * (half ? 2 : wide ? 8 : 4);
    const std::size_t chunk_rows = std::clamp<std::size_t>(chunk_bytes / row_bytes, 1, values.rows());
    const Handle layers = hdf5::open_object(file, model_path + "/layers");
    if (hdf5::has_link(layers.get(), layer.name))
        throw Error(ErrorKind::bad_data,
                    {.what = "two layers of a model have the same name", .found = where});
    const Handle half_type = hdf5::half_type();
    const hsize_t shape[] = {values.rows(), values.cols()};
    const Handle dataset = hdf5::create_dataset(
        layers.get(), layer.name,
        half   ? half_type.get()
        : wide ? H5T_IEEE_F64LE
               : H5T_IEEE_F32LE,
        shape, {.chunk = {chunk_rows, std::min(values.cols(), widest_chunk)}, .gzip = encoding.gzip});
    state_->write_rows(dataset.get(), values, encoding.type, chunk_rows, where);
    hdf5::write_attribute(dataset.get(), "index", static_cast<std::int64_t>(layer.index));
    hdf5::write_attribute(dataset.get(), "depth", layer.depth);
    hdf5::write_attribute(dataset.get(), "module", layer.module);
    hdf5::write_attribute(dataset.get(), "pooling", layer.pooling);
    if (!layer.shape.empty())
        hdf5::write_attribute(dataset.get(), "shape",
                              std::vector<std::int64_t>(layer.shape.begin(), layer.shape.end()));
}

void ActivationsWriter::commit() {
    hdf5::close_file(state_->file, state_->place.path());
    state_->place.commit();
}

} // namespace stratoscope::storage
