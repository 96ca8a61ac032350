#include "core/measures/compare.h"

#include "core/base/median.h"
#include "core/base/thread_pool.h"
#include "core/engine/device_pass.h"
#include "core/engine/distance_histogram.h"
#include "core/engine/layer_store.h"
#include "core/engine/memory_share.h"
#include "core/engine/pass.h"
#include "core/engine/prepared_layer.h"
#include "core/engine/subsets.h"
#include "core/measures/answer_shape.h"
#include "core/measures/catalogue.h"
#include "core/measures/checkpoint.h"
#include "core/measures/cknna.h"
#include "core/measures/computed_sums.h"
#include "core/measures/feature_maps.h"
#include "core/measures/information_imbalance.h"
#include "core/measures/kernel_similarity.h"
#include "core/measures/layer_warnings.h"
#include "core/measures/overlap.h"
#include "core/measures/preview.h"
#include "core/measures/question.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace stratoscope::measures {
namespace {

constexpr std::chrono::milliseconds between_snapshots{50};

Finished finish(const Choice& choice, const engine::PassPlan& plan, const engine::PassSums& sums,
                ThreadPool& pool) {
    const auto with_k = [&](const auto& all) -> const auto& {
        return *std::ranges::find_if(all, [&](const auto& one) { return one.k == choice.k; });
    };
    if (const auto measure = kernel_measure(choice.info->name)) {
        const auto at = std::ranges::find(plan.kernels, measure->kernel, &engine::KernelPlan::kernel);
        std::vector<bool> constant;
        for (const auto& layer : plan.layers)
            constant.push_back(layer->constant());
        return finish_kernel_measure(sums, sums.kernels[static_cast<std::size_t>(at - plan.kernels.begin())],
                                     *measure, constant);
    }
    if (choice.info->name == "information_imbalance")
        return finish_information_imbalance(sums, with_k(sums.imbalance));
    if (choice.info->name == "cknna")
        return finish_cknna(sums, choice.k, pool);
    if (choice.info->name == "jaccard") { // its null is that of the overlap o, o/(2 − o)
        Finished out = finish_overlap(sums, with_k(sums.jaccard));
        for (std::size_t i = 0; i < out.null_value.values().size(); ++i)
            out.null_value.data()[i] /= 2.0 - out.null_value.data()[i];
        return out;
    }
    return finish_overlap(sums, with_k(sums.overlap));
}

bool needs_all_distances(engine::Kernel kernel) {
    return kernel == engine::Kernel::gaussian || kernel == engine::Kernel::distance_rank;
}

// Kernels need a unit of distance for each layer: any for linear ones, since ratios do not see it.
void add_units(engine::PassPlan& plan, double bandwidth, Computing& computing, const Task& task) {
    std::vector<engine::DistanceHistogram> histograms;
    if (std::ranges::any_of(plan.kernels, needs_all_distances, &engine::KernelPlan::kernel))
        histograms = computing.histograms(plan, task);
    for (engine::KernelPlan& kernel : plan.kernels) {
        for (std::size_t layer = 0; layer < plan.layers.size(); ++layer) {
            double unit = 0.0;
            if (kernel.kernel == engine::Kernel::gaussian) {
                const double sigma = bandwidth * histograms[layer].median();
                unit = 2.0 * sigma * sigma;
            } else {
                // Of the middle, so that a giant row leaves the others' kernels of ordinary size.
                std::vector<float> lengths = plan.layers[layer]->squared_lengths();
                unit = 2.0 * static_cast<double>(upper_median(lengths));
            }
            kernel.unit.push_back(unit > 0.0 ? static_cast<float>(unit) : 1.0F);
        }
        if (kernel.kernel != engine::Kernel::distance_rank)
            continue;
        kernel.ranks.resize(plan.layers.size());
        kernel.lines.resize(plan.layers.size());
        task.pool.parallel_for(plan.layers.size(), [&](std::size_t layer, std::size_t) {
            kernel.ranks[layer] = std::make_shared<const engine::RankTable>(histograms[layer].ranks());
            if (auto lines = histograms[layer].lines(*kernel.ranks[layer]))
                kernel.lines[layer] = std::make_shared<const engine::RankLines>(std::move(*lines));
        });
    }
}

// Without their units.
void list_kernels(engine::PassPlan& plan, const std::vector<Choice>& choices,
                  const std::vector<std::size_t>& which) {
    for (const std::size_t at : which)
        if (const auto measure = kernel_measure(choices[at].info->name))
            if (std::ranges::find(plan.kernels, measure->kernel, &engine::KernelPlan::kernel) ==
                plan.kernels.end())
                plan.kernels.push_back({measure->kernel, {}, {}, {}});
}

engine::PassPlan plan_for(const Question& question, const Loaded& loaded,
                          const std::vector<std::size_t>& which) {
    engine::PassPlan plan;
    plan.layers = loaded.layers;
    plan.roles = {std::vector<bool>(loaded.layers.size(), false),
                  std::vector<bool>(loaded.layers.size(), false)};
    const auto mark = [&](const std::vector<LayerId>& ids, std::vector<bool>& role) {
        for (const LayerId id : ids) {
            const auto at = std::ranges::lower_bound(question.layers, id) - question.layers.begin();
            if (const std::size_t place = loaded.place[static_cast<std::size_t>(at)]; place != absent)
                role[place] = true;
        }
    };
    mark(question.request.rows, plan.roles.source);
    mark(question.request.columns, plan.roles.target);
    plan.seed = question.request.seed;
    for (const std::size_t at : which) {
        const Choice& choice = question.choices[at];
        if (!choice.info->takes_k)
            continue;
        plan.ks.push_back(choice.k);
        plan.overlap = plan.overlap || choice.info->name == "overlap";
        plan.jaccard = plan.jaccard || choice.info->name == "jaccard";
        plan.imbalance = plan.imbalance || choice.info->name == "information_imbalance";
        if (choice.info->name == "cknna")
            plan.listed = std::max(plan.listed, choice.k);
    }
    std::ranges::sort(plan.ks);
    plan.ks.erase(std::unique(plan.ks.begin(), plan.ks.end()), plan.ks.end());
    if (plan.overlap || plan.jaccard ||
        plan.listed > 0) { // symmetric: both layers of a pair need their neighbours
        for (std::size_t i = 0; i < loaded.layers.size(); ++i)
            if (plan.roles.target[i])
                plan.roles.source[i] = true;
        plan.jackknife_group = engine::groups_by_position(question.dataset.images, engine::jackknife_groups);
    }
    if (plan.imbalance)
        plan.error_group = engine::groups_by_class(question.dataset.images, engine::error_subsets);
    return plan;
}

// Everything one pass answers: some of the choices, over one set of prepared layers.
class Answer {
  public:
    Answer(const Question& question, const Loaded& loaded, const engine::PassPlan& plan,
           std::vector<std::size_t> choices, ThreadPool& pool)
        : question_(question), loaded_(loaded), plan_(plan), shaper_(question, loaded),
          choices_(std::move(choices)), pool_(pool) {}

    void snapshot(const engine::PassSums& sums, std::vector<Snapshot>& all) const {
        for_each_choice([&](std::size_t which) {
            const Finished finished = finish(question_.choices[which], plan_, sums, pool_);
            Snapshot& out = all[which];
            out.comparison = described(question_, question_.choices[which]);
            fill(out.comparison, finished, shaper_);
            out.comparison.standard_error = {};
            out.comparison.image_means = nullptr;
            out.progress_error = shaper_.cells(finished.progress_error);
            out.images_done = sums.done;
        });
    }

    void result(const ComputedSums& computed, std::vector<Comparison>& all) const {
        const engine::PassSums& sums = computed.sums;
        for_each_choice([&](std::size_t which) {
            Comparison& out = all[which];
            out = described(question_, question_.choices[which]);
            fill(out, finish(question_.choices[which], plan_, sums, pool_), shaper_);
            out.rechecks = sums.rechecks;
            out.warnings = loaded_.warnings;
            out.warnings.insert(out.warnings.end(), computed.warnings.begin(), computed.warnings.end());
            append_layer_warnings(out, healths_of(question_, loaded_));
            append_recheck_warning(out, sums.rechecks, sums.thresholds);
        });
    }

  private:
    // Several at a time; CKNNA, which takes longest, in turn with all threads for itself.
    template <class Body>
    void for_each_choice(const Body& body) const {
        const auto alone = [&](std::size_t which) { return question_.choices[which].info->name == "cknna"; };
        pool_.parallel_for(choices_.size(), [&](std::size_t at, std::size_t) {
            if (!alone(choices_[at]))
                body(choices_[at]);
        });
        for (const std::size_t which : choices_)
            if (alone(which))
                body(which);
    }

    const Question& question_;
    const Loaded& loaded_;
    const engine::PassPlan& plan_;
    Shaper shaper_;
    std::vector<std::size_t> choices_;
    ThreadPool& pool_;
};

// What is not answered by a pass: measures on the rows themselves.
void answer_features(const Question& question, const Loaded& loaded, const std::vector<std::size_t>& which,
                     std::vector<Comparison>& results, const Task& task) {
    FeatureQuestion asked{loaded.layers, {}, {}, {}};
    for (std::size_t i = 0; i < question.layers.size(); ++i)
        if (loaded.place[i] != absent)
            asked.paths.push_back(question.dataset.path_of(question.layers[i]));
    asked.tenth = engine::groups_by_position(question.dataset.images, engine::jackknife_groups);
    for (const std::size_t choice : which)
        asked.measures.push_back(feature_measure(question.choices[choice].info->name));
    const FeatureAnswer answered = compare_features(asked, task);
    const Shaper shaper(question, loaded);
    for (std::size_t at = 0; at < which.size(); ++at) {
        Comparison& out = results[which[at]];
        out = described(question, question.choices[which[at]]);
        fill(out, answered.finished[at], shaper);
        out.warnings = loaded.warnings;
        const std::string& name = out.definition.measure;
        if (name == "svcca" || name == "pwcca")
            out.warnings.insert(out.warnings.end(), answered.warnings.begin(), answered.warnings.end());
        append_layer_warnings(out, healths_of(question, loaded));
    }
}

} // namespace

std::size_t most_neighbours(std::size_t images) {
    return images > 2 ? images - 2 : 0;
}

std::size_t default_k(std::size_t images) {
    return std::clamp<std::size_t>(images / 20, 1, 30);
}

std::vector<Comparison> compare(const Dataset& dataset, const CompareRequest& request,
                                engine::LayerStore& layers, const Task& task,
                                const SnapshotFunction& on_snapshot, Checkpoint* checkpoint) {
    engine::check_device(request.device);
    const Question question = checked(dataset, request);
    // Layers of a subset are other layers: kept for this comparison alone.
    engine::LayerStore own_store;
    engine::LayerStore& store = request.subset ? own_store : layers;

    // One pass answers everything, but where ranks use another distance than the linear kernels of CKA.
    struct PassPart {
        Distance distance;
        bool features;
        std::vector<std::size_t> choices;
    };
    std::vector<PassPart> parts;
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        const Distance distance =
            question.choices[i].info->takes_distance ? request.distance : Distance::euclidean;
        const bool features = is_feature_measure(question.choices[i].info->name);
        auto part = std::ranges::find_if(
            parts, [&](const PassPart& one) { return one.distance == distance && one.features == features; });
        if (part == parts.end())
            part = parts.insert(parts.end(), PassPart{distance, features, {}});
        part->choices.push_back(i);
    }

    std::vector<Comparison> results(question.choices.size());
    std::size_t passes = 0;
    auto next = std::chrono::steady_clock::time_point{}; // snapshot
    auto shown = std::make_shared<const std::vector<Snapshot>>();
    if (on_snapshot) {
        if (auto first =
                preview(question.dataset, question.request, Task{task.pool, task.cancellation, {}})) {
            shown = std::move(first);
            on_snapshot(shown);
        }
    }
    const auto images = static_cast<double>(question.dataset.images.size());
    for (std::size_t p = 0; p < parts.size(); ++p) {
        const PassPart& part = parts[p];
        const Task whole = task.part(static_cast<double>(p) / static_cast<double>(parts.size()),
                                     static_cast<double>(p + 1) / static_cast<double>(parts.size()));
        // Reading is linear in the images, the pass quadratic; at some hundred images they cost the same.
        const double reading = 100.0 / (100.0 + images);
        if (request.memory_bytes > 0)
            store.clear(); // of layers as another distance sees them
        const Loaded loaded = load(question, part.distance, store, whole.part(0.0, reading));
        if (part.features) {
            answer_features(question, loaded, part.choices, results, whole.part(reading, 1.0));
            continue;
        }
        engine::PassPlan plan = plan_for(question, loaded, part.choices);
        list_kernels(plan, question.choices, part.choices);
        engine::share_memory(plan, request.memory_bytes, task.pool.size());
        const bool first_all =
            std::ranges::any_of(plan.kernels, needs_all_distances, &engine::KernelPlan::kernel);
        const double measured = reading + (first_all ? 0.4 : 0.0) * (1.0 - reading);
        Computing computing(request.device);
        add_units(plan, request.bandwidth, computing, whole.part(reading, measured));
        engine::share_memory(plan, request.memory_bytes, task.pool.size()); // beside what was kept
        const Answer answer(question, loaded, plan, part.choices, task.pool);
        engine::PassSums begun;
        if (checkpoint != nullptr)
            begun = checkpoint->begun(passes++, plan, engine::device_title(request.device));
        const ComputedSums computed = computing.sums(
            plan, whole.part(measured, 1.0),
            [&](const engine::PassSums& so_far) {
                if (checkpoint != nullptr)
                    checkpoint->keep(so_far, task.cancellation.requested());
                const auto now = std::chrono::steady_clock::now();
                if (!on_snapshot || task.cancellation.requested() || so_far.done == so_far.images ||
                    now < next)
                    return;
                auto all = std::make_shared<std::vector<Snapshot>>(*shown);
                all->resize(question.choices.size());
                answer.snapshot(so_far, *all);
                shown = all;
                // What another pass will answer isn't there yet: told from an empty value.
                on_snapshot(shown);
                // Not more than a twentieth of the time.
                const auto end = std::chrono::steady_clock::now();
                next =
                    end + std::max<std::chrono::steady_clock::duration>(between_snapshots, 20 * (end - now));
            },
            std::move(begun));
        answer.result(computed, results);
    }
    return results;
}

} // namespace stratoscope::measures
