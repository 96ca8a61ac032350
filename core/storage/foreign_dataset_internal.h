// A dataset of somebody else's file, whatever its format, and how such datasets become models and layers.
#pragma once

#include "core/base/task.h"
#include "core/storage/file_contents_internal.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::storage {

/// No file of activations is deeper or has more in it; one that claims so is damaged.
inline constexpr std::size_t deepest_path = 16;
inline constexpr std::size_t most_datasets = 20000;

struct ForeignDataset {
    enum class Kind { reals, integers, texts };

    std::vector<std::string> parts = {}; ///< of its path: groups or folders, then its name
    std::vector<std::size_t> shape = {};
    Kind kind = Kind::reals;
    std::size_t element_bytes = 0;
    std::string unreadable = {};             ///< why it can't be read; empty when it can
    bool placed_by_name = false;             ///< where it stands among the others follows from its name alone
    std::optional<std::uint64_t> index = {}; ///< its place among the layers, where the file says so
    /// One-dimensional ones: texts, or integers written out; integers. Throw Error(bad_data, io).
    std::function<std::vector<std::string>()> texts = {};
    std::function<std::vector<std::int64_t>()> integers = {};
    /// Two to four dimensions as N × the product of the others; with first_only, of (N, T, D) only [:, 0, :].
    std::function<std::shared_ptr<const RowSource>(bool first_only)> rows = {};
    /// (N, H, W, 3) of bytes.
    std::function<std::shared_ptr<const ThumbnailSource>()> thumbnails = {};

    [[nodiscard]] std::size_t n() const { return shape.empty() ? 0 : shape.front(); }
    [[nodiscard]] std::string path() const; ///< "/resnet/layer1"
};

/// The layout of other people's files: datasets that share their first dimension are layers, their groups
/// models; one-dimensional ones of the right names are ids and labels, pictures are thumbnails. What is none
/// of these is named in the warnings. Where no dataset holds ids or labels, they are looked for in `folders`,
/// in that order (take_lists_beside). Fills models, images and warnings of `out`, whose path is set.
void take_foreign_layout(FileContents& out, std::vector<ForeignDataset> datasets,
                         const std::vector<std::filesystem::path>& folders, const OpenOptions& options,
                         const Task& task);

/// The rows of a dataset of two to four dimensions, pooled as asked; layer.rows or layer.unusable is set, and
/// layer.pooling, layer.shape and layer.pooled_on_reading where pooling happened.
void set_rows(Layer& layer, const ForeignDataset& dataset, const std::string& model,
              const OpenOptions& options, std::vector<Warning>& warnings);

/// Texts as labels: numbered in their own order. Sets labels and label_names.
void set_text_labels(ImageSet& images, const std::vector<std::string>& texts);

/// Where lists for a file are looked for: its folder, and for a thingsvision "<module>/features.npy" the one
/// above.
[[nodiscard]] std::vector<std::filesystem::path> folders_beside(const std::filesystem::path& file);

[[nodiscard]] bool is_list_name(const std::string& name);

/// file_names.txt (thingsvision's), ids.txt, image_ids.txt and labels.txt of a folder, one line an image:
/// taken where `out` has none yet. What can't be read becomes a warning. Returns the list of ids taken, empty
/// where none was.
std::filesystem::path take_lists_beside(const std::filesystem::path& folder, FileContents& out);

} // namespace stratoscope::storage
