// The images all layers share: row i of every layer is image i here.
#pragma once

#include "core/base/matrix.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stratoscope {

/// height × width × 3 bytes, RGB, row by row.
struct Thumbnail {
    std::size_t height = 0;
    std::size_t width = 0;
    std::vector<std::uint8_t> rgb;
    [[nodiscard]] bool empty() const noexcept { return rgb.empty(); }
};

/// Reads one image's thumbnail; any thread.
class ThumbnailSource {
  public:
    virtual ~ThumbnailSource() = default;
    /// Empty where this image has none. Throws Error(io) where it can't be read.
    [[nodiscard]] virtual Thumbnail read(std::size_t image) const = 0;

  protected:
    ThumbnailSource() = default;
    ThumbnailSource(const ThumbnailSource&) = default;
    ThumbnailSource& operator=(const ThumbnailSource&) = default;
};

/// Low-level statistics, one column a statistic, in its own unit (z-scored only where a layer is made of
/// them).
struct ImageStatistics {
    std::vector<std::string> names;
    Matrix<float> values; ///< N × names.size(), or empty
    [[nodiscard]] bool empty() const noexcept { return names.empty(); }
};

struct ImageSet {
    std::vector<std::string> ids;             ///< N, unique
    bool ids_are_positions = false;           ///< the file had none; "0", "1", … were made up
    std::vector<std::int64_t> labels;         ///< N, or empty
    std::vector<std::string> label_names;     ///< indexed by label where the label is in range, or empty
    std::vector<std::filesystem::path> paths; ///< N absolute paths (an empty one = unknown), or empty
    std::shared_ptr<const ThumbnailSource> thumbnails; ///< or null
    ImageStatistics statistics;                        ///< the file's own; computed ones replace them

    [[nodiscard]] std::size_t size() const noexcept { return ids.size(); }
    /// The label's name, its number where it has no name, empty where there are no labels.
    [[nodiscard]] std::string label_of(std::size_t image) const;
};

} // namespace stratoscope
