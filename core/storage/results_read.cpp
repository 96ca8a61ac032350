#include "core/base/error.h"
#include "core/storage/hdf5_rows_internal.h"
#include "core/storage/results.h"

#include <algorithm>

namespace stratoscope::storage {
namespace {

using hdf5::File;
using hdf5::Handle;

/// Reads the parts of one group, naming file and part in every complaint.
class Part {
  public:
    Part(std::shared_ptr<const File> file, std::string path)
        : file_(std::move(file)), path_(std::move(path)), group_(hdf5::open_object(file_->id(), path_)) {
        if (!group_ || !hdf5::is_group(group_.get()))
            refuse(path_, "it is missing or not a group");
    }

    [[nodiscard]] hid_t id() const { return group_.get(); }
    [[nodiscard]] bool has(const std::string& name) const { return hdf5::has_link(group_.get(), name); }
    [[nodiscard]] Part inside(const std::string& name) const { return {file_, path_ + "/" + name}; }

    [[nodiscard]] std::string text(const char* name) const {
        const auto value = hdf5::string_attribute(group_.get(), name);
        if (!value)
            refuse(path_, std::string("its attribute \"") + name + "\" is missing or not a text");
        return *value;
    }
    [[nodiscard]] std::uint64_t count(const char* name) const {
        const auto value = hdf5::count_attribute(group_.get(), name);
        if (!value)
            refuse(path_, std::string("its attribute \"") + name + "\" is missing or not a whole number");
        return *value;
    }

    [[nodiscard]] std::vector<std::string> strings(const std::string& name) const {
        const Handle dataset = open(name);
        return hdf5::read_strings(dataset.get(), *file_, path_ + "/" + name);
    }
    [[nodiscard]] std::vector<std::int64_t> integers(const std::string& name) const {
        const Handle dataset = open(name);
        return hdf5::read_integers(dataset.get(), *file_, path_ + "/" + name);
    }
    /// first × (the other dimensions)
    [[nodiscard]] Matrix<double> numbers(const std::string& name, std::vector<std::size_t> shape) const {
        const Handle dataset = open(name);
        const hdf5::DatasetInfo info = hdf5::describe(dataset.get(), *file_);
        if (!info.unreadable.empty() || info.type == H5T_STRING)
            refuse(path_ + "/" + name, "it " + (info.unreadable.empty() ? "holds text" : info.unreadable));
        if (shape.front() == 0)
            shape.front() = info.rows();
        if (info.shape != shape)
            refuse(path_ + "/" + name, "its shape does not fit the layers of the comparison");
        const auto rows = hdf5::rows_of(file_, path_ + "/" + name, info);
        Matrix<double> out(rows->rows(), rows->cols());
        rows->read(0, out.view());
        return out;
    }

    [[noreturn]] void refuse(const std::string& part, std::string what) const {
        throw Error(ErrorKind::bad_data, {.what = "the results can't be read: " + std::move(what),
                                          .where = file_->where(part),
                                          .advice = "The file is damaged or was not written by Stratoscope"});
    }

  private:
    [[nodiscard]] Handle open(const std::string& name) const {
        Handle dataset = hdf5::open_object(group_.get(), name);
        if (!dataset || !hdf5::is_dataset(dataset.get()))
            refuse(path_ + "/" + name, "it is missing or not a dataset");
        return dataset;
    }

    std::shared_ptr<const File> file_;
    std::string path_;
    Handle group_;
};

std::vector<ComparedLayer> read_layers(const Part& part) {
    std::vector<ComparedLayer> layers;
    for (std::string& model : part.strings("model"))
        layers.push_back({.model = std::move(model),
                          .layer = {},
                          .model_title = {},
                          .family = {},
                          .index = 0,
                          .depth = 0.0,
                          .module = {},
                          .pooling = {}});
    const auto fill = [&](const char* name, std::string ComparedLayer::*field) {
        std::vector<std::string> texts = part.strings(name);
        if (texts.size() != layers.size())
            part.refuse(name, "its columns differ in length");
        for (std::size_t i = 0; i < texts.size(); ++i)
            layers[i].*field = std::move(texts[i]);
    };
    fill("layer", &ComparedLayer::layer);
    fill("model_title", &ComparedLayer::model_title);
    fill("family", &ComparedLayer::family);
    fill("module", &ComparedLayer::module);
    fill("pooling", &ComparedLayer::pooling);
    const std::vector<std::int64_t> index = part.integers("index");
    const Matrix<double> depth = part.numbers("depth", {layers.size()});
    if (index.size() != layers.size())
        part.refuse("index", "its columns differ in length");
    for (std::size_t i = 0; i < layers.size(); ++i) {
        layers[i].index = static_cast<std::size_t>(std::max<std::int64_t>(0, index[i]));
        layers[i].depth = depth(i, 0);
    }
    return layers;
}

std::vector<Warning> read_warnings(const Part& parent) {
    if (!parent.has("warnings"))
        return {};
    const Part part = parent.inside("warnings");
    const std::vector<std::string> codes = part.strings("code");
    const std::vector<std::string> layers = part.strings("layer");
    const std::vector<std::string> messages = part.strings("message");
    if (layers.size() != codes.size() || messages.size() != codes.size())
        part.refuse("warnings", "its columns differ in length");
    std::vector<Warning> warnings;
    for (std::size_t i = 0; i < codes.size(); ++i)
        warnings.push_back({codes[i], layers[i], messages[i]});
    return warnings;
}

Definition read_definition(const Part& part) {
    Definition definition;
    definition.measure = part.text("measure");
    definition.version = static_cast<int>(std::min<std::uint64_t>(part.count("version"), 1000000));
    definition.direction =
        part.text("direction") == name_of(Direction::directed) ? Direction::directed : Direction::symmetric;
    definition.sense = part.text("sense") == name_of(Sense::distance) ? Sense::distance : Sense::similarity;
    if (const auto k = hdf5::count_attribute(part.id(), "k"))
        definition.k = *k;
    const std::string distance = part.text("distance");
    const auto known = distance_named(distance);
    if (!known)
        part.refuse("distance", "there is no distance \"" + distance + "\"");
    definition.distance = *known;
    definition.pooling = part.text("pooling");
    definition.images = part.count("images");
    if (const auto subset = hdf5::count_attribute(part.id(), "subset"))
        definition.subset = *subset;
    definition.seed = part.count("seed");
    definition.error_subsets = part.count("error_subsets");
    definition.repeats = hdf5::count_attribute(part.id(), "repeats").value_or(0);
    definition.shuffles = hdf5::count_attribute(part.id(), "shuffles").value_or(0);
    definition.bandwidth = hdf5::number_attribute(part.id(), "bandwidth");
    return definition;
}

Comparison read_comparison(const Part& part) {
    Comparison comparison;
    comparison.definition = read_definition(part);
    comparison.rechecks = part.count("rechecks");
    comparison.rows = read_layers(part.inside("rows"));
    comparison.columns = read_layers(part.inside("columns"));
    const std::vector<std::size_t> shape{comparison.rows.size(), comparison.columns.size()};
    comparison.value = part.numbers("value", shape);
    const auto optional = [&](const char* name) {
        return part.has(name) ? part.numbers(name, shape) : Matrix<double>();
    };
    comparison.standard_error = optional("standard_error");
    comparison.floor = optional("floor");
    comparison.null_value = optional("null");
    comparison.shuffled_null = optional("shuffled_null");
    comparison.shuffled_deviation = optional("shuffled_deviation");
    if (part.has("subset_values")) {
        const Matrix<double> all = part.numbers("subset_values", {0, shape[0], shape[1]});
        for (std::size_t s = 0; s < all.rows(); ++s) {
            Matrix<double> one(shape[0], shape[1]);
            std::ranges::copy(all.row(s), one.data());
            comparison.subset_values.push_back(std::move(one));
        }
    }
    comparison.warnings = read_warnings(part);
    return comparison;
}

} // namespace

Results read_results(const std::filesystem::path& path) {
    const auto file = File::open(path);
    const auto format = hdf5::string_attribute(file->id(), "format");
    if (format != "stratoscope-results")
        throw Error(ErrorKind::bad_data,
                    {.what = "this is not a file of results",
                     .where = path.string(),
                     .expected = "a file written by `compare -o`",
                     .found = format ? "the format \"" + *format + "\"" : "no named format"});
    const Part root(file, "/");
    if (const std::uint64_t version = root.count("version"); version > 1)
        throw Error(ErrorKind::bad_data,
                    {.what = "the results were written by a newer version of Stratoscope",
                     .where = path.string(),
                     .expected = "format version 1",
                     .found = std::to_string(version),
                     .advice = "Update this program"});
    Results results;
    ResultContext& context = results.context;
    context.software = root.text("software");
    context.seed = root.count("seed");
    context.started = root.text("started");
    context.finished = root.text("finished");
    const std::vector<std::string> inputs = hdf5::strings_attribute(file->id(), "inputs");
    std::vector<std::string> hashes = hdf5::strings_attribute(file->id(), "inputs_sha256");
    hashes.resize(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i)
        context.inputs.push_back({.path = inputs[i], .sha256 = hashes[i]});
    context.warnings = read_warnings(root);
    const Handle comparisons = hdf5::open_object(file->id(), "comparisons");
    if (!comparisons || !hdf5::is_group(comparisons.get()))
        root.refuse("comparisons", "it is missing");
    for (const hdf5::Link& link : hdf5::links_of(comparisons.get())) {
        const Part part(file, "/comparisons/" + link.name);
        results.comparisons.push_back(read_comparison(part));
        const std::string& measure = results.comparisons.back().definition.measure;
        const auto known = [&](const auto& pair) { return pair.first == measure; };
        if (const auto text = hdf5::string_attribute(part.id(), "definition");
            text && std::ranges::none_of(context.definitions, known))
            context.definitions.emplace_back(measure, *text);
    }
    return results;
}

} // namespace stratoscope::storage
