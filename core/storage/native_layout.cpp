#include "core/storage/hdf5_layouts_internal.h"
#include "core/storage/hdf5_rows_internal.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::storage {
namespace {

using hdf5::File;
using hdf5::Handle;

constexpr double highest_index = 1e6;
constexpr std::size_t most_statistics = std::size_t{1} << 28; // they are read at once: 1 GiB

/// Runs a part that may be missing or bad without losing the rest of the file.
template <class Part>
void or_warn(std::vector<Warning>& warnings, const char* code, Part part) {
    try {
        part();
    } catch (const Error& error) {
        warnings.push_back({code, "", std::string(error.what())});
    }
}

/// The object of that name, not valid where the file has none. Throws Error(bad_data) where it has one that
/// can't be opened: what is damaged is not taken for absent.
Handle part_of(const File& file, hid_t group, const std::string& name) {
    Handle part = hdf5::open_object(group, name);
    const std::string reason = part ? std::string() : hdf5::last_error();
    if (!part && hdf5::has_link(group, name))
        throw Error(ErrorKind::bad_data, {.what = "a part of the file can't be opened",
                                          .where = file.where(name),
                                          .found = reason,
                                          .advice = "The file is damaged there; write or copy it again"});
    return part;
}

void read_labels(const File& file, hid_t group, FileContents& out) {
    ImageSet& images = out.images;
    if (const Handle labels = part_of(file, group, "labels")) {
        images.labels = hdf5::read_integers(labels.get(), file, "/images/labels");
        if (!images.ids.empty() && images.labels.size() != images.ids.size()) {
            out.warnings.push_back({"labels_left_out", "",
                                    "/images/labels has " + std::to_string(images.labels.size()) +
                                        " entries for " + std::to_string(images.ids.size()) +
                                        " images; it is not used"});
            images.labels.clear();
        }
    }
    if (const Handle names = part_of(file, group, "label_names"))
        images.label_names = hdf5::read_strings(names.get(), file, "/images/label_names");
}

void read_paths(const File& file, hid_t group, FileContents& out) {
    const Handle dataset = part_of(file, group, "paths");
    if (!dataset)
        return;
    const std::vector<std::string> texts = hdf5::read_strings(dataset.get(), file, "/images/paths");
    if (!out.images.ids.empty() && texts.size() != out.images.ids.size())
        throw Error(ErrorKind::bad_data,
                    {.what = "the number of paths is not that of the images; they are not used",
                     .where = file.where("/images/paths"),
                     .expected = std::to_string(out.images.ids.size()),
                     .found = std::to_string(texts.size())});
    const std::filesystem::path folder = std::filesystem::absolute(file.path()).parent_path();
    for (const std::string& text : texts)
        out.images.paths.push_back(text.empty() ? std::filesystem::path()
                                                : (folder / text).lexically_normal());
}

void read_thumbnails(const std::shared_ptr<const File>& file, hid_t group, FileContents& out) {
    const Handle dataset = part_of(*file, group, "thumbnails");
    if (!dataset)
        return;
    const hdf5::DatasetInfo info = hdf5::describe(dataset.get(), *file);
    std::string problem = info.unreadable;
    if (problem.empty() &&
        (info.shape.size() != 4 || info.shape[3] != 3 || info.type != H5T_INTEGER || info.element_bytes != 1))
        problem = "is not N × height × width × 3 of uint8";
    if (problem.empty() && info.shape[1] * info.shape[2] > (std::size_t{1} << 24))
        problem = "holds pictures too large for thumbnails";
    if (problem.empty() && !out.images.ids.empty() && info.rows() != out.images.ids.size())
        problem = "has " + std::to_string(info.rows()) + " pictures for " +
                  std::to_string(out.images.ids.size()) + " images";
    if (!problem.empty()) {
        out.warnings.push_back(
            {"thumbnails_left_out", "", "/images/thumbnails " + problem + "; it is not used"});
        return;
    }
    out.images.thumbnails = hdf5::thumbnails_of(file, "/images/thumbnails", info);
}

void read_statistics(const std::shared_ptr<const File>& file, hid_t group, FileContents& out) {
    const Handle dataset = part_of(*file, group, "statistics");
    if (!dataset)
        return;
    const hdf5::DatasetInfo info = hdf5::describe(dataset.get(), *file);
    std::string problem = info.unreadable;
    if (problem.empty() && (info.shape.size() != 2 || info.type == H5T_STRING))
        problem = "is not a table of numbers, one row an image";
    if (problem.empty() && info.shape[0] * info.shape[1] > most_statistics)
        problem = "has more than " + std::to_string(most_statistics) + " values";
    if (problem.empty() && !out.images.ids.empty() && info.rows() != out.images.ids.size())
        problem = "has " + std::to_string(info.rows()) + " rows for " +
                  std::to_string(out.images.ids.size()) + " images";
    if (!problem.empty()) {
        out.warnings.push_back(
            {"statistics_left_out", "", "/images/statistics " + problem + "; it is not used"});
        return;
    }
    ImageStatistics statistics;
    statistics.names = hdf5::strings_attribute(dataset.get(), "names");
    statistics.names.resize(std::min(statistics.names.size(), info.shape[1]));
    for (std::size_t s = statistics.names.size(); s < info.shape[1]; ++s)
        statistics.names.push_back("statistic " + std::to_string(s + 1));
    statistics.values = Matrix<float>(info.shape[0], info.shape[1]);
    hdf5::rows_of(file, "/images/statistics", info)->read(0, statistics.values.view());
    out.images.statistics = std::move(statistics);
}

void read_images(const std::shared_ptr<const File>& file, FileContents& out) {
    // Without the right ids nothing can be matched: damage to them is an error, all else below a warning.
    const Handle group = part_of(*file, file->id(), "images");
    if (!group || !hdf5::is_group(group.get()))
        return;
    if (hdf5::has_link(group.get(), "ids")) {
        const Handle ids = hdf5::open_object(group.get(), "ids");
        if (!ids || !hdf5::is_dataset(ids.get()))
            throw Error(ErrorKind::bad_data, {.what = "the image ids can't be read",
                                              .where = file->where("/images/ids"),
                                              .expected = "one string an image"});
        out.images.ids = hdf5::read_strings(ids.get(), *file, "/images/ids");
    }
    or_warn(out.warnings, "labels_left_out", [&] { read_labels(*file, group.get(), out); });
    or_warn(out.warnings, "paths_left_out", [&] { read_paths(*file, group.get(), out); });
    or_warn(out.warnings, "thumbnails_left_out", [&] { read_thumbnails(file, group.get(), out); });
    or_warn(out.warnings, "statistics_left_out", [&] { read_statistics(file, group.get(), out); });
}

FoundLayer read_layer(const std::shared_ptr<const File>& file, const std::string& model, hid_t dataset,
                      const std::string& name, const std::string& path, const OpenOptions& options,
                      std::vector<Warning>& warnings) {
    FoundLayer found;
    found.layer.name = name;
    found.layer.module = hdf5::string_attribute(dataset, "module").value_or("");
    found.layer.pooling = hdf5::string_attribute(dataset, "pooling").value_or("");
    for (const double n : hdf5::numbers_attribute(dataset, "shape"))
        if (n >= 1 && n < 1e9)
            found.layer.shape.push_back(static_cast<std::size_t>(n));
    const auto index = hdf5::number_attribute(dataset, "index");
    found.has_index = index && *index >= 0 && *index <= highest_index && *index == std::floor(*index);
    if (found.has_index)
        found.layer.index = static_cast<std::size_t>(*index);
    else if (index)
        warnings.push_back({"bad_index", model + "/" + name,
                            "its index is not a whole number of 0 or more; its place in the file is used"});
    const auto depth = hdf5::number_attribute(dataset, "depth");
    found.has_depth = depth.has_value();
    found.layer.depth = depth.value_or(0.0);
    set_rows(found.layer, foreign_dataset(file, path, {}, hdf5::describe(dataset, *file)), model, options,
             warnings);
    return found;
}

FoundModel read_model(const std::shared_ptr<const File>& file, hid_t group, const std::string& name,
                      const OpenOptions& options, std::vector<Warning>& warnings, const Task& task) {
    FoundModel found;
    Model& model = found.model;
    model.name = name;
    const auto text = [&](const char* key) { return hdf5::string_attribute(group, key).value_or(""); };
    model.title = hdf5::string_attribute(group, "title").value_or(name);
    model.family = text("family");
    model.objective = text("objective");
    model.source = text("source");
    model.preprocessing = text("preprocessing");
    const Handle layers = hdf5::open_object(group, "layers");
    if (!layers || !hdf5::is_group(layers.get())) {
        warnings.push_back({"passed_over", name, "the model has no group \"layers\"; it is passed over"});
        return found;
    }
    for (const hdf5::Link& link : hdf5::links_of(layers.get())) {
        task.check();
        const std::string path = "/models/" + name + "/layers/" + link.name;
        const Handle object = link.external ? Handle() : hdf5::open_object(layers.get(), link.name);
        if (object && hdf5::is_dataset(object.get()))
            found.layers.push_back(read_layer(file, name, object.get(), link.name, path, options, warnings));
        else
            warnings.push_back({"passed_over", name + "/" + link.name,
                                object ? "it is not a dataset; it is passed over"
                                       : "it leads to another file or to nothing; it is passed over"});
    }
    return found;
}

} // namespace

bool has_native_layout(const File& file) {
    const auto format = hdf5::string_attribute(file.id(), "format");
    if (format == "stratoscope-activations") {
        const double version = hdf5::number_attribute(file.id(), "version").value_or(1.0);
        if (version > 1.0)
            throw Error(ErrorKind::bad_data,
                        {.what = "the file was written by a newer version of Stratoscope",
                         .where = file.path().string(),
                         .expected = "format version 1",
                         .found = std::to_string(static_cast<long long>(version)),
                         .advice = "Update this program"});
        return true;
    }
    if (format == "stratoscope-results")
        throw Error(ErrorKind::bad_data, {.what = "this is a file of results, not of activations",
                                          .where = file.path().string(),
                                          .advice = "Open the activations it was computed from"});
    const Handle models = hdf5::open_object(file.id(), "/models");
    if (!models || !hdf5::is_group(models.get()))
        return false;
    return std::ranges::any_of(hdf5::links_of(models.get()), [&](const hdf5::Link& link) {
        const Handle model = link.external ? Handle() : hdf5::open_object(models.get(), link.name);
        return model && hdf5::is_group(model.get()) && hdf5::has_link(model.get(), "layers");
    });
}

FileContents read_native_layout(const std::shared_ptr<const File>& file, const OpenOptions& options,
                                const Task& task) {
    FileContents out;
    out.path = file->path();
    read_images(file, out);
    const Handle models = hdf5::open_object(file->id(), "/models");
    if (!models || !hdf5::is_group(models.get()))
        return out;
    for (const hdf5::Link& link : hdf5::links_of(models.get())) {
        task.check();
        const Handle model = link.external ? Handle() : hdf5::open_object(models.get(), link.name);
        if (model && hdf5::is_group(model.get()))
            out.models.push_back(read_model(file, model.get(), link.name, options, out.warnings, task));
        else
            out.warnings.push_back({"passed_over", link.name,
                                    "/models/" + link.name + " is not a group of layers; it is passed over"});
    }
    return out;
}

} // namespace stratoscope::storage
