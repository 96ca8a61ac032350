#include "core/measures/pair_images.h"

#include "core/base/thread_pool.h"
#include "core/engine/layer_store.h"
#include "core/engine/packed_rows.h"
#include "core/engine/prepared_layer.h"
#include "core/engine/row_ranker.h"
#include "core/engine/subsets.h"
#include "core/measures/compare.h"
#include "core/measures/rank_correlation.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>

namespace stratoscope::measures {
namespace {

constexpr std::size_t rows_at_a_time = 32;
constexpr std::size_t halves = 2;

void check_k(std::size_t k, std::size_t images) {
    if (images < 4)
        throw Error(ErrorKind::bad_data, {.what = "too few images to compare layers",
                                          .expected = "at least 4",
                                          .found = std::to_string(images)});
    if (k < 1 || k > most_neighbours(images))
        throw Error(ErrorKind::usage, {.what = "k = " + std::to_string(k) + " does not fit " +
                                               std::to_string(images) + " images",
                                       .expected = "1 ≤ k ≤ " + std::to_string(most_neighbours(images)),
                                       .advice = "ask for a smaller k"});
}

engine::PreparedLayers both_layers(const Dataset& dataset, LayerId a, LayerId b, Distance distance,
                                   engine::LayerStore& store, const Task& task) {
    engine::PreparedLayers layers;
    for (const LayerId id : {a, b}) {
        const Layer& layer = dataset.layer(id);
        if (!layer.usable())
            throw Error(ErrorKind::bad_data,
                        {.what = "the layer can't be used: " + layer.unusable, .where = dataset.path_of(id)});
        layers.push_back(store.get(dataset, id, distance, task));
    }
    return layers;
}

// Relative distances of consecutive images to all, as RowRanker and NearOrder want them; out has padding.
void distances_of(const engine::PreparedLayer& layer, const engine::PackedRows& packed, engine::Range images,
                  Matrix<float>& out, engine::PackedRows::Queries& queries) {
    if (out.rows() < images.count)
        out = Matrix<float>(images.count, engine::PackedRows::padded(packed.rows()));
    packed.pack(images, queries);
    packed.relative_distances(queries, {0, packed.rows()}, out.view());
    for (std::size_t r = 0; r < images.count; ++r) {
        for (const std::uint32_t twin : layer.twins(images.first + r))
            out(r, twin) = layer.relative_distance_of_equals();
        out(r, images.first + r) = std::numeric_limits<float>::infinity();
    }
}

// The places of one half of the reference images.
struct Half {
    std::vector<std::uint32_t> members;
    std::size_t k = 1;
};

// What each thread needs to rank one image after another in the two layers.
class PairWorker {
  public:
    PairWorker(const engine::PreparedLayers& layers, const std::vector<engine::PackedRows>& packed,
               const engine::LayerRoles& roles)
        : layers_(layers), packed_(packed), ranker_(layers, roles) {}

    void look_at(engine::Range images) {
        for (std::size_t side = 0; side < 2; ++side)
            distances_of(*layers_[side], packed_[side], images, distances_[side], queries_);
    }

    // c_i(a→b) and c_i(b→a) of the r-th image looked at.
    std::array<double, 2> divergence(std::uint32_t image, std::size_t r, std::size_t k) {
        const std::array<const float*, 2> rows{distances_[0].row(r).data(), distances_[1].row(r).data()};
        return ranked(image, rows, packed_[0].rows(), {}, k);
    }

    std::array<double, 2> divergence(std::uint32_t image, std::size_t r, const Half& half) {
        std::array<const float*, 2> rows{};
        for (std::size_t side = 0; side < 2; ++side) {
            slice_[side].resize(half.members.size());
            for (std::size_t m = 0; m < half.members.size(); ++m)
                slice_[side][m] = distances_[side](r, half.members[m]);
            rows[side] = slice_[side].data();
        }
        return ranked(image, rows, half.members.size(), half.members, half.k);
    }

  private:
    std::array<double, 2> ranked(std::uint32_t image, const std::array<const float*, 2>& rows,
                                 std::size_t count, std::span<const std::uint32_t> columns, std::size_t k) {
        ranker_.look(image, rows, count, columns, k);
        ranker_.rank(k);
        std::array<double, 2> of_first{};
        std::array<double, 2> of_second{};
        ranker_.divergences(0, k, of_first);
        ranker_.divergences(1, k, of_second);
        return {of_first[1], of_second[0]};
    }

    const engine::PreparedLayers& layers_;
    const std::vector<engine::PackedRows>& packed_;
    engine::RowRanker ranker_;
    engine::PackedRows::Queries queries_;
    std::array<Matrix<float>, 2> distances_;
    std::array<std::vector<float>, 2> slice_;
};

double reliability(std::span<const double> first, std::span<const double> second) {
    const double r = rank_correlation(first, second);
    return r <= -1.0 ? -1.0 : 2.0 * r / (1.0 + r); // NaN stays NaN
}

std::vector<Neighbour> neighbours_in(engine::NearOrder& here, engine::NearOrder& there, std::size_t k,
                                     const engine::NearestPlaces& near,
                                     const engine::NearestPlaces& near_there) {
    // Those tied at the k-th place come in image order; which of them are shown means nothing more.
    std::vector<std::uint32_t> places = near.place;
    for (std::size_t first = 0; first < places.size(); first = near.run_end[first])
        std::sort(places.begin() + near.run_begin[first], places.begin() + near.run_end[first]);
    places.resize(k);
    std::vector<std::uint32_t> ranks(k);
    std::vector<std::uint32_t> ranks_there(k);
    here.twice_mid_ranks(places, ranks);
    there.twice_mid_ranks(places, ranks_there);
    std::vector<Neighbour> out;
    for (std::size_t m = 0; m < k; ++m) {
        const auto at = std::ranges::find(near_there.place, places[m]) - near_there.place.begin();
        const bool shared = static_cast<std::size_t>(at) < near_there.size() &&
                            near_there.weight(static_cast<std::size_t>(at), k) > 0.0;
        out.push_back({places[m], std::sqrt(here.exact_squared_distance(places[m])), ranks[m] / 2.0,
                       ranks_there[m] / 2.0, shared});
    }
    return out;
}

} // namespace

PairDivergence pair_divergence(const Dataset& dataset, LayerId a, LayerId b, std::size_t k, Distance distance,
                               engine::LayerStore& store, const Task& task) {
    const std::size_t images = dataset.images.size();
    check_k(k, images);
    const engine::PreparedLayers layers = both_layers(dataset, a, b, distance, store, task.part(0.0, 0.2));
    const engine::LayerRoles roles{{true, true}, {true, true}};

    std::array<Half, halves> half;
    const auto members = engine::members_of(engine::groups_by_position(dataset.images, halves), halves);
    bool split = true;
    for (std::size_t h = 0; h < halves; ++h) {
        half[h] = {members[h], std::max<std::size_t>(1, (k + 1) / halves)};
        split = split && half[h].k + 1 < half[h].members.size();
    }

    PairDivergence out{.k = k,
                       .distance = distance,
                       .forward = std::vector<double>(images),
                       .backward = std::vector<double>(images)};
    std::array<std::array<std::vector<double>, 2>, halves> by_half;
    for (auto& directions : by_half)
        directions.fill(std::vector<double>(images));
    const std::vector<std::uint32_t> order = engine::file_order(images);
    std::vector<engine::PackedRows> packed;
    for (const auto& layer : layers)
        packed.emplace_back(*layer, order);
    std::vector<PairWorker> workers;
    for (std::size_t worker = 0; worker < task.pool.size(); ++worker)
        workers.emplace_back(layers, packed, roles);

    const std::size_t blocks = (images + rows_at_a_time - 1) / rows_at_a_time;
    const Task ranking = task.part(0.2, 1.0);
    std::atomic<std::size_t> done = 0;
    task.pool.parallel_for(blocks, [&](std::size_t block, std::size_t worker) {
        task.check();
        const std::size_t first = block * rows_at_a_time;
        const engine::Range queries{first, std::min(rows_at_a_time, images - first)};
        workers[worker].look_at(queries);
        for (std::size_t r = 0; r < queries.count; ++r) {
            const auto image = static_cast<std::uint32_t>(first + r);
            const auto c_i = workers[worker].divergence(image, r, k);
            out.forward[image] = c_i[0];
            out.backward[image] = c_i[1];
            for (std::size_t h = 0; split && h < halves; ++h) {
                const auto c = workers[worker].divergence(image, r, half[h]);
                by_half[h][0][image] = c[0];
                by_half[h][1][image] = c[1];
            }
        }
        ++done;
        if (worker == 0) // progress is told by one thread at a time
            ranking.report(static_cast<double>(done) / static_cast<double>(blocks), "ranking images");
    });
    if (split) {
        out.forward_reliability = reliability(by_half[0][0], by_half[1][0]);
        out.backward_reliability = reliability(by_half[0][1], by_half[1][1]);
    } else {
        out.forward_reliability = out.backward_reliability = std::numeric_limits<double>::quiet_NaN();
    }
    return out;
}

PairNeighbours pair_neighbours(const Dataset& dataset, LayerId a, LayerId b, std::size_t image, std::size_t k,
                               Distance distance, engine::LayerStore& store, const Task& task) {
    const std::size_t images = dataset.images.size();
    check_k(k, images);
    if (image >= images)
        throw Error(ErrorKind::usage, {.what = "there is no such image",
                                       .expected = "0 … " + std::to_string(images - 1),
                                       .found = std::to_string(image)});
    const engine::PreparedLayers layers = both_layers(dataset, a, b, distance, store, task);
    const std::vector<std::uint32_t> stored = engine::file_order(images);
    engine::PackedRows::Queries queries;
    std::array<Matrix<float>, 2> distances;
    std::array<engine::NearOrder, 2> order;
    std::array<engine::NearestPlaces, 2> near;
    for (std::size_t side = 0; side < 2; ++side) {
        task.check();
        const engine::PackedRows packed(*layers[side], stored);
        distances_of(*layers[side], packed, {image, 1}, distances[side], queries);
        order[side].look_at(*layers[side], image, distances[side].row(0).first(images));
        order[side].nearest(k, near[side]);
    }
    return {image, neighbours_in(order[0], order[1], k, near[0], near[1]),
            neighbours_in(order[1], order[0], k, near[1], near[0])};
}

} // namespace stratoscope::measures
