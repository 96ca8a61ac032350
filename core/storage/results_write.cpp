#include "core/base/error.h"
#include "core/storage/atomic_file_internal.h"
#include "core/storage/hdf5_writing_internal.h"
#include "core/storage/results.h"

#include <algorithm>
#include <array>

namespace stratoscope::storage {
namespace {

using hdf5::Handle;

template <class Items, class Field>
std::vector<std::string> texts_of(const Items& items, Field field) {
    std::vector<std::string> out;
    out.reserve(items.size());
    for (const auto& item : items)
        out.push_back(item.*field);
    return out;
}

/// A group of columns: h5py reads it without knowing anything of compound types.
void write_layers(hid_t parent, const char* name, const std::vector<ComparedLayer>& layers) {
    const Handle group = hdf5::create_group(parent, name);
    hdf5::write_strings(group.get(), "model", texts_of(layers, &ComparedLayer::model));
    hdf5::write_strings(group.get(), "layer", texts_of(layers, &ComparedLayer::layer));
    hdf5::write_strings(group.get(), "model_title", texts_of(layers, &ComparedLayer::model_title));
    hdf5::write_strings(group.get(), "family", texts_of(layers, &ComparedLayer::family));
    hdf5::write_strings(group.get(), "module", texts_of(layers, &ComparedLayer::module));
    hdf5::write_strings(group.get(), "pooling", texts_of(layers, &ComparedLayer::pooling));
    std::vector<std::int64_t> index;
    std::vector<double> depth;
    for (const ComparedLayer& layer : layers) {
        index.push_back(static_cast<std::int64_t>(layer.index));
        depth.push_back(layer.depth);
    }
    hdf5::write_integers(group.get(), "index", index);
    const hsize_t count = depth.size();
    hdf5::write_numbers(group.get(), "depth", std::span(&count, 1), depth);
}

void write_warnings(hid_t parent, const std::vector<Warning>& warnings) {
    if (warnings.empty())
        return;
    const Handle group = hdf5::create_group(parent, "warnings");
    hdf5::write_strings(group.get(), "code", texts_of(warnings, &Warning::code));
    hdf5::write_strings(group.get(), "layer", texts_of(warnings, &Warning::layer));
    hdf5::write_strings(group.get(), "message", texts_of(warnings, &Warning::message));
}

void write_definition(hid_t group, const Comparison& comparison, const ResultContext& context) {
    const Definition& definition = comparison.definition;
    hdf5::write_attribute(group, "measure", definition.measure);
    hdf5::write_attribute(group, "version", static_cast<std::int64_t>(definition.version));
    hdf5::write_attribute(group, "direction", name_of(definition.direction));
    hdf5::write_attribute(group, "sense", name_of(definition.sense));
    if (definition.k)
        hdf5::write_attribute(group, "k", std::uint64_t{*definition.k});
    hdf5::write_attribute(group, "distance", name_of(definition.distance));
    hdf5::write_attribute(group, "pooling", definition.pooling);
    hdf5::write_attribute(group, "images", std::uint64_t{definition.images});
    if (definition.subset)
        hdf5::write_attribute(group, "subset", std::uint64_t{*definition.subset});
    hdf5::write_attribute(group, "seed", definition.seed);
    hdf5::write_attribute(group, "error_subsets", std::uint64_t{definition.error_subsets});
    if (definition.repeats > 0)
        hdf5::write_attribute(group, "repeats", std::uint64_t{definition.repeats});
    if (definition.shuffles > 0)
        hdf5::write_attribute(group, "shuffles", std::uint64_t{definition.shuffles});
    if (definition.bandwidth)
        hdf5::write_attribute(group, "bandwidth", *definition.bandwidth);
    hdf5::write_attribute(group, "rechecks", comparison.rechecks);
    const auto text = std::ranges::find(context.definitions, definition.measure,
                                        &std::pair<std::string, std::string>::first);
    if (text != context.definitions.end())
        hdf5::write_attribute(group, "definition", text->second);
}

void write_comparison(hid_t parent, std::size_t number, const Comparison& comparison,
                      const ResultContext& context) {
    const std::size_t rows = comparison.rows.size();
    const std::size_t columns = comparison.columns.size();
    const auto check = [&](const Matrix<double>& matrix, const char* what, bool may_be_empty) {
        if ((may_be_empty && matrix.empty()) ||
            (matrix.rows() == rows && matrix.cols() == columns && !matrix.empty()))
            return;
        throw Error(ErrorKind::internal,
                    {.what = std::string("a result's ") + what + " does not fit its layers",
                     .where = comparison.definition.measure,
                     .expected = std::to_string(rows) + " × " + std::to_string(columns),
                     .found = std::to_string(matrix.rows()) + " × " + std::to_string(matrix.cols())});
    };
    const Handle group = hdf5::create_group(parent, std::to_string(number));
    write_definition(group.get(), comparison, context);
    const std::array<hsize_t, 2> shape{rows, columns};
    const auto write = [&](const char* name, const Matrix<double>& matrix) {
        check(matrix, name, matrix.data() != comparison.value.data());
        if (!matrix.empty())
            hdf5::write_numbers(group.get(), name, shape, matrix.values());
    };
    write("value", comparison.value);
    write("standard_error", comparison.standard_error);
    write("floor", comparison.floor);
    write("null", comparison.null_value);
    write("shuffled_null", comparison.shuffled_null);
    write("shuffled_deviation", comparison.shuffled_deviation);
    if (!comparison.subset_values.empty()) {
        std::vector<double> all;
        for (const Matrix<double>& matrix : comparison.subset_values) {
            check(matrix, "subset_values", false);
            all.insert(all.end(), matrix.values().begin(), matrix.values().end());
        }
        const std::array<hsize_t, 3> deep{comparison.subset_values.size(), rows, columns};
        hdf5::write_numbers(group.get(), "subset_values", deep, all);
    }
    write_layers(group.get(), "rows", comparison.rows);
    write_layers(group.get(), "columns", comparison.columns);
    write_warnings(group.get(), comparison.warnings);
}

void write_context(hid_t file, const ResultContext& context) {
    hdf5::write_attribute(file, "format", "stratoscope-results");
    hdf5::write_attribute(file, "version", std::int64_t{1});
    hdf5::write_attribute(file, "software", context.software);
    hdf5::write_attribute(file, "seed", context.seed);
    hdf5::write_attribute(file, "started", context.started);
    hdf5::write_attribute(file, "finished", context.finished);
    if (!context.inputs.empty()) {
        std::vector<std::string> paths;
        for (const InputFile& input : context.inputs)
            paths.push_back(input.path.string());
        hdf5::write_attribute(file, "inputs", paths);
        hdf5::write_attribute(file, "inputs_sha256", texts_of(context.inputs, &InputFile::sha256));
    }
    write_warnings(file, context.warnings);
}

} // namespace

void write_results(const std::filesystem::path& path, const std::vector<Comparison>& comparisons,
                   const ResultContext& context) {
    AtomicFile place(path);
    Handle file = hdf5::create_file(place.temporary(), path);
    write_context(file.get(), context);
    {
        const Handle group = hdf5::create_group(file.get(), "comparisons");
        for (std::size_t n = 0; n < comparisons.size(); ++n)
            write_comparison(group.get(), n, comparisons[n], context);
    }
    hdf5::close_file(file, path);
    place.commit();
}

} // namespace stratoscope::storage
