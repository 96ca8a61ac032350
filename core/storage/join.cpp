#include "core/base/error.h"
#include "core/storage/file_contents_internal.h"
#include "core/storage/mapped_rows_internal.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace stratoscope::storage {
namespace {

std::string name_of(const Dataset& part) {
    return part.inputs.front().path.filename().string();
}

/// For each image kept, its place in each part: kept[p][i].
using Places = std::vector<std::vector<std::size_t>>;

Places by_position(const std::vector<Dataset>& parts) {
    Places places;
    for (const Dataset& part : parts) {
        if (part.images.size() != parts.front().images.size())
            throw Error(ErrorKind::bad_data,
                        {.what = "the files can't be joined by position: they differ in the number of images",
                         .where = part.inputs.front().path.string(),
                         .expected = std::to_string(parts.front().images.size()) + ", as in " +
                                     name_of(parts.front()),
                         .found = std::to_string(part.images.size())});
        std::vector<std::size_t> same(part.images.size());
        for (std::size_t i = 0; i < same.size(); ++i)
            same[i] = i;
        places.push_back(std::move(same));
    }
    return places;
}

Places by_id(const std::vector<Dataset>& parts) {
    std::vector<std::unordered_map<std::string_view, std::size_t>> place_of(parts.size());
    for (std::size_t p = 1; p < parts.size(); ++p)
        for (std::size_t i = 0; i < parts[p].images.size(); ++i)
            place_of[p].emplace(parts[p].images.ids[i], i);
    Places places(parts.size());
    std::vector<std::size_t> at(parts.size());
    for (std::size_t i = 0; i < parts.front().images.size(); ++i) {
        at[0] = i;
        bool everywhere = true;
        for (std::size_t p = 1; p < parts.size() && everywhere; ++p) {
            const auto found = place_of[p].find(parts.front().images.ids[i]);
            everywhere = found != place_of[p].end();
            if (everywhere)
                at[p] = found->second;
        }
        if (everywhere)
            for (std::size_t p = 0; p < parts.size(); ++p)
                places[p].push_back(at[p]);
    }
    return places;
}

bool rising_by_one(const std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < places.size(); ++i)
        if (places[i] != i)
            return false;
    return true;
}

template <class T>
std::vector<T> taken(const std::vector<T>& all, const std::vector<std::size_t>& places) {
    std::vector<T> out;
    if (all.empty())
        return out;
    out.reserve(places.size());
    for (const std::size_t place : places)
        out.push_back(all[place]);
    return out;
}

class MappedThumbnails final : public ThumbnailSource {
  public:
    MappedThumbnails(std::shared_ptr<const ThumbnailSource> all, std::vector<std::size_t> places)
        : all_(std::move(all)), places_(std::move(places)) {}
    [[nodiscard]] Thumbnail read(std::size_t image) const override {
        return image < places_.size() ? all_->read(places_[image]) : Thumbnail{};
    }

  private:
    std::shared_ptr<const ThumbnailSource> all_;
    std::vector<std::size_t> places_;
};

/// The images' own facts from the first file that has them.
void take_facts(ImageSet& into, const ImageSet& from, const std::vector<std::size_t>& places) {
    if (into.labels.empty()) {
        into.labels = taken(from.labels, places);
        if (!into.labels.empty())
            into.label_names = from.label_names;
    }
    if (into.paths.empty())
        into.paths = taken(from.paths, places);
    if (!into.thumbnails && from.thumbnails)
        into.thumbnails = std::make_shared<MappedThumbnails>(from.thumbnails, places);
    if (into.statistics.empty() && !from.statistics.empty()) {
        into.statistics.names = from.statistics.names;
        into.statistics.values = Matrix<float>(places.size(), from.statistics.values.cols());
        for (std::size_t i = 0; i < places.size(); ++i)
            std::ranges::copy(from.statistics.values.row(places[i]), into.statistics.values.row(i).begin());
    }
}

/// "vit" of a second file becomes "vit (b)", b being the file's name without its ending, or "vit (b 2)".
std::string distinct_name(const std::string& name, const std::filesystem::path& path,
                          const std::set<std::string>& taken_names) {
    if (!taken_names.contains(name))
        return name;
    std::string stem = path.stem().string();
    for (std::size_t n = 2;; ++n) {
        std::string candidate = name;
        candidate.append(" (").append(stem).append(")");
        if (!taken_names.contains(candidate))
            return candidate;
        stem = path.stem().string().append(" ").append(std::to_string(n));
    }
}

void say_who_was_left_out(Dataset& joined, const std::vector<Dataset>& parts) {
    std::string counts;
    for (const Dataset& part : parts)
        if (const std::size_t out = part.images.size() - joined.images.size(); out != 0)
            counts += (counts.empty() ? "" : ", ") + std::to_string(out) + " of " +
                      std::to_string(part.images.size()) + " in " + name_of(part);
    if (!counts.empty())
        joined.warnings.push_back({"images_left_out", "",
                                   "images that are not in every file are left out: " + counts + "; " +
                                       std::to_string(joined.images.size()) + " remain"});
}

} // namespace

Dataset join(std::vector<Dataset> parts, const OpenOptions& options) {
    const auto without_ids =
        std::ranges::find_if(parts, [](const Dataset& part) { return part.images.ids_are_positions; });
    if (without_ids != parts.end() && !options.join_by_position)
        throw Error(ErrorKind::bad_data,
                    {.what = "the files can't be joined: this one has no image ids",
                     .where = without_ids->inputs.front().path.string(),
                     .expected = "/images/ids in every file",
                     .advice = "Add ids, or join row by row (--join position) if the images are the same in "
                               "the same order"});
    const bool positions = without_ids != parts.end();
    const Places places = positions ? by_position(parts) : by_id(parts);
    if (places.front().empty())
        throw Error(ErrorKind::bad_data, {.what = "the files have no image in common",
                                          .where = name_of(parts[0]) + " and " + name_of(parts[1]),
                                          .found = "ids such as \"" + parts[0].images.ids.front() +
                                                   "\" and \"" + parts[1].images.ids.front() + "\"",
                                          .advice = "Give an image the same id in every file"});
    Dataset joined;
    const auto named =
        std::ranges::find_if(parts, [](const Dataset& part) { return !part.images.ids_are_positions; });
    const std::size_t p_named = named == parts.end() ? 0 : static_cast<std::size_t>(named - parts.begin());
    joined.images.ids = taken(parts[p_named].images.ids, places[p_named]);
    joined.images.ids_are_positions = named == parts.end();
    say_who_was_left_out(joined, parts);
    std::set<std::string> names;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        Dataset& part = parts[p];
        take_facts(joined.images, part.images, places[p]);
        const bool as_it_is = rising_by_one(places[p]) && places[p].size() == part.images.size();
        const auto shared_places =
            as_it_is ? nullptr : std::make_shared<const std::vector<std::size_t>>(places[p]);
        if (shared_places && std::ranges::is_sorted(places[p]) == false)
            joined.warnings.push_back(
                {"order_differs", "",
                 "the images are in another order in " + name_of(part) + "; its rows are matched by id"});
        for (Model& model : part.models) {
            const std::string old_name = model.name;
            model.name = distinct_name(old_name, part.inputs.front().path, names);
            names.insert(model.name);
            if (model.name != old_name) {
                model.title = model.title == old_name
                                  ? model.name
                                  : model.title + " (" + part.inputs.front().path.stem().string() + ")";
                joined.warnings.push_back({"model_renamed", model.name,
                                           "\"" + old_name + "\" of " + name_of(part) + " is called \"" +
                                               model.name +
                                               "\" here, as another file has a model of that "
                                               "name"});
                for (Warning& warning : part.warnings)
                    if (warning.layer == old_name || warning.layer.starts_with(old_name + "/"))
                        warning.layer = model.name + warning.layer.substr(old_name.size());
            }
            if (shared_places)
                for (Layer& layer : model.layers)
                    if (layer.rows)
                        layer.rows = mapped(layer.rows, shared_places);
            joined.models.push_back(std::move(model));
        }
        joined.inputs.insert(joined.inputs.end(), part.inputs.begin(), part.inputs.end());
        joined.warnings.insert(joined.warnings.end(), part.warnings.begin(), part.warnings.end());
    }
    return joined;
}

} // namespace stratoscope::storage
