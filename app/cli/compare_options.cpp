#include "app/cli/compare_options.h"

#include "core/engine/layer_store.h"
#include "core/jobs/checkpoint_file.h"
#include "core/measures/catalogue.h"
#include "core/measures/repeated_subsets.h"
#include "core/measures/shuffled_null.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <ostream>
#include <system_error>

namespace stratoscope::cli {
namespace {

std::vector<std::optional<std::size_t>> numbers(const std::string& list) {
    std::vector<std::optional<std::size_t>> out;
    for (const std::string& part : split(list)) {
        const bool digits =
            part.size() <= 9 && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
        if (!digits || std::stoul(part) == 0)
            throw Error(ErrorKind::usage,
                        {.what = "-k takes whole numbers from 1, several with commas", .found = part});
        out.emplace_back(std::stoul(part));
    }
    if (out.empty())
        out.emplace_back(std::nullopt);
    return out;
}

} // namespace

void CompareOptions::add_to(CLI::App& command, bool with_against) {
    input.add_to(command);
    command
        .add_option("-m,--measure", measures,
                    "one or more, with commas; `stratoscope-cli measures` lists them")
        ->capture_default_str();
    command.add_option("-k", ks, "how many neighbours; several with commas (default: 30, at most N/20)");
    command.add_option("--preset", preset,
                       "settings that reproduce what others publish, instead of -m, -k and --distance");
    command.add_option("--distance", distance, "euclidean (default), cosine or hamming");
    command.add_option("--layers", layers, "only these layers: patterns like 'vit/*', several with commas");
    if (with_against)
        command.add_option("--against", against, "compare them with these instead of with each other");
    command.add_option("--subset", subset, "only so many images, drawn by seed")->check(CLI::PositiveNumber);
    command
        .add_option(
            "--repeats", repeats,
            "draw the subset so many times (by seed, seed + 1, …): means of the values, and as errors their "
            "deviations")
        ->check(CLI::Range(2, 10000));
    command
        .add_option(
            "--null", shuffles,
            "shuffle the columns' images so many times for a measured null, its mean and deviation; at most "
            "2000 images")
        ->check(CLI::Range(1, 100000));
    command
        .add_option("--bandwidth", bandwidth,
                    "of Gaussian kernels (cka_rbf), in medians of a layer's distances")
        ->check(CLI::Range(1e-3, 1e3))
        ->capture_default_str();
    command.add_option("--seed", seed, "of the subset and of the order of work")->capture_default_str();
    command
        .add_option("--memory", memory,
                    "for the whole program, such as 4G; less is slower, never different (default: three "
                    "quarters of the machine's)")
        ->transform(CLI::AsSizeValue(false));
    command.add_option(
        "--checkpoint", checkpoint,
        "keep in this file what is computed so far; the same command goes on from there after any "
        "end, and removes it when done");
    command.add_option("--checkpoint-every", checkpoint_every, "seconds between two checkpoints, at least")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command.add_option("-o,--output", output, "OUT.h5, OUT.csv, OUT.json, or - for JSON on standard output")
        ->capture_default_str();
}

measures::CompareRequest CompareOptions::request(const Dataset& dataset) const {
    measures::CompareRequest out;
    std::string asked_distance = distance.empty() ? "euclidean" : distance;
    if (!preset.empty()) {
        const measures::Preset* found = measures::find_preset(preset);
        if (found == nullptr)
            throw Error(ErrorKind::usage, {.what = "there is no preset named \"" + preset + "\"",
                                           .advice = "`stratoscope-cli measures` lists them"});
        out.measures.push_back({std::string(found->measure), found->k});
        asked_distance = name_of(found->distance);
    } else {
        for (const std::string& name : split(measures)) {
            const measures::MeasureInfo* info = measures::find_measure(name);
            for (const auto& k : numbers(ks)) {
                out.measures.push_back({info == nullptr ? name : std::string(info->name), k});
                if (info != nullptr && !info->takes_k)
                    break;
            }
        }
    }
    out.distance = asked_distance_named(asked_distance);
    if (!layers.empty())
        out.rows = layers_matching(dataset, layers);
    if (!against.empty())
        out.columns = layers_matching(dataset, against);
    out.subset = subset;
    out.seed = seed;
    out.bandwidth = bandwidth;
    out.memory_bytes = memory;
    out.device = input.device;
    return out;
}

std::vector<Comparison> compared(Session& session, const Dataset& dataset, const CompareOptions& options) {
    const measures::CompareRequest request = options.request(dataset);
    if (options.shuffles > 0)
        measures::check_shuffles(dataset, request); // before an hour's work, not after
    if (options.repeats > 0 && !options.checkpoint.empty())
        throw Error(ErrorKind::usage, {.what = "--repeats keeps no checkpoint",
                                       .advice = "ask for one draw after the other: --seed 0, --seed 1, …"});
    const Task task = session.task();
    const Task first =
        options.shuffles > 0 ? task.part(0.0, 1.0 / static_cast<double>(options.shuffles + 1)) : task;
    std::vector<Comparison> out;
    if (options.repeats > 0) {
        out = measures::compare_repeatedly(dataset, request, options.repeats, first);
    } else {
        engine::LayerStore store;
        std::optional<measures::Checkpoint> checkpoint;
        if (!options.checkpoint.empty())
            checkpoint = jobs::checkpoint_in(options.checkpoint, std::chrono::milliseconds(std::llround(
                                                                     1000.0 * options.checkpoint_every)));
        out = measures::compare(dataset, request, store, first, {}, checkpoint ? &*checkpoint : nullptr);
    }
    if (options.shuffles > 0)
        measures::add_shuffled_null(dataset, request, options.shuffles, out,
                                    task.part(1.0 / static_cast<double>(options.shuffles + 1), 1.0));
    session.end_progress();
    return out;
}

void remove_checkpoint(const CompareOptions& options) {
    std::error_code ignored; // one that stays does no harm: the same command would end at once
    if (!options.checkpoint.empty())
        std::filesystem::remove(options.checkpoint, ignored);
}

void tell_warnings(const std::vector<Warning>& warnings, const Streams& streams) {
    for (const Warning& warning : warnings)
        streams.err << "warning (" << warning.code << "): " << warning.layer
                    << (warning.layer.empty() ? "" : ": ") << warning.message << '\n';
}

void tell_warnings(const std::vector<Comparison>& comparisons, const Dataset& dataset,
                   const Streams& streams) {
    std::vector<Warning> told = dataset.warnings;
    for (const Comparison& comparison : comparisons)
        for (const Warning& warning : comparison.warnings)
            if (std::ranges::find(told, warning) == told.end()) {
                told.push_back(warning);
                tell_warnings({warning}, streams);
            }
}

std::string now_text() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::string text(32, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
    return text;
}

} // namespace stratoscope::cli
