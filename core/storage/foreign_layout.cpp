#include "core/base/error.h"
#include "core/storage/foreign_dataset_internal.h"
#include "core/storage/pooling_internal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

namespace stratoscope::storage {
namespace {

using Kind = ForeignDataset::Kind;

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

bool is_picture(const ForeignDataset& found) {
    constexpr std::size_t largest_side = 4096;
    const auto& shape = found.shape;
    return found.kind == Kind::integers && found.element_bytes == 1 && shape.size() == 4 && shape[3] == 3 &&
           shape[1] <= largest_side && shape[2] <= largest_side &&
           shape[1] * shape[2] <= (std::size_t{1} << 20) &&
           is_one_of(found.parts.back(),
                     std::array{"images", "image", "thumbnails", "thumbs", "pictures", "stimuli", "x"});
}

/// What is not a layer: ids, labels and pictures taken, the rest named. True when it was one of these.
class Facts {
  public:
    explicit Facts(FileContents& out) : out_(out) {}

    bool take(const ForeignDataset& found) {
        if (found.unreadable.empty() && found.shape.size() == 1 && take_column(found))
            return true;
        if (found.unreadable.empty() && is_picture(found) && !out_.images.thumbnails) {
            out_.images.thumbnails = found.thumbnails();
            pictures_ = found.n();
            say(found, "was taken for the pictures themselves and is shown as thumbnails");
            return true;
        }
        if (!found.unreadable.empty() && found.shape.size() < 2) {
            say(found, found.unreadable + "; it is passed over");
            return true;
        }
        if (found.shape.size() < 2 || found.kind == Kind::texts) {
            say(found, found.kind == Kind::texts ? "holds text, not numbers; it is passed over"
                       : found.shape.empty()     ? "is a single number, so it is no layer; it is passed over"
                                                 : "has one dimension, so it is no layer; it is passed over");
            return true;
        }
        return false;
    }

    void look_in(const std::filesystem::path& folder) {
        if (const std::filesystem::path list = take_lists_beside(folder, out_); !list.empty())
            id_path_ = list.string();
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
    bool take_column(const ForeignDataset& found) {
        try {
            if (is_id_name(found.parts.back()) && out_.images.ids.empty() && found.kind != Kind::reals) {
                out_.images.ids = found.texts();
                id_path_ = found.path();
                say(found, "was taken for the image ids");
                return true;
            }
            if (is_label_name(found.parts.back()) && out_.images.labels.empty()) {
                if (found.kind == Kind::integers)
                    out_.images.labels = found.integers();
                else if (found.kind == Kind::texts)
                    set_text_labels(out_.images, found.texts());
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

    void say(const ForeignDataset& found, const std::string& what) {
        warn("passed_over", found.path() + " " + what);
    }
    void warn(const char* code, std::string text) { out_.warnings.push_back({code, "", std::move(text)}); }

    FileContents& out_;
    std::string id_path_;
    std::size_t pictures_ = 0;
};

/// "activations/resnet/layer1/output" and its like: a leading folder that all share, and a last name that all
/// share, tell nothing.
std::vector<std::vector<std::string>> names_of(const std::vector<ForeignDataset>& layers) {
    std::vector<std::vector<std::string>> names;
    for (const ForeignDataset& found : layers)
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
    // thingsvision's <module>/features.npy: the folders are the layers.
    if (!names.empty() &&
        std::ranges::all_of(names, [](const auto& n) { return n.size() == 2 && n.back() == "features"; }))
        for (auto& name : names)
            name.pop_back();
    return names;
}

std::string joined(const std::vector<std::string>& parts, std::size_t first) {
    std::string text;
    for (std::size_t i = first; i < parts.size(); ++i)
        text += (i == first ? "" : ".") + parts[i];
    return text;
}

/// Most datasets share N: those that don't become unusable layers, and images are counted by the others.
std::size_t usual_rows(const std::vector<ForeignDataset>& layers) {
    std::map<std::size_t, std::size_t> count;
    for (const ForeignDataset& found : layers)
        if (found.unreadable.empty())
            ++count[found.n()];
    std::size_t rows = 0;
    std::size_t most = 0;
    for (const auto& [n, layers_with] : count)
        if (layers_with >= most) {
            rows = n;
            most = layers_with;
        }
    return rows;
}

/// The name of the model whose layers lie at the top: that of the file, or of its folder where the file's
/// says nothing.
std::string name_of_the_whole(const std::filesystem::path& path) {
    std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
    if (!whole.has_filename()) // "folder/"
        whole = whole.parent_path();
    std::error_code ignored;
    if (std::filesystem::is_directory(whole, ignored))
        return whole.filename().string();
    const std::string stem = whole.stem().string();
    const std::string folder = whole.parent_path().filename().string();
    return stem == "features" && !folder.empty() ? folder : stem;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "block2.conv1" is "block#.conv#".
std::string without_numbers(const std::string& name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (!is_digit(name[i]))
            out += name[i];
        else if (i == 0 || !is_digit(name[i - 1]))
            out += '#';
    return out;
}

/// "block2.conv1" as far as its first number.
std::string first_number(const std::string& name) {
    const auto number = std::ranges::find_if(name, is_digit);
    return {name.begin(), std::find_if_not(number, name.end(), is_digit)};
}

/// Whether the layers' names tell their order: alike but for numbers, or begun alike with a number each of
/// its own. "conv1, fc, layer1" are neither, and the sorted names say nothing of what is computed first.
bool numbered(const FoundModel& model) {
    std::set<std::string> kinds;
    std::set<std::string> beginnings;
    std::set<std::string> numbers;
    for (const FoundLayer& found : model.layers) {
        const std::string begin = first_number(found.layer.name);
        kinds.insert(without_numbers(found.layer.name));
        beginnings.insert(without_numbers(begin));
        numbers.insert(begin);
    }
    return kinds.size() <= 1 || (beginnings.size() == 1 && beginnings.begin()->ends_with('#') &&
                                 numbers.size() == model.layers.size());
}

Warning guessed_order(const FoundModel& model) {
    constexpr std::size_t most_named = 4;
    std::string names;
    for (std::size_t i = 0; i < std::min(most_named, model.layers.size()); ++i)
        names += (i == 0 ? "" : ", ") + model.layers[i].layer.name;
    return {
        "guessed_order", model.model.name,
        "the order of its layers is guessed from their names (" + names +
            (model.layers.size() > most_named ? ", …" : "") +
            "), which are not all numbered alike; to set it, number them (00_…, 01_…), or in HDF5 give each "
            "dataset an attribute \"index\" (0, 1, …)"};
}

} // namespace

std::string ForeignDataset::path() const {
    std::string text;
    for (const std::string& part : parts)
        text += "/" + part;
    return text;
}

void take_foreign_layout(FileContents& out, std::vector<ForeignDataset> datasets,
                         const std::vector<std::filesystem::path>& folders, const OpenOptions& options,
                         const Task& task) {
    Facts facts(out);
    std::erase_if(datasets, [&](const ForeignDataset& one) { return facts.take(one); });
    for (const std::filesystem::path& folder : folders)
        facts.look_in(folder);
    facts.settle(usual_rows(datasets));

    const std::vector<std::vector<std::string>> names = names_of(datasets);
    const std::string root_model = name_of_the_whole(out.path);
    std::set<std::string> guessed; // models of which some layers stand where their names put them
    for (std::size_t i = 0; i < datasets.size(); ++i) {
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
        layer.layer.module = layer.layer.name;
        set_rows(layer.layer, datasets[i], model, options, out.warnings);
        layer.has_index = datasets[i].index && *datasets[i].index <= most_datasets;
        layer.layer.index = layer.has_index ? static_cast<std::size_t>(*datasets[i].index) : 0;
        if (!layer.has_index && datasets[i].placed_by_name)
            guessed.insert(model);
        at->layers.push_back(std::move(layer));
    }
    for (const FoundModel& found : out.models)
        if (guessed.contains(found.model.name) && !numbered(found))
            out.warnings.push_back(guessed_order(found));
}

void set_rows(Layer& layer, const ForeignDataset& dataset, const std::string& model,
              const OpenOptions& options, std::vector<Warning>& warnings) {
    layer.unusable = dataset.unreadable;
    if (layer.unusable.empty() && dataset.kind == Kind::texts)
        layer.unusable = "holds text, not numbers";
    if (layer.unusable.empty() && (dataset.shape.size() < 2 || dataset.shape.size() > 4))
        layer.unusable = "has " + std::to_string(dataset.shape.size()) +
                         " dimensions; a layer has 2 (N × D), 3 (N × tokens × D) or 4 (N × C × H × W)";
    if (!layer.unusable.empty())
        return;
    if (dataset.shape.size() == 2) {
        layer.rows = dataset.rows(false);
        return;
    }
    layer.shape.assign(dataset.shape.begin() + 1, dataset.shape.end());
    const Pooling asked = pooling_named(options.pooling);
    const Pooling pooling = applicable_pooling(asked, layer.shape);
    if (pooling != asked)
        warnings.push_back({"pooling_replaced", model + "/" + layer.name,
                            std::string(name_of(asked)) + " can't be applied to " +
                                (layer.shape.size() == 2 ? "tokens" : "places of a picture") + "; " +
                                name_of(pooling) + " is used"});
    const auto rows = dataset.rows(pooling == Pooling::cls);
    layer.rows =
        pooling == Pooling::cls || pooling == Pooling::flatten ? rows : pooled(rows, layer.shape, pooling);
    layer.pooling = name_of(pooling);
    layer.pooled_on_reading = true;
}

void set_text_labels(ImageSet& images, const std::vector<std::string>& texts) {
    std::map<std::string, std::int64_t> number;
    for (const std::string& text : texts)
        number.emplace(text, 0);
    std::int64_t next = 0;
    images.label_names.clear();
    images.labels.clear();
    for (auto& [text, n] : number) {
        n = next++;
        images.label_names.push_back(text);
    }
    for (const std::string& text : texts)
        images.labels.push_back(number.at(text));
}

} // namespace stratoscope::storage
