#include "core/engine/grain.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

namespace stratoscope::engine {
namespace {

void add(Matrix<double>& to, const Matrix<double>& from) {
    double* out = to.data();
    for (const double value : from.values())
        *out++ += value;
}

void zero(Matrix<double>& matrix) {
    std::fill_n(matrix.data(), matrix.values().size(), 0.0);
}

STRATOSCOPE_MULTIVERSION
void gather(const float* row, std::span<const std::uint32_t> places, float* out) {
    for (std::size_t at = 0; at < places.size(); ++at)
        out[at] = row[places[at]];
}

std::size_t groups_in(const std::vector<std::uint32_t>& group_of) {
    return group_of.empty() ? 0 : *std::ranges::max_element(group_of) + std::size_t{1};
}

} // namespace

GrainTables::GrainTables(const PassPlan& plan_, std::span<const std::uint32_t> order_)
    : plan(plan_), order(order_), images(order_.size()) {
    for (const auto& layer : plan.layers) {
        constant.push_back(layer->constant());
        mean_dimension += static_cast<double>(layer->dimension()) / static_cast<double>(plan.layers.size());
    }
    if (plan.imbalance && !plan.error_group.empty()) {
        members.resize(groups_in(plan.error_group));
        member_images.resize(members.size());
        for (std::size_t position = 0; position < images; ++position) {
            const std::uint32_t group = plan.error_group[order[position]];
            members[group].push_back(static_cast<std::uint32_t>(position));
            member_images[group].push_back(order[position]);
        }
    }
    for (const std::size_t k : plan.ks) {
        std::vector<std::size_t>& scaled = subset_k.emplace_back();
        for (const auto& group : members) {
            const double share = static_cast<double>(group.size()) / static_cast<double>(images);
            const auto k_g = std::max<std::size_t>(
                1, static_cast<std::size_t>(std::lround(static_cast<double>(k) * share)));
            scaled.push_back(group.size() >= 4 && k_g < group.size() ? k_g : 0);
        }
    }
    if ((plan.overlap || plan.jaccard) && !plan.jackknife_group.empty()) {
        jackknife_size.assign(groups_in(plan.jackknife_group), 0);
        for (const std::uint32_t image : order) {
            jackknife_group.push_back(plan.jackknife_group[image]);
            ++jackknife_size[jackknife_group.back()];
        }
        // An image keeps at least images − 1 − size others when a tenth of that size goes.
        jackknife = plan.ks.back() + *std::ranges::max_element(jackknife_size) < images - 1;
    }
}

PassSums GrainTables::empty_sums() const {
    const std::size_t layers = plan.layers.size();
    PassSums sums;
    sums.images = images;
    for (const auto& group : members)
        sums.group_size.push_back(group.size());
    if (jackknife)
        sums.jackknife_size = jackknife_size;
    for (std::size_t at = 0; at < plan.ks.size(); ++at) {
        if (plan.imbalance) {
            ImbalanceSums& one = sums.imbalance.emplace_back();
            one.k = plan.ks[at];
            one.sum = one.squared_sum = Matrix<double>(layers, layers);
            one.subset_sum.assign(members.size(), Matrix<double>(layers, layers));
            one.subset_k = subset_k[at];
            one.image_from = one.image_to = Matrix<float>(images, layers);
            one.image_overall.assign(images, 0.0F);
        }
        const std::size_t tenths = jackknife ? jackknife_size.size() : 0;
        const Matrix<double> empty(layers, layers);
        const OverlapSums none{plan.ks[at], empty, empty, std::vector<Matrix<double>>(tenths, empty)};
        if (plan.overlap)
            sums.overlap.push_back(none);
        if (plan.jaccard)
            sums.jaccard.push_back(none);
    }
    for (std::size_t kernel = 0; kernel < plan.kernels.size(); ++kernel)
        sums.kernels.emplace_back(images, layers);
    if (plan.listed > 0)
        sums.neighbours = NeighbourLists(plan.layers, plan.listed);
    return sums;
}

PassSums GrainTables::going_on(PassSums begun, std::span<const std::uint32_t> pass_order) const {
    if (begun.images == 0)
        return empty_sums();
    for (KernelSums& kernel : begun.kernels)
        for (const std::uint32_t image : pass_order.subspan(begun.done))
            kernel.done[image] = 0;
    return begun;
}

GrainSums::GrainSums(const PassPlan& plan, const GrainTables& tables) {
    const Matrix<double> empty(plan.layers.size(), plan.layers.size());
    for (std::size_t at = 0; at < plan.ks.size(); ++at) {
        if (plan.imbalance)
            imbalance.push_back({empty, empty, {tables.members.size(), empty}});
        const Overlap none{empty, empty, {tables.jackknife ? tables.jackknife_size.size() : 0, empty}};
        if (plan.overlap)
            overlap.push_back(none);
        if (plan.jaccard)
            jaccard.push_back(none);
    }
    products.assign(plan.kernels.size(), empty);
}

void GrainSums::clear() {
    for (Imbalance& one : imbalance) {
        zero(one.sum);
        zero(one.squared_sum);
        std::ranges::for_each(one.subset_sum, zero);
    }
    for (std::vector<Overlap>* all : {&overlap, &jaccard})
        for (Overlap& one : *all) {
            zero(one.sum);
            zero(one.squared_sum);
            std::ranges::for_each(one.without, zero);
        }
    std::ranges::for_each(products, zero);
    thresholds = 0;
}

void GrainSums::add_to(PassSums& sums) const {
    for (std::size_t at = 0; at < imbalance.size(); ++at) {
        add(sums.imbalance[at].sum, imbalance[at].sum);
        add(sums.imbalance[at].squared_sum, imbalance[at].squared_sum);
        for (std::size_t group = 0; group < imbalance[at].subset_sum.size(); ++group)
            add(sums.imbalance[at].subset_sum[group], imbalance[at].subset_sum[group]);
    }
    const auto add_all = [](std::vector<OverlapSums>& to, const std::vector<Overlap>& from) {
        for (std::size_t at = 0; at < from.size(); ++at) {
            add(to[at].sum, from[at].sum);
            add(to[at].squared_sum, from[at].squared_sum);
            for (std::size_t group = 0; group < from[at].without.size(); ++group)
                add(to[at].without[group], from[at].without[group]);
        }
    };
    add_all(sums.overlap, overlap);
    add_all(sums.jaccard, jaccard);
    for (std::size_t kernel = 0; kernel < products.size(); ++kernel)
        add(sums.kernels[kernel].product, products[kernel]);
    sums.thresholds += thresholds;
}

GrainWorker::GrainWorker(const PassPlan& plan, const GrainTables& tables, const Task& task)
    : plan_(&plan), tables_(&tables), task_(&task), scratch_(std::make_shared<RankerScratch>()),
      subset_ranker_(plan.layers, plan.roles, scratch_), divergence_(plan.layers.size()),
      doubts_(plan.layers.size()) {}

// Open doubts point into a ranker's ranks, which stay where they are when rankers move to make room.
static_assert(std::is_nothrow_move_constructible_v<RowRanker>);

// Rankers keep their memory: as many are made as rows were ever open at a time.
RowRanker& GrainWorker::next_ranker() {
    if (rankers_.size() == open_.size())
        rankers_.emplace_back(plan_->layers, plan_->roles, scratch_);
    return rankers_[open_.size()];
}

void GrainWorker::add_kernels(std::size_t position, const GrainRows& rows, PassSums& sums, GrainSums& grain) {
    if (!plan_->kernels.empty())
        kernels_.add(plan_->kernels, position, tables_->order[position],
                     {rows.values, rows.lengths, rows.roots}, sums.kernels, grain.products);
}

void GrainWorker::add_distances(std::size_t position, const GrainRows& all, PassSums& sums,
                                GrainSums& grain) {
    const std::span<const float* const> rows = all.values;
    const std::size_t image = tables_->order[position];
    if (plan_->ks.empty())
        return;
    const std::size_t k = plan_->ks.back();
    const bool sets = plan_->overlap || plan_->jaccard;
    const std::size_t needed = sets ? OverlapCounter::neighbours_needed(k, tables_->images) : k;
    RowRanker& ranker = next_ranker();
    ranker.look(image, rows, tables_->images, tables_->order, needed);
    if (sets)
        add_overlap(ranker, image, grain);
    if (plan_->listed > 0)
        sums.neighbours.add(plan_->layers, image, ranker, tables_->order, rows);
    if (!plan_->imbalance)
        return;
    ranker.rank(k, doubts_);
    open_.push_back({image, &grain});
    open_bytes_ += ranker.rank_bytes();
    if (!tables_->members.empty())
        add_subset_imbalance(image, rows, grain);
    const auto bytes = [](std::size_t sum, const OpenDoubts& doubts) { return sum + doubts.bytes(); };
    if (std::accumulate(doubts_.begin(), doubts_.end(), open_bytes_, bytes) > plan_->open_bytes)
        finish(sums);
}

void GrainWorker::finish(PassSums& sums) {
    for (std::size_t layer = 0; layer < doubts_.size(); ++layer) {
        task_->check();
        rechecks_ += doubts_[layer].settle(*plan_->layers[layer]);
    }
    for (std::size_t row = 0; row < open_.size(); ++row) {
        rankers_[row].complete();
        add_imbalance(rankers_[row], open_[row].image, sums, *open_[row].grain);
    }
    open_.clear();
    open_bytes_ = 0;
}

void GrainWorker::add_imbalance(const RowRanker& ranker, std::size_t image, PassSums& sums,
                                GrainSums& grain) {
    const std::size_t layers = plan_->layers.size();
    for (std::size_t at = 0; at < plan_->ks.size(); ++at) {
        double overall = 0.0;
        std::size_t cells = 0;
        std::vector<double> from(layers, 0.0);
        std::vector<double> to(layers, 0.0);
        std::vector<std::size_t> from_cells(layers, 0);
        std::vector<std::size_t> to_cells(layers, 0);
        for (std::size_t a = 0; a < layers; ++a) {
            if (!plan_->roles.source[a])
                continue;
            ranker.divergences(a, plan_->ks[at], divergence_);
            for (std::size_t b = 0; b < layers; ++b) {
                if (!plan_->roles.target[b])
                    continue;
                const double c = divergence_[b];
                grain.imbalance[at].sum(a, b) += c;
                grain.imbalance[at].squared_sum(a, b) += c * c;
                grain.thresholds += at == 0 ? plan_->ks.back() : 0;
                if (a == b)
                    continue;
                from[a] += c;
                to[b] += c;
                ++from_cells[a];
                ++to_cells[b];
                overall += c;
                ++cells;
            }
        }
        // Each image is one grain's alone, so these rows can be written without waiting for the order of
        // grains.
        ImbalanceSums& out = sums.imbalance[at];
        const auto mean = [](double sum, std::size_t count) {
            return count == 0 ? 0.0F : static_cast<float>(sum / static_cast<double>(count));
        };
        for (std::size_t layer = 0; layer < layers; ++layer) {
            out.image_from(image, layer) = mean(from[layer], from_cells[layer]);
            out.image_to(image, layer) = mean(to[layer], to_cells[layer]);
        }
        out.image_overall[image] = mean(overall, cells);
    }
}

void GrainWorker::add_subset_imbalance(std::size_t image, std::span<const float* const> rows,
                                       GrainSums& grain) {
    const std::uint32_t group = plan_->error_group[image];
    const std::vector<std::uint32_t>& members = tables_->members[group];
    std::size_t largest_k = 0;
    for (const auto& by_group : tables_->subset_k)
        largest_k = std::max(largest_k, by_group[group]);
    if (largest_k == 0)
        return;
    const std::size_t layers = plan_->layers.size();
    slices_.resize(layers * members.size());
    std::vector<const float*> slices(layers);
    for (std::size_t layer = 0; layer < layers; ++layer) {
        float* slice = slices_.data() + layer * members.size();
        gather(rows[layer], members, slice);
        slices[layer] = slice;
    }
    subset_ranker_.look(image, slices, members.size(), tables_->member_images[group], largest_k);
    subset_ranker_.rank(largest_k);
    for (std::size_t at = 0; at < plan_->ks.size(); ++at) {
        const std::size_t k = tables_->subset_k[at][group];
        if (k == 0)
            continue;
        for (std::size_t a = 0; a < layers; ++a) {
            if (!plan_->roles.source[a])
                continue;
            subset_ranker_.divergences(a, k, divergence_);
            for (std::size_t b = 0; b < layers; ++b)
                if (plan_->roles.target[b])
                    grain.imbalance[at].subset_sum[group](a, b) += divergence_[b];
        }
    }
}

void GrainWorker::add_overlap(RowRanker& ranker, std::size_t image, GrainSums& grain) {
    const std::size_t layers = plan_->layers.size();
    // The Jaccard index follows from the overlap: |∩|/|∪| = o·k/(2k − o·k).
    const auto add_pairs = [&](std::size_t at, const auto& to_sums) {
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = a; b < layers; ++b) {
                const double shared = overlap_.overlap(a, b);
                if (plan_->overlap)
                    to_sums(grain.overlap[at], a, b, shared);
                if (plan_->jaccard)
                    to_sums(grain.jaccard[at], a, b, shared / (2.0 - shared));
            }
    };
    const std::vector<std::size_t> none;
    const std::vector<std::size_t>& group_size = tables_->jackknife ? tables_->jackknife_size : none;
    overlap_.look(ranker, layers, tables_->constant, tables_->images, tables_->jackknife_group, group_size);
    for (std::size_t at = 0; at < plan_->ks.size(); ++at) {
        overlap_.gather(plan_->ks[at], -1);
        add_pairs(at, [](GrainSums::Overlap& out, std::size_t a, std::size_t b, double value) {
            out.sum(a, b) += value;
            out.squared_sum(a, b) += value * value;
        });
        for (std::uint32_t group = 0; group < group_size.size(); ++group) {
            if (plan_->jackknife_group[image] == group)
                continue;
            overlap_.gather(plan_->ks[at], static_cast<int>(group));
            add_pairs(at, [group](GrainSums::Overlap& out, std::size_t a, std::size_t b, double value) {
                out.without[group](a, b) += value;
            });
        }
    }
}

} // namespace stratoscope::engine
