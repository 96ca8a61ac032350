#include "core/base/thread_pool.h"
#include "core/engine/torch/block_results_internal.h"

#include <ATen/record_function.h>

#include <algorithm>

namespace stratoscope::engine::torch_device {
namespace {

constexpr std::size_t rows_at_a_time = 64; // of a thread

at::Tensor on_host(const at::Tensor& tensor) {
    return tensor.cpu().contiguous();
}

void add(const double* from, Matrix<double>& to) {
    for (std::size_t i = 0; i < to.values().size(); ++i)
        to.data()[i] += from[i];
}

template <class Body>
void for_each_row(ThreadPool& pool, std::size_t rows, const Body& body) {
    pool.parallel_for((rows + rows_at_a_time - 1) / rows_at_a_time, [&](std::size_t part, std::size_t) {
        for (std::size_t r = part * rows_at_a_time; r < std::min(rows, (part + 1) * rows_at_a_time); ++r)
            body(r);
    });
}

std::uint32_t image_of(const Tables& tables, const Block& block, std::size_t row) {
    return tables.rows.image_at[static_cast<std::size_t>(block.columns[row])];
}

// values where the rows count, else 0. values: (…, row, a, b); counts: (…, row).
at::Tensor counted(const at::Tensor& values, const at::Tensor& counts) {
    return values.masked_fill(counts.logical_not().unsqueeze(-1).unsqueeze(-1), 0.0);
}

} // namespace

Tables::Tables(const PassPlan& plan_, const DeviceRows& rows_)
    : plan(plan_), rows(rows_), grains(plan_, rows_.image_at) {
    const auto layers = static_cast<std::int64_t>(rows.layers());
    asked = at::zeros({layers, layers}, at::kDouble);
    for (std::size_t a = 0; a < rows.layers(); ++a)
        for (std::size_t b = 0; b < rows.layers(); ++b)
            if (plan.roles.source[a] && plan.roles.target[b]) {
                asked.data_ptr<double>()[a * rows.layers() + b] = 1.0;
                ++pairs;
            }
    others = (asked * (1.0 - at::eye(layers, at::kDouble))).to(rows.device);
    asked = asked.to(rows.device);
    if (plan.imbalance && !plan.error_group.empty()) {
        std::vector<std::int64_t> group;
        for (const std::uint32_t image : rows.image_at)
            group.push_back(plan.error_group[image]);
        group_of = rows.numbers(group);
    }
    if (grains.jackknife)
        tenth_of = rows.numbers({grains.jackknife_group.begin(), grains.jackknife_group.end()});
}

void add_kernels(const Tables& tables, const Block& block, const BlockKernelSums& found, const Results& to) {
    RECORD_USER_SCOPE("kernel sums");
    const std::size_t layers = tables.rows.layers();
    const std::size_t pairs = layers * (layers + 1) / 2;
    const std::size_t rows = block.columns.size();
    const at::Tensor totals = on_host(found.row_product.sum(1));
    const at::Tensor row_sums = on_host(found.row_sum);
    const at::Tensor row_products = on_host(found.row_product.to(at::kFloat));
    for (std::size_t at = 0; at < tables.plan.kernels.size(); ++at) {
        const auto* total = totals.data_ptr<double>() + at * pairs;
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = a; b < layers; ++b)
                to.block.products[at](a, b) += *total++;
        const KernelPlan& kernel = tables.plan.kernels[at];
        KernelSums& out = to.sums.kernels[at];
        for_each_row(to.pool, rows, [&](std::size_t r) {
            const std::uint32_t image = image_of(tables, block, r);
            std::copy_n(row_sums.data_ptr<double>() + (at * rows + r) * layers, layers,
                        out.row_sum.row(image).begin());
            std::copy_n(row_products.data_ptr<float>() + (at * rows + r) * pairs, pairs,
                        out.row_product.row(image).begin());
            for (std::size_t l = 0; l < layers; ++l)
                out.diagonal(image, l) =
                    kernel_diagonal(kernel, l, tables.plan.layers[l]->squared_length(image));
            out.done[image] = 1;
        });
    }
}

void add_imbalance(const Tables& tables, const Block& block, const BlockRanks& ranks, const at::Tensor& sure,
                   const Results& to) {
    RECORD_USER_SCOPE("imbalance sums");
    const std::size_t layers = tables.rows.layers();
    const at::Tensor host_sure = on_host(sure);
    const bool* is_sure = host_sure.data_ptr<bool>();
    const std::size_t rows = block.columns.size();
    to.block.thresholds += tables.pairs * tables.plan.ks.back() *
                           static_cast<std::size_t>(std::count(is_sure, is_sure + rows, true));
    for (std::size_t at = 0; at < tables.plan.ks.size(); ++at) {
        const at::Tensor c = ranks.divergence[at] * tables.asked;
        const at::Tensor good = counted(c, sure);
        const at::Tensor sums = on_host(at::stack({good.sum(0), good.square().sum(0)}));
        add(sums.data_ptr<double>(), to.block.imbalance[at].sum);
        add(sums.data_ptr<double>() + layers * layers, to.block.imbalance[at].squared_sum);
        const at::Tensor between = c * tables.others;
        const at::Tensor from = between.sum(2) / tables.others.sum(1).clamp_min(1.0);
        const at::Tensor onto = between.sum(1) / tables.others.sum(0).clamp_min(1.0);
        const at::Tensor overall = between.sum({1, 2}) / tables.others.sum().clamp_min(1.0);
        const at::Tensor means = on_host(at::cat({from, onto, overall.unsqueeze(1)}, 1).to(at::kFloat));
        ImbalanceSums& out = to.sums.imbalance[at];
        for (std::size_t r = 0; r < rows; ++r) {
            if (!is_sure[r])
                continue;
            const std::uint32_t image = image_of(tables, block, r);
            const float* mean = means.data_ptr<float>() + r * (2 * layers + 1);
            std::copy_n(mean, layers, out.image_from.row(image).begin());
            std::copy_n(mean + layers, layers, out.image_to.row(image).begin());
            out.image_overall[image] = mean[2 * layers];
        }
    }
}

void add_group_imbalance(const Tables& tables, const Block& block, const BlockRanks& in_group,
                         const Candidates& group, const at::Tensor& sure, const Results& to) {
    RECORD_USER_SCOPE("imbalance sums");
    const std::size_t layers = tables.rows.layers();
    const auto groups = static_cast<std::int64_t>(tables.grains.members.size());
    const at::Tensor each = at::arange(groups, block.query.options()).unsqueeze(1);
    const at::Tensor member =
        (each == tables.group_of.index_select(0, block.query).unsqueeze(0)).to(at::kDouble);
    for (std::size_t at = 0; at < tables.plan.ks.size(); ++at) {
        const at::Tensor counts = sure.logical_and(group.ks[static_cast<std::int64_t>(at)] > 0.0);
        // As a product, whose order of adding does not change from run to run.
        const at::Tensor sums =
            on_host(at::mm(member, counted(in_group.divergence[at] * tables.asked, counts).flatten(1)));
        for (std::size_t g = 0; g < tables.grains.members.size(); ++g)
            add(sums.data_ptr<double>() + g * layers * layers, to.block.imbalance[at].subset_sum[g]);
    }
}

void add_overlaps(const Tables& tables, const Block& block, const BlockOverlaps& overlaps,
                  const at::Tensor& sure, const Results& to) {
    RECORD_USER_SCOPE("overlaps");
    const std::size_t layers = tables.rows.layers();
    const std::size_t tenths = tables.grains.jackknife ? tables.grains.jackknife_size.size() : 0;
    at::Tensor counts = sure.unsqueeze(0); // (choice, row)
    if (tenths > 0) {
        const at::Tensor each =
            at::arange(static_cast<std::int64_t>(tenths), block.query.options()).unsqueeze(1);
        const at::Tensor own = tables.tenth_of.index_select(0, block.query).unsqueeze(0);
        counts = at::cat({counts, counts.logical_and(each != own)});
    }
    const auto add_all = [&](const at::Tensor& values, GrainSums::Overlap& out) {
        const at::Tensor good = counted(values, counts).triu();
        const at::Tensor squares = good[0].square().sum(0).unsqueeze(0);
        const at::Tensor sums = on_host(at::cat({squares, good.sum(1)}));
        const double* each = sums.data_ptr<double>();
        add(each, out.squared_sum);
        add(each + layers * layers, out.sum);
        for (std::size_t tenth = 0; tenth < tenths; ++tenth)
            add(each + (2 + tenth) * layers * layers, out.without[tenth]);
    };
    for (std::size_t at = 0; at < tables.plan.ks.size(); ++at) {
        const at::Tensor shared = overlaps.overlaps(tables.plan.ks[at]);
        if (tables.plan.overlap)
            add_all(shared, to.block.overlap[at]);
        if (tables.plan.jaccard)
            add_all(shared / (2.0 - shared), to.block.jaccard[at]);
    }
}

void add_lists(const Tables& tables, const Block& block, const NearLists& lists, const Nearest& nearest,
               const at::Tensor& sure, const Results& to) {
    RECORD_USER_SCOPE("neighbours listed");
    const std::size_t k = tables.plan.listed;
    const auto listed = static_cast<std::int64_t>(k);
    const at::Tensor place = lists.place.narrow(2, 0, listed);
    const auto at_places = [&](const at::Tensor& by_column) { // (layer, column) → as place
        return of_layers(by_column, lists.layers)
            .unsqueeze(1)
            .expand({place.size(0), block.rows(), tables.rows.images()})
            .gather(2, place);
    };
    const auto of_rows = [&](const at::Tensor& by_column) {
        return of_layers(by_column, lists.layers).index_select(1, block.query).unsqueeze(2);
    };
    // x·y of the rows before they were shifted, from ‖x − y‖² of those that were.
    const at::Tensor& squared = tables.rows.squared_lengths;
    const at::Tensor product =
        on_host((of_rows(squared) + at_places(squared) - nearest.value.narrow(2, 0, listed)) / 2.0 +
                of_rows(tables.rows.shifted) + at_places(tables.rows.shifted));
    const at::Tensor places = on_host(place);
    const at::Tensor host_sure = on_host(sure);
    const std::size_t rows = block.columns.size();
    for_each_row(to.pool, rows, [&](std::size_t r) {
        if (!host_sure.data_ptr<bool>()[r])
            return;
        const std::uint32_t image = image_of(tables, block, r);
        for (std::size_t s = 0; s < lists.layers.size(); ++s) {
            const auto l = static_cast<std::size_t>(lists.layers[s]);
            for (std::size_t position = 0; position < k; ++position) {
                const std::size_t from = (s * rows + r) * k + position;
                to.sums.neighbours.image[l](image, position) =
                    tables.rows.image_at[static_cast<std::size_t>(places.data_ptr<std::int64_t>()[from])];
                to.sums.neighbours.product[l](image, position) = product.data_ptr<double>()[from];
            }
        }
    });
}

} // namespace stratoscope::engine::torch_device
