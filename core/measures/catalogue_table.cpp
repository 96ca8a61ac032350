// The table itself: every measure, and settings that are known by a name.
#include "core/measures/catalogue.h"

#include <array>

namespace stratoscope::measures {
namespace {

constexpr std::array<MeasureInfo, 17> table{{
    {.name = "information_imbalance",
     .group = MeasureGroup::neighbourhoods,
     .title = "Information imbalance",
     .in_text = "information imbalance",
     .symbol = "Δ",
     .version = 1,
     .direction = Direction::directed,
     .sense = Sense::distance,
     .takes_k = true,
     .takes_distance = true,
     .range = "(k+1)/N … about 1",
     .floor = {"(k+1)/N", "a layer with itself"},
     .null_value = {"1", "layers that know nothing of each other"},
     .summary =
         "How well nearness in one layer predicts nearness in another: 0 = tells all, 1 = tells nothing.",
     .subject = "Δ(a→b)",
     .definition =
         "the mean over images i of 2/(N·k) times the summed ranks, in layer b, of the k images nearest to i "
         "in layer a. Ranks run from 1 to N−1 over all images but i. Images at exactly equal distances get "
         "the rank, and the share of the k places, that random tie-breaking would give them on average.",
     .error = "The sampling error comes from {subsets} disjoint subsets of the images (whole classes where "
              "there are labels), with k scaled to their size, compared as excess over the floor.",
     .source = "Glielmo, Zeni, Cheng, Csányi, Laio: Ranking the information content of distance measures. "
               "PNAS Nexus 1 (2022)."},
    {.name = "overlap",
     .group = MeasureGroup::neighbourhoods,
     .title = "Neighbourhood overlap",
     .in_text = "neighbourhood overlap",
     .symbol = "overlap",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = true,
     .takes_distance = true,
     .range = "0 … 1",
     .floor = {"1", "a layer with itself"},
     .null_value = {"k/(N−1)", "neighbours drawn by lot"},
     .summary = "The share of its k nearest images that an image keeps from one layer to the other: 1 = all "
                "of them.",
     .definition = "the mean over images of |k_a(i) ∩ k_b(i)| / k, where k_a(i) are the k images nearest to "
                   "i in layer a. Where the k-th place is tied, all tied images share the places that are "
                   "left, and shares multiply.",
     .error = "The standard error is a jackknife that leaves out one tenth of the images at a time, as query "
              "and as neighbour.",
     .source = "Doimo, Glielmo, Ansuini, Laio: Hierarchical nucleation in deep neural networks. NeurIPS "
               "(2020); with k = 10 and cosine: Huh, Cheung, Wang, Isola: The platonic representation "
               "hypothesis. ICML (2024)."},
    {.name = "jaccard",
     .group = MeasureGroup::neighbourhoods,
     .title = "Neighbourhood Jaccard index",
     .in_text = "neighbourhood Jaccard index",
     .symbol = "J",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = true,
     .takes_distance = true,
     .range = "0 … 1",
     .floor = {"1", "a layer with itself"},
     .null_value = {"about k/(2(N−1) − k)", "neighbours drawn by lot"},
     .summary = "Of all images that are among an image's k nearest in either layer, the share that is so in "
                "both: 1 = the same neighbours.",
     .definition = "the mean over images of |k_a(i) ∩ k_b(i)| / |k_a(i) ∪ k_b(i)|, with the neighbourhoods, "
                   "ties and standard error of the overlap.",
     .source = "Jaccard: The distribution of the flora in the alpine zone. New Phytologist 11 (1912); for "
               "layers: Klabunde et al.: Similarity of neural network models. ACM Computing Surveys (2025)."},
    {.name = "cknna",
     .group = MeasureGroup::neighbourhoods,
     .title = "CKNNA",
     .in_text = "CKNNA",
     .symbol = "CKNNA",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = true,
     .takes_distance = true,
     .range = "about 0 … 1, may be slightly negative",
     .floor = {"1", "a layer with itself"},
     .null_value = {"about 0"},
     .summary = "CKA that looks at shared nearest neighbours alone: 1 = the same neighbours at the same "
                "similarities.",
     .definition =
         "HSIC₁(w_a∘w_b∘K, w_a∘w_b∘L)/√(HSIC₁(w_a∘K, w_a∘K)·HSIC₁(w_b∘L, w_b∘L)) with linear kernels K, L of "
         "the rows (of length 1 for cosine, as published), w the 0/1 matrices of the k nearest images (where "
         "the k-th place is tied, those that come first in the file), and HSIC₁ as in unbiased CKA, its "
         "first term Σ K̃_ij L̃_ji since masked kernels are not symmetric.",
     .error = "The standard error follows from each image's part in the three sums.",
     .source = "Huh, Cheung, Wang, Isola: The platonic representation hypothesis. ICML (2024)."},
    {.name = "cka_unbiased",
     .group = MeasureGroup::kernels,
     .title = "CKA, unbiased",
     .in_text = "CKA",
     .variant = "unbiased",
     .symbol = "CKA",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = false,
     .range = "about 0 … 1, may be slightly negative",
     .floor = {"1", "a layer with itself"},
     .null_value = {"0 on average, with deviation √(2/(N(N−3)))"},
     .summary = "Likeness of the linear kernels of two layers, corrected for the number of images: 1 = same "
                "up to rotation and scale.",
     .definition = "HSIC₁(K,L)/√(HSIC₁(K,K)·HSIC₁(L,L)) with linear kernels of the rows and the unbiased "
                   "estimator HSIC₁ of Song et al., which leaves the diagonals out. It is never clamped.",
     .error = "The standard error follows from each image's part in the three sums.",
     .source =
         "Nguyen, Raghu, Kornblith: Do wide and deep networks learn the same things? ICLR (2021); Song, "
         "Smola, Gretton, Bedo, Borgwardt: Feature selection via dependence maximization. JMLR 13 (2012)."},
    {.name = "cka",
     .group = MeasureGroup::kernels,
     .title = "CKA, biased",
     .in_text = "CKA",
     .variant = "biased",
     .symbol = "CKA",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = false,
     .range = "0 … 1",
     .floor = {"1", "a layer with itself"},
     .null_value = {"tr(K_c)·tr(L_c)/((N−1)·‖K_c‖·‖L_c‖), near 1 when images are few"},
     .summary = "Linear CKA as first published. With fewer images than dimensions it is near 1 for anything: "
                "prefer the unbiased one.",
     .definition =
         "tr(KHLH)/√(tr(KHKH)·tr(LHLH)) with linear kernels K, L of the rows and the centring matrix H.",
     .error = "The standard error follows from each image's part in the three sums.",
     .source = "Kornblith, Norouzi, Lee, Hinton: Similarity of neural network representations revisited. "
               "ICML (2019)."},
    {.name = "cka_rbf_unbiased",
     .group = MeasureGroup::kernels,
     .title = "CKA with Gaussian kernels, unbiased",
     .in_text = "CKA with Gaussian kernels",
     .variant = "unbiased",
     .symbol = "CKA",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = true,
     .range = "about 0 … 1, may be slightly negative",
     .floor = {"1", "a layer with itself"},
     .null_value = {"0 on average, with deviation √(2/(N(N−3)))"},
     .summary = "Likeness of who is near whom, with nearness falling off as a Gaussian: 1 = same. Small "
                "distances count more than in linear CKA.",
     .definition = "unbiased CKA of the kernels exp(−d²/(2σ²)), σ being the median distance of the layer's "
                   "images times the bandwidth asked for. Above 10 000 images the median comes from a "
                   "histogram of all distances, to about 10⁻⁶ of itself.",
     .source = "Kornblith, Norouzi, Lee, Hinton: Similarity of neural network representations revisited. "
               "ICML (2019); Song et al., JMLR 13 (2012)."},
    {.name = "cka_rbf",
     .group = MeasureGroup::kernels,
     .title = "CKA with Gaussian kernels, biased",
     .in_text = "CKA with Gaussian kernels",
     .variant = "biased",
     .symbol = "CKA",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = true,
     .range = "0 … 1",
     .floor = {"1", "a layer with itself"},
     .null_value = {"tr(K_c)·tr(L_c)/((N−1)·‖K_c‖·‖L_c‖)"},
     .summary = "CKA with Gaussian kernels as first published; of few images it is high for anything: prefer "
                "the unbiased one.",
     .definition = "biased CKA of the kernels exp(−d²/(2σ²)), σ being the median distance of the layer's "
                   "images times the bandwidth asked for.",
     .source = "Kornblith, Norouzi, Lee, Hinton: Similarity of neural network representations revisited. "
               "ICML (2019)."},
    {.name = "rsa_pearson",
     .group = MeasureGroup::distances,
     .title = "RSA, Pearson",
     .in_text = "RSA",
     .variant = "Pearson",
     .symbol = "r",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = true,
     .range = "−1 … 1",
     .floor = {"1", "a layer with itself"},
     .null_value = {"0"},
     .summary = "Correlation of all pairwise distances: 1 = distances in one layer are a multiple of those "
                "in the other, plus a constant.",
     .definition =
         "Pearson's correlation over the N(N−1)/2 pairs of images of their distances in the two layers.",
     .error = "The standard error follows from each image's part in the three sums.",
     .source = "Kriegeskorte, Mur, Bandettini: Representational similarity analysis. Frontiers in Systems "
               "Neuroscience 2 (2008)."},
    {.name = "rsa_spearman",
     .group = MeasureGroup::distances,
     .title = "RSA, Spearman",
     .in_text = "RSA",
     .variant = "Spearman",
     .symbol = "ρ",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = true,
     .range = "−1 … 1",
     .floor = {"1", "a layer with itself"},
     .null_value = {"0"},
     .summary = "Rank correlation of all pairwise distances: 1 = pairs are in the same order of distance.",
     .definition =
         "Spearman's correlation over the N(N−1)/2 pairs of images of their distances in the two layers, "
         "ties at mid-ranks. Ranks come from a histogram of all distances with up to 2²⁰ cells, in which "
         "distances that float32 hardly tells apart share a rank; where ranks rise evenly over many cells, a "
         "line stands for them, off by at most 2 × 10⁻⁵ in the root mean square.",
     .source = "Kriegeskorte, Mur, Bandettini: Representational similarity analysis. Frontiers in Systems "
               "Neuroscience 2 (2008)."},
    {.name = "distance_correlation",
     .group = MeasureGroup::distances,
     .title = "Distance correlation",
     .in_text = "distance correlation",
     .symbol = "dCor",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = true,
     .range = "0 … 1",
     .floor = {"1", "a layer with itself"},
     .null_value = {"√(tr(K_c)·tr(L_c)/((N−1)·‖K_c‖·‖L_c‖)), K the distances",
                    "well above 0 when images are few"},
     .summary = "Dependence of two layers through their distances, nonlinear dependence included: 0 only for "
                "independent ones.",
     .definition = "the root of V²(a,b)/√(V²(a,a)·V²(b,b)), V² being the mean product of the doubly centred "
                   "distance matrices.",
     .source = "Székely, Rizzo, Bakirov: Measuring and testing dependence by correlation of distances. "
               "Annals of Statistics 35 (2007)."},
    {.name = "distance_correlation_unbiased",
     .group = MeasureGroup::distances,
     .title = "Distance correlation, unbiased",
     .in_text = "distance correlation",
     .variant = "unbiased",
     .symbol = "dCor²",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = true,
     .range = "about 0 … 1, may be slightly negative",
     .floor = {"1", "a layer with itself"},
     .null_value = {"0 on average, with deviation √(2/(N(N−3)))"},
     .summary = "Distance correlation without its bias for few images; it is the square, so compare it with "
                "squares.",
     .definition = "the ratio of the inner products of U-centred distance matrices; no root is taken, and it "
                   "is never clamped.",
     .source = "Székely, Rizzo: Partial distance correlation with methods for dissimilarities. Annals of "
               "Statistics 42 (2014)."},
    {.name = "procrustes",
     .group = MeasureGroup::feature_maps,
     .title = "Procrustes, angular",
     .in_text = "Procrustes",
     .variant = "angular",
     .symbol = "angle (rad)",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::distance,
     .takes_k = false,
     .takes_distance = false,
     .range = "0 … π/2",
     .floor = {"0", "a layer with itself"},
     .null_value = {"π/2", "orthogonal feature maps",
                    "unrelated layers stay short of it when images are few"},
     .summary = "The angle, in radians, that is left between two layers after the best rotation of one onto "
                "the other: 0 = same.",
     .definition = "arccos‖X_aᵀX_b‖_* of the rows with columns centred and Frobenius norm 1; ‖·‖_* sums the "
                   "singular values.",
     .error = "The standard error is a jackknife that leaves out a tenth of the images at a time.",
     .source = "Williams, Kunz, Kornblith, Linderman: Generalized shape metrics on neural representations. "
               "NeurIPS (2021)."},
    {.name = "procrustes_distance",
     .group = MeasureGroup::feature_maps,
     .title = "Procrustes, distance",
     .in_text = "Procrustes",
     .variant = "distance",
     .symbol = "distance",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::distance,
     .takes_k = false,
     .takes_distance = false,
     .range = "0 … √2",
     .floor = {"0", "a layer with itself"},
     .null_value = {"√2", "orthogonal feature maps", "unrelated layers stay short of it when images are few"},
     .summary =
         "How far apart two layers are after the best rotation and scaling of one onto the other: 0 = same.",
     .definition = "√(2 − 2‖X_aᵀX_b‖_*) of the rows with columns centred and Frobenius norm 1.",
     .error = "The standard error is a jackknife that leaves out a tenth of the images at a time.",
     .source = "Ding, Denain, Steinhardt: Grounding representation similarity through statistical testing. "
               "NeurIPS (2021)."},
    {.name = "svcca",
     .group = MeasureGroup::feature_maps,
     .title = "SVCCA",
     .in_text = "SVCCA",
     .symbol = "ρ̄",
     .version = 1,
     .direction = Direction::symmetric,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = false,
     .range = "0 … 1",
     .floor = {"1", "a layer with itself"},
     .null_value = {"0", "", "unrelated layers stay above it, at about the root of (dimensions kept)/N"},
     .summary = "Mean canonical correlation of the main directions of two layers: 1 = the same up to an "
                "invertible linear map.",
     .definition = "the mean of the canonical correlations of the leading principal components that hold 99 "
                   "% of each layer's variance (of σ², not σ). Refused for N at or below the number of "
                   "dimensions kept, where it would be 1 for anything.",
     .source = "Raghu, Gilmer, Yosinski, Sohl-Dickstein: SVCCA. NeurIPS (2017)."},
    {.name = "pwcca",
     .group = MeasureGroup::feature_maps,
     .title = "PWCCA",
     .in_text = "PWCCA",
     .symbol = "ρ̄_w",
     .version = 1,
     .direction = Direction::directed,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = false,
     .range = "0 … 1",
     .floor = {"1", "a layer with itself"},
     .null_value = {"0", "", "unrelated layers stay above it, as SVCCA does"},
     .summary = "SVCCA that weighs each canonical direction by how much of the first layer it carries.",
     .definition = "Σ w_i ρ_i/Σ w_i with weights w_i = Σ_j |⟨h_i, x_j⟩| of the canonical variates h_i of "
                   "layer a over its centred columns x_j, both layers cut to 99 % of their variance.",
     .source = "Morcos, Raghu, Bengio: Insights on representational similarity in neural networks with "
               "canonical correlation. NeurIPS (2018)."},
    {.name = "linear_predictivity",
     .group = MeasureGroup::feature_maps,
     .title = "Linear predictivity",
     .in_text = "linear predictivity",
     .symbol = "R²",
     .version = 1,
     .direction = Direction::directed,
     .sense = Sense::similarity,
     .takes_k = false,
     .takes_distance = false,
     .range = "at most 1; below 0: worse than the mean",
     .floor = {"close to 1", "a layer from itself"},
     .null_value = {"0", "no better than the mean", "unrelated layers fall below"},
     .summary = "How much of the column layer a linear map of the row layer tells about images it has not "
                "seen: 1 = all.",
     .definition = "pooled R² = 1 − Σ‖error‖²/Σ‖b − mean‖² of a ridge regression, over 5 folds (image i in "
                   "fold i mod 5 by position in the sorted ids), means from the training part, penalty 10⁻³ "
                   "times the mean squared column norm of the centred training rows.",
     .error = "The standard error is a jackknife that leaves out the errors of a tenth of the images at a "
              "time, with the fits kept.",
     .source = "Yamins et al.: Performance-optimized hierarchical models predict neural responses in higher "
               "visual cortex. PNAS 111 (2014)."},
}};

constexpr std::array<Preset, 5> preset_table{{
    {"dadapy", "As DADApy computes it", "information_imbalance", std::size_t{1}, Distance::euclidean},
    {"as_published", "As published: nearest neighbour alone", "information_imbalance", std::size_t{1},
     Distance::euclidean},
    {"platonic", "Platonic alignment: 10 nearest by cosine", "overlap", std::size_t{10}, Distance::cosine},
    {"kornblith", "Linear CKA as Kornblith et al.", "cka", std::nullopt, Distance::euclidean},
    {"nguyen", "Unbiased CKA as Nguyen et al.", "cka_unbiased", std::nullopt, Distance::euclidean},
}};

} // namespace

std::span<const MeasureInfo> catalogue() {
    return table;
}

std::span<const Preset> presets() {
    return preset_table;
}

} // namespace stratoscope::measures
