// A grain: some query images whose sums are made by one thread, and added to the whole in the order of
// grains.
#pragma once

#include "core/engine/overlap_counter.h"
#include "core/engine/pass.h"

namespace stratoscope::engine {

/// What all grains of a pass look up.
struct GrainTables {
    /// order: the image at each position of the pass.
    GrainTables(const PassPlan& plan, std::span<const std::uint32_t> order);
    [[nodiscard]] PassSums empty_sums() const;
    /// What a pass in this order adds to: the sums of a former run, without what it had of single images in a
    /// block that it left; empty ones where `begun` is.
    [[nodiscard]] PassSums going_on(PassSums begun, std::span<const std::uint32_t> pass_order) const;

    const PassPlan& plan;
    std::span<const std::uint32_t> order;
    std::size_t images;
    double mean_dimension = 0.0;
    std::vector<bool> constant;                            ///< by layer
    std::vector<std::vector<std::uint32_t>> members;       ///< of each error group: positions …
    std::vector<std::vector<std::uint32_t>> member_images; ///< … and images
    std::vector<std::uint32_t> jackknife_group;            ///< by position
    std::vector<std::vector<std::size_t>> subset_k;        ///< (k, error group)
    std::vector<std::size_t> jackknife_size;
    bool jackknife = false; ///< enough images are left without any tenth
};

/// The sums of one grain that are added to PassSums later; what belongs to one image alone is written there
/// at once.
struct GrainSums {
    GrainSums(const PassPlan& plan, const GrainTables& tables);
    void clear();
    void add_to(PassSums& sums) const;

    struct Imbalance {
        Matrix<double> sum;
        Matrix<double> squared_sum;
        std::vector<Matrix<double>> subset_sum;
    };
    struct Overlap {
        Matrix<double> sum;
        Matrix<double> squared_sum;
        std::vector<Matrix<double>> without;
    };
    std::vector<Imbalance> imbalance;
    std::vector<Overlap> overlap;
    std::vector<Overlap> jaccard;
    std::vector<Matrix<double>> products; ///< by kernel
    std::uint64_t thresholds = 0;
};

/// One query image in all layers, by layer; all by position.
struct GrainRows {
    std::vector<const float*> values; ///< −2 × products for add_kernels, relative distances for add_distances
    std::vector<const float*> lengths;    ///< squared, of the rows at all positions
    std::vector<const float*> roots = {}; ///< of those; only for kernels
};

/// One thread's scratch, and the rows whose ranks still have open doubts: these are settled for many rows at
/// once.
class GrainWorker {
  public:
    /// All must outlive it.
    GrainWorker(const PassPlan& plan, const GrainTables& tables, const Task& task);

    /// rows: −2 × products of the image at this position with those at all positions.
    void add_kernels(std::size_t position, const GrainRows& rows, PassSums& sums, GrainSums& grain);
    /// rows: relative distances, +infinity at itself. Some sums may be added by finish() only, until when
    /// they must be there.
    void add_distances(std::size_t position, const GrainRows& rows, PassSums& sums, GrainSums& grain);
    /// Adds what is still open. Throws Cancelled, and then some of it is lost.
    void finish(PassSums& sums);

    [[nodiscard]] std::uint64_t rechecks() const noexcept { return rechecks_ + scratch_->order.rechecks(); }

  private:
    void add_imbalance(const RowRanker& ranker, std::size_t image, PassSums& sums, GrainSums& grain);
    void add_subset_imbalance(std::size_t image, std::span<const float* const> rows, GrainSums& grain);
    void add_overlap(RowRanker& ranker, std::size_t image, GrainSums& grain);
    [[nodiscard]] RowRanker& next_ranker();

    const PassPlan* plan_;
    const GrainTables* tables_;
    const Task* task_;
    std::shared_ptr<RankerScratch> scratch_;
    RowRanker subset_ranker_;
    std::vector<double> divergence_; // of one source layer, to each
    std::vector<RowRanker> rankers_; // of the open rows and the one before them
    struct OpenRow {
        std::size_t image;
        GrainSums* grain;
    };
    std::vector<OpenRow> open_;
    std::size_t open_bytes_ = 0;     // of their ranks
    std::vector<OpenDoubts> doubts_; // by layer
    std::uint64_t rechecks_ = 0;     // of doubts that were left open
    OverlapCounter overlap_;
    KernelRow kernels_;
    std::vector<float> slices_;
};

} // namespace stratoscope::engine
