#include "core/measures/catalogue.h"

#include <algorithm>
#include <array>

namespace stratoscope::measures {
namespace {

constexpr std::array<MeasureInfo, 4> table{{
    {.name = "information_imbalance",
     .title = "Information imbalance",
     .symbol = "Δ",
     .version = 1,
     .direction = Direction::directed,
     .sense = Sense::distance,
     .takes_k = true,
     .takes_distance = true,
     .range = "(k+1)/N … about 1",
     .floor = "(k+1)/N: a layer with itself",
     .null_value = "1: layers that know nothing of each other",
     .summary =
         "How well nearness in one layer predicts nearness in another: 0 = tells all, 1 = tells nothing.",
     .definition = "Δ(a→b) is the mean over images i of 2/(N·k) times the summed ranks, in layer b, of the k "
                   "images nearest to i in layer a. "
                   "Ranks run from 1 to N−1 over all images but i. Images at exactly equal distances get the "
                   "rank, and the share of "
                   "the k places, that random tie-breaking would give them on average. The sampling error "
                   "comes from five disjoint subsets of "
                   "the images (whole classes where there are labels), with k scaled to their size, compared "
                   "as excess over the floor.",
     .source = "Glielmo, Zeni, Cheng, Csányi, Laio: Ranking the information content of distance measures. "
               "PNAS Nexus 1 (2022)."},
    {.name = "overlap",
     .title = "Neighbourhood overlap",
     .symbol = "overlap",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = true,
     .takes_distance = true,
     .range = "0 … 1",
     .floor = "1: a layer with itself",
     .null_value = "k/(N−1): neighbours drawn by lot",
     .summary = "The share of its k nearest images that an image keeps from one layer to the other: 1 = all "
                "of them.",
     .definition = "The mean over images of |k_a(i) ∩ k_b(i)| / k, where k_a(i) are the k images nearest to "
                   "i in layer a. Where the k-th place is "
                   "tied, all tied images share the places that are left, and shares multiply. The standard "
                   "error is a jackknife that leaves out one "
                   "tenth of the images at a time, as query and as neighbour.",
     .source = "Doimo, Glielmo, Ansuini, Laio: Hierarchical nucleation in deep neural networks. NeurIPS "
               "(2020); with k = 10 and cosine: "
               "Huh, Cheung, Wang, Isola: The platonic representation hypothesis. ICML (2024)."},
    {.name = "cka_unbiased",
     .title = "CKA, unbiased",
     .symbol = "CKA",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = false,
     .range = "about 0 … 1, may be slightly negative",
     .floor = "1: a layer with itself",
     .null_value = "0 on average, with deviation √(2/(N(N−3)))",
     .summary = "Likeness of the linear kernels of two layers, corrected for the number of images: 1 = same "
                "up to rotation and scale.",
     .definition = "HSIC₁(K,L)/√(HSIC₁(K,K)·HSIC₁(L,L)) with linear kernels of the rows and the unbiased "
                   "estimator HSIC₁ of Song et al., "
                   "which leaves the diagonals out. It is never clamped. The standard error follows from "
                   "each image's part in the three sums.",
     .source = "Nguyen, Raghu, Kornblith: Do wide and deep networks learn the same things? ICLR (2021); "
               "Song, Smola, Gretton, Bedo, Borgwardt: Feature "
               "selection via dependence maximization. JMLR 13 (2012)."},
    {.name = "cka",
     .title = "CKA, biased",
     .symbol = "CKA",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = false,
     .range = "0 … 1",
     .floor = "1: a layer with itself",
     .null_value = "tr(K_c)·tr(L_c)/((N−1)·‖K_c‖·‖L_c‖), near 1 when images are few",
     .summary = "Linear CKA as first published. With fewer images than dimensions it is near 1 for anything: "
                "prefer the unbiased one.",
     .definition = "tr(KHLH)/√(tr(KHKH)·tr(LHLH)) with linear kernels K, L of the rows and the centring "
                   "matrix H. The standard error follows "
                   "from each image's part in the three sums.",
     .source = "Kornblith, Norouzi, Lee, Hinton: Similarity of neural network representations revisited. "
               "ICML (2019)."},
}};

constexpr std::array<Preset, 4> preset_table{{
    {"as_published", "As published: nearest neighbour alone", "information_imbalance", std::size_t{1},
     Distance::euclidean},
    {"platonic", "Platonic alignment: 10 nearest by cosine", "overlap", std::size_t{10}, Distance::cosine},
    {"kornblith", "Linear CKA as Kornblith et al.", "cka", std::nullopt, Distance::euclidean},
    {"nguyen", "Unbiased CKA as Nguyen et al.", "cka_unbiased", std::nullopt, Distance::euclidean},
}};

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b,
                              [](char x, char y) { return (x == '-' ? '_' : x) == (y == '-' ? '_' : y); });
}

template <class Table>
auto find_in(const Table& entries, std::string_view name) {
    const auto at =
        std::ranges::find_if(entries, [&](const auto& entry) { return same_name(entry.name, name); });
    return at == entries.end() ? nullptr : &*at;
}

} // namespace

std::span<const MeasureInfo> catalogue() {
    return table;
}

std::span<const Preset> presets() {
    return preset_table;
}

const MeasureInfo* find_measure(std::string_view name) {
    return find_in(table, name);
}

const Preset* find_preset(std::string_view name) {
    return find_in(preset_table, name);
}

} // namespace stratoscope::measures
