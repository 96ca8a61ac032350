#include "core/images/picture_folder.h"

#include "core/base/natural_order.h"
#include "core/images/raster.h"

#include <algorithm>
#include <map>
#include <optional>

namespace stratoscope::images {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 10'000'000;

class FileThumbnails final : public ThumbnailSource {
  public:
    FileThumbnails(std::vector<fs::path> paths, std::size_t side) : paths_(std::move(paths)), side_(side) {}
    [[nodiscard]] Thumbnail read(std::size_t image) const override {
        if (paths_.at(image).empty())
            return {};
        Raster raster = shrunk(decode(paths_[image]), side_);
        return {raster.height, raster.width, std::move(raster.rgb)};
    }

  private:
    std::vector<fs::path> paths_;
    std::size_t side_;
};

std::vector<fs::path> pictures_in(const fs::path& folder, const Task& task) {
    std::error_code failed;
    std::vector<fs::path> pictures;
    const auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator at(folder, options, failed), end; !failed && at != end;
         at.increment(failed)) {
        task.check();
        if (pictures.size() < most_files && at->is_regular_file(failed) && looks_like_picture(at->path()))
            pictures.push_back(at->path());
    }
    if (failed && pictures.empty())
        throw Error(
            ErrorKind::no_input,
            {.what = "the folder can't be read", .where = folder.string(), .found = failed.message()});
    if (pictures.empty())
        throw Error(ErrorKind::bad_data, {.what = "the folder has no pictures",
                                          .where = folder.string(),
                                          .expected = "JPEG, PNG, WebP, TIFF or BMP files"});
    std::ranges::sort(
        pictures, [](const fs::path& a, const fs::path& b) { return natural_less(a.string(), b.string()); });
    return pictures;
}

// From a name to the one picture that has it; nothing where several do.
using Names = std::map<std::string, std::optional<fs::path>>;

void add_name(Names& names, const std::string& name, const fs::path& picture) {
    const auto [at, fresh] = names.try_emplace(name, picture);
    if (!fresh && at->second != picture)
        at->second.reset();
}

} // namespace

std::shared_ptr<const ThumbnailSource> thumbnails_from_files(std::vector<fs::path> paths, std::size_t side) {
    return std::make_shared<const FileThumbnails>(std::move(paths), side);
}

AttachedFolder attach_folder(Dataset dataset, const fs::path& folder, const Task& task) {
    const std::vector<fs::path> pictures = pictures_in(folder, task);
    const std::size_t images = dataset.images.size();
    std::vector<fs::path> paths(images);
    std::size_t matched = 0;
    if (dataset.images.ids_are_positions) {
        if (pictures.size() != images)
            throw Error(ErrorKind::bad_data, {.what = "the images have no ids, so pictures can only be "
                                                      "matched one by one, and their numbers differ",
                                              .where = folder.string(),
                                              .expected = std::to_string(images) + " pictures",
                                              .found = std::to_string(pictures.size()),
                                              .advice = "write the images' file names into /images/ids"});
        paths = pictures;
        matched = images;
    } else {
        Names names;
        for (const fs::path& picture : pictures) {
            const fs::path inside = picture.lexically_relative(folder);
            for (const fs::path& name :
                 {inside, fs::path(inside).replace_extension(), inside.filename(), inside.stem()})
                add_name(names, name.generic_string(), picture);
        }
        for (std::size_t i = 0; i < images; ++i)
            if (const auto at = names.find(dataset.images.ids[i]); at != names.end() && at->second) {
                paths[i] = *at->second;
                ++matched;
            }
        if (matched == 0)
            throw Error(ErrorKind::bad_data, {.what = "no picture of the folder has the name of an image",
                                              .where = folder.string(),
                                              .expected = "names like \"" + dataset.images.ids.front() +
                                                          "\", with or without suffix",
                                              .found = pictures.front().lexically_relative(folder).string()});
    }
    if (dataset.images.thumbnails == nullptr)
        dataset.images.thumbnails = thumbnails_from_files(paths);
    dataset.images.paths = std::move(paths);
    return {std::move(dataset), matched};
}

} // namespace stratoscope::images
