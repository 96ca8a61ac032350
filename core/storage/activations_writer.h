// Writes the native file of activations, whole or not at all.
#pragma once

#include "core/base/matrix.h"
#include "core/data/dataset.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace stratoscope::storage {

/// How a layer's numbers lie in the file.
struct LayerEncoding {
    ElementType type = ElementType::float32; ///< float16, float32 or float64
    /// 1…9: compressed and shuffled, for a file that must be small (reading is ten times slower). Without it:
    /// uncompressed with checksums, as fast as the disk.
    std::optional<int> gzip;
};

/// The file appears under its name at commit(), complete and on disk; until then it is a temporary file
/// beside it, removed when the writer goes without commit(). One writer is used by one thread at a time.
/// Throws Error(cannot_write) where the file can't be made or the disk is full, Error(bad_data) for
/// values that do not fit the images or names that a path can't hold.
class ActivationsWriter {
  public:
    /// Writes ids, labels, label names, paths (relative to the file), statistics and thumbnails, as far as
    /// `images` has them. Made-up ids (ids_are_positions) are not written. Thumbnails must all have one
    /// size; an image without one gets a black one.
    ActivationsWriter(std::filesystem::path path, const ImageSet& images);
    /// Adds models to a copy of an existing native file with ids; at commit() the copy takes the file's
    /// place. Throws also Error(bad_data) where the file is none.
    [[nodiscard]] static ActivationsWriter extending(const std::filesystem::path& path);
    ~ActivationsWriter();
    ActivationsWriter(ActivationsWriter&& other) noexcept;
    ActivationsWriter& operator=(ActivationsWriter&& other) noexcept;

    /// Its name and attributes; its layers are not written, add_layer() does that. Names are unique and
    /// without '/'.
    void add_model(const Model& model);

    /// values: N × D, row i = image i. `layer` gives name, index, depth (stored as it is), module, pooling
    /// and shape; its rows are not looked at. float16 beyond ±65504 becomes infinity: an Error(bad_data)
    /// here.
    void add_layer(std::string_view model, const Layer& layer, MatrixView<const float> values,
                   const LayerEncoding& encoding = {});
    /// The same from anywhere, block by block: memory stays small.
    void add_layer(std::string_view model, const Layer& layer, const RowSource& values,
                   const LayerEncoding& encoding = {});

    /// Everything to disk and the file under its name, replacing an older one. The writer is finished then.
    void commit();

  private:
    struct State;
    explicit ActivationsWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace stratoscope::storage
