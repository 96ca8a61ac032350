#include "app/cli/session.h"

#include "core/base/error.h"
#include "core/engine/device_pass.h"
#include "core/images/dataset_statistics.h"
#include "core/storage/write_text.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <ostream>
#include <set>

namespace stratoscope::cli {
namespace {

// Where a step was saved with several poolings, the asked one.
void keep_pooling(Model& model, const std::string& pooling) {
    std::vector<Layer> kept;
    for (const Layer& layer : model.layers) {
        const bool has_asked = std::ranges::any_of(model.layers, [&](const Layer& other) {
            return other.index == layer.index && other.pooling == pooling;
        });
        if (!has_asked || layer.pooling == pooling)
            kept.push_back(layer);
    }
    model.layers = std::move(kept);
}

bool matches(std::string_view pattern, std::string_view text) {
    if (pattern.empty())
        return text.empty();
    if (pattern.front() == '*') {
        while (pattern.size() > 1 && pattern[1] == '*')
            pattern.remove_prefix(1);
        for (std::size_t skipped = 0; skipped <= text.size(); ++skipped)
            if (matches(pattern.substr(1), text.substr(skipped)))
                return true;
        return false;
    }
    return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
           matches(pattern.substr(1), text.substr(1));
}

std::string some_layers(const Dataset& dataset) {
    std::string list;
    const std::vector<LayerId> all = dataset.all_layers();
    for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 6); ++i)
        list += (i == 0 ? "" : ", ") + dataset.path_of(all[i]);
    return all.size() > 6
               ? list + ", … (" + std::to_string(all.size()) + " in all; `stratoscope-cli info` lists them)"
               : list;
}

} // namespace

void InputOptions::add_to(CLI::App& command) {
    command
        .add_option("FILE", files,
                    "files of activations (.h5, .npy, .npz, .pt, .safetensors) or folders of "
                    "arrays; several are joined by image id")
        ->required();
    command.add_option(
        "--pooling", pooling,
        "cls, mean, max, flatten or grid4x4: how 3-D and 4-D activations become rows, and which pooling of a "
        "step is taken where the file has several");
    command.add_option("--join", join, "position: join files without ids row by row")
        ->check(CLI::IsMember({"position"}));
    command.add_option("--threads", threads, "how many threads compute (default: one a processor)")
        ->check(CLI::Range(1, 1024));
    command
        .add_option("--device", device,
                    "where to compare layers: cpu, cuda or cuda:N (a GPU), torch:cpu (LibTorch on the "
                    "processors, for trying)")
        ->capture_default_str();
}

Session::Session(const Streams& streams, const Cancellation& cancellation, const InputOptions& input)
    : streams_(streams), input_(input), cancellation_(cancellation), pool_(input.threads),
      progress_(streams.err, streams.err_is_terminal) {
    engine::check_device(input.device);
}

Task Session::task() {
    return {pool_, cancellation_,
            [this](double fraction, std::string_view stage) { progress_.show(fraction, stage); }};
}

Dataset Session::open() {
    storage::OpenOptions options;
    if (!input_.pooling.empty())
        options.pooling = input_.pooling;
    options.join_by_position = input_.join == "position";
    Dataset dataset = storage::open_dataset(input_.files, options, task());
    if (!input_.pooling.empty())
        for (Model& model : dataset.models)
            keep_pooling(model, input_.pooling);
    if (!dataset.images.statistics.empty())
        dataset = images::with_statistics(dataset, dataset.images.statistics);
    end_progress();
    return dataset;
}

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= list.size();) {
        const std::size_t comma = std::min(list.find(',', from), list.size());
        if (comma > from)
            parts.push_back(list.substr(from, comma - from));
        from = comma + 1;
    }
    return parts;
}

std::vector<LayerId> layers_matching(const Dataset& dataset, const std::string& patterns) {
    const std::vector<LayerId> all = dataset.all_layers();
    std::set<LayerId> wanted;
    for (const std::string& pattern : split(patterns)) {
        const std::size_t before = wanted.size();
        bool any = false;
        for (const LayerId id : all)
            if (matches(pattern, dataset.path_of(id))) {
                wanted.insert(id);
                any = true;
            }
        if (!any && wanted.size() == before)
            throw Error(ErrorKind::usage, {.what = "no layer matches \"" + pattern + "\"",
                                           .found = some_layers(dataset),
                                           .advice = "patterns look like 'vit/*' or 'vit/blocks.?'"});
    }
    return {wanted.begin(), wanted.end()};
}

LayerId layer_named(const Dataset& dataset, const std::string& path) {
    if (const auto id = dataset.find(path))
        return *id;
    throw Error(ErrorKind::usage, {.what = "there is no layer \"" + path + "\"",
                                   .expected = "MODEL/LAYER",
                                   .found = some_layers(dataset)});
}

Distance asked_distance_named(const std::string& name) {
    const auto distance = distance_named(name);
    if (!distance)
        throw Error(ErrorKind::usage, {.what = "there is no distance named \"" + name + "\"",
                                       .expected = "euclidean, cosine or hamming"});
    return *distance;
}

void write_output(const std::string& path, const std::string& text, const Streams& streams) {
    if (path == "-")
        streams.out << text << '\n';
    else
        storage::write_text_atomically(path, text);
}

} // namespace stratoscope::cli
