#include "core/storage/hdf5_layouts_internal.h"
#include "core/storage/hdf5_rows_internal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

namespace stratoscope::storage {
namespace {

using hdf5::File;
using hdf5::Handle;

// No file of activations is deeper or has more in it; one that claims so is damaged.
constexpr std::size_t deepest = 16;
constexpr std::size_t most_objects = 20000;

struct Found {
    std::vector<std::string> parts; ///< of the path
    hdf5::DatasetInfo info;
    [[nodiscard]] std::string path() const {
        std::string text;
        for (const std::string& part : parts)
            text += "/" + part;
        return text;
    }
};

class Walk {
  public:
    Walk(const File& file, const Task& task, std::vector<Warning>& warnings)
        : file_(file), task_(task), warnings_(warnings) {}

    [[nodiscard]] std::vector<Found> all() {
        visit(hdf5::open_object(file_.id(), "/"), {});
        return std::move(found_);
    }

  private:
    void pass_over(const std::vector<std::string>& parts, const std::string& why) {
        warnings_.push_back({"passed_over", "",
                             Found{.parts = parts, .info = {}}.path() + " " + why + "; it is passed over"});
    }

    void visit(const Handle& group, std::vector<std::string> parts) {
        if (!group || parts.size() > deepest || !is_new(group))
            return;
        for (const hdf5::Link& link : hdf5::links_of(group.get())) {
            task_.check();
            if (++objects_ > most_objects)
                return;
            parts.push_back(link.name);
            const Handle object = link.external ? Handle() : hdf5::open_object(group.get(), link.name);
            if (!object)
                pass_over(parts, "leads to another file or to nothing");
            else if (hdf5::is_group(object.get()))
                visit(object, parts);
            else if (hdf5::is_dataset(object.get()) && is_new(object))
                found_.push_back({.parts = parts, .info = hdf5::describe(object.get(), file_)});
            parts.pop_back();
        }
    }

    /// A file may link a group to itself, or one dataset from several places: the first place counts.
    bool is_new(const Handle& object) {
        const auto held = hdf5::lock();
        H5O_info_t info;
        return H5Oget_info2(object.get(), &info, H5O_INFO_BASIC) < 0 || seen_.insert(info.addr).second;
    }

    const File& file_;
    const Task& task_;
    std::vector<Warning>& warnings_;
    std::vector<Found> found_;
    std::set<haddr_t> seen_;
    std::size_t objects_ = 0;
};

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

template <std::size_t n>
bool is_one_of(const std::string& name, const std::array<const char*, n>& names) {
    return std::ranges::any_of(names, [low = lower(name)](const char* other) { return low == other; });
}

bool is_id_name(const std::string& name) {
    return is_one_of(name, std::array{"ids", "id", "image_ids", "image_id", "names", "image_names",
                                      "filenames", "file_names", "files", "paths", "image_paths", "keys",
                                      "stimuli", "stimulus_ids"});
}

bool is_label_name(const std::string& name) {
    return is_one_of(name, std::array{"labels", "label", "targets", "target", "y", "classes", "class_ids"});
}

bool is_picture(const Found& found) {
    const auto& shape = found.info.shape;
    return found.info.type == H5T_INTEGER && found.info.element_bytes == 1 && shape.size() == 4 &&
           shape[3] == 3 && shape[1] * shape[2] <= (std::size_t{1} << 20) &&
           is_one_of(found.parts.back(),
                     std::array{"images", "image", "thumbnails", "thumbs", "pictures", "stimuli", "x"});
}

/// What is not a layer: ids, labels and pictures taken, the rest named. True when it was one of these.
class Facts {
  public:
    Facts(const std::shared_ptr<const File>& file, FileContents& out) : file_(file), out_(out) {}

    bool take(const Found& found) {
        const auto& info = found.info;
        if (info.unreadable.empty() && info.shape.size() == 1 && take_column(found))
            return true;
        if (info.unreadable.empty() && is_picture(found) && !out_.images.thumbnails) {
            out_.images.thumbnails = hdf5::thumbnails_of(file_, found.path(), info);
            pictures_ = info.rows();
            say(found, "was taken for the pictures themselves and is shown as thumbnails");
            return true;
        }
        if (!info.unreadable.empty() && info.shape.size() < 2) {
            say(found, info.unreadable + "; it is passed over");
            return true;
        }
        if (info.shape.size() < 2 || info.type == H5T_STRING) {
            say(found, info.type == H5T_STRING ? "holds text, not numbers; it is passed over"
                                               : "has one dimension, so it is no layer; it is passed over");
            return true;
        }
        return false;
    }

    /// Ids and pictures only count when there is one for each of the n images.
    void settle(std::size_t n) {
        if (!out_.images.ids.empty() && out_.images.ids.size() != n) {
            warn("ids_left_out", id_path_ + " has " + std::to_string(out_.images.ids.size()) +
                                     " entries for " + std::to_string(n) + " images; it is not used");
            out_.images.ids.clear();
        }
        if (std::set<std::string>(out_.images.ids.begin(), out_.images.ids.end()).size() !=
            out_.images.ids.size()) {
            warn("ids_left_out", id_path_ + " does not name each image differently, so it can't be the ids; "
                                            "positions are used");
            out_.images.ids.clear();
        }
        if (out_.images.thumbnails && pictures_ != n)
            out_.images.thumbnails = nullptr;
    }

  private:
    bool take_column(const Found& found) {
        const std::string path = found.path();
        const Handle dataset = hdf5::open_object(file_->id(), path);
        const bool texts = found.info.type == H5T_STRING;
        try {
            if (is_id_name(found.parts.back()) && out_.images.ids.empty() &&
                (texts || found.info.type == H5T_INTEGER)) {
                out_.images.ids = hdf5::read_strings(dataset.get(), *file_, path);
                id_path_ = path;
                say(found, "was taken for the image ids");
                return true;
            }
            if (is_label_name(found.parts.back()) && out_.images.labels.empty()) {
                if (found.info.type == H5T_INTEGER)
                    out_.images.labels = hdf5::read_integers(dataset.get(), *file_, path);
                else if (texts)
                    take_text_labels(hdf5::read_strings(dataset.get(), *file_, path));
                else
                    return false;
                say(found, "was taken for the labels");
                return true;
            }
        } catch (const Error& error) {
            warn("passed_over", error.what());
            return true;
        }
        return false;
    }

    void take_text_labels(const std::vector<std::string>& texts) {
        std::map<std::string, std::int64_t> number;
        for (const std::string& text : texts)
            number.emplace(text, 0);
        std::int64_t next = 0;
        out_.images.label_names.clear();
        for (auto& [text, n] : number) {
            n = next++;
            out_.images.label_names.push_back(text);
        }
        for (const std::string& text : texts)
            out_.images.labels.push_back(number.at(text));
    }

    void say(const Found& found, const std::string& what) { warn("passed_over", found.path() + " " + what); }
    void warn(const char* code, std::string text) { out_.warnings.push_back({code, "", std::move(text)}); }

    const std::shared_ptr<const File>& file_;
    FileContents& out_;
    std::string id_path_;
    std::size_t pictures_ = 0;
};

/// "activations/resnet/layer1/output" and its like: a leading folder that all share, and a last name that all
/// share, tell nothing.
void drop_shared_parts(std::vector<Found>& layers, std::vector<std::vector<std::string>>& names) {
    for (const Found& found : layers)
        names.push_back(found.parts);
    const auto all_deep = [&] {
        return !names.empty() && std::ranges::all_of(names, [](const auto& n) { return n.size() >= 3; });
    };
    while (all_deep() && std::ranges::all_of(names, [&](const auto& n) { return n[0] == names[0][0]; }))
        for (auto& name : names)
            name.erase(name.begin());
    if (names.size() > 1 && all_deep() &&
        std::ranges::all_of(names, [&](const auto& n) { return n.back() == names[0].back(); }))
        for (auto& name : names)
            name.pop_back();
}

std::string joined(const std::vector<std::string>& parts, std::size_t first) {
    std::string text;
    for (std::size_t i = first; i < parts.size(); ++i)
        text += (i == first ? "" : ".") + parts[i];
    return text;
}

/// Most datasets share N: those that don't become unusable layers, and images are counted by the others.
std::size_t usual_rows(const std::vector<Found>& layers) {
    std::map<std::size_t, std::size_t> count;
    for (const Found& found : layers)
        if (found.info.unreadable.empty())
            ++count[found.info.rows()];
    std::size_t rows = 0;
    std::size_t most = 0;
    for (const auto& [n, layers_with] : count)
        if (layers_with >= most) {
            rows = n;
            most = layers_with;
        }
    return rows;
}

} // namespace

FileContents read_foreign_layout(const std::shared_ptr<const File>& file, const OpenOptions& options,
                                 const Task& task) {
    FileContents out;
    out.path = file->path();
    std::vector<Found> found = Walk(*file, task, out.warnings).all();
    Facts facts(file, out);
    std::erase_if(found, [&](const Found& one) { return facts.take(one); });
    facts.settle(usual_rows(found));

    std::vector<std::vector<std::string>> names;
    drop_shared_parts(found, names);
    const std::string root_model = file->path().stem().string();
    for (std::size_t i = 0; i < found.size(); ++i) {
        task.check();
        const std::string model = names[i].size() == 1 ? root_model : names[i].front();
        auto at = std::ranges::find(out.models, model, [](const FoundModel& m) { return m.model.name; });
        if (at == out.models.end()) {
            out.models.push_back({});
            at = out.models.end() - 1;
            at->model.name = at->model.title = model;
        }
        FoundLayer layer;
        layer.layer.name = names[i].size() == 1 ? names[i].front() : joined(names[i], 1);
        layer.layer.module = joined(names[i], names[i].size() == 1 ? 0 : 1);
        set_rows(layer.layer, file, found[i].path(), found[i].info, model, options, out.warnings);
        at->layers.push_back(std::move(layer));
    }
    return out;
}

} // namespace stratoscope::storage
