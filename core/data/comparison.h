// A result: one measure over rows × columns of layers, with all that is needed to read it.
#pragma once

#include "core/base/matrix.h"
#include "core/data/warning.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stratoscope {

enum class Direction { directed, symmetric };
/// distance: 0 = same; similarity: 1 = same.
enum class Sense { distance, similarity };
enum class Distance { euclidean, cosine, hamming };

[[nodiscard]] std::string_view name_of(Direction direction);
[[nodiscard]] std::string_view name_of(Sense sense);
[[nodiscard]] std::string_view name_of(Distance distance);
/// Nothing for a name that is none of them.
[[nodiscard]] std::optional<Distance> distance_named(std::string_view name);

/// A layer as a result names it: enough to draw it and to find it again in the dataset.
struct ComparedLayer {
    std::string model;
    std::string layer;
    std::string model_title;
    std::string family;
    std::size_t index = 0;
    double depth = 0.0;
    std::string module;
    std::string pooling;
    [[nodiscard]] std::string path() const { return model + "/" + layer; }
    bool operator==(const ComparedLayer&) const = default;
};

/// What was computed: equal definitions over equal inputs give equal values.
struct Definition {
    std::string measure; ///< information_imbalance, overlap, cka, cka_unbiased, …
    int version = 1;     ///< of the measure's definition
    Direction direction = Direction::directed;
    Sense sense = Sense::distance;
    std::optional<std::size_t> k; ///< nothing where the measure has no k
    Distance distance = Distance::euclidean;
    std::string pooling;               ///< of the layers, "mixed" when they differ
    std::size_t images = 0;            ///< N used
    std::optional<std::size_t> subset; ///< asked-for --subset
    std::uint64_t seed = 0;
    std::size_t error_subsets = 0; ///< disjoint subsets behind standard_error, 0 when it comes from elsewhere
    std::size_t repeats = 0;  ///< draws of the subset: values are their means, standard_error their deviation
    std::size_t shuffles = 0; ///< behind shuffled_null, 0 when there is none
    std::optional<double> bandwidth = {}; ///< of Gaussian kernels, in medians of the distances; else nothing
    bool operator==(const Definition&) const = default;
};

/// For each image, the means of its divergences over a layer's row and column of the matrix (the layer with
/// itself left out): what is an outlier everywhere, taken off to rank images by what is specific to a pair. N
/// × layers each.
struct ImageMeans {
    Matrix<float> from;         ///< (image, row layer): mean over columns of c_i(row → ·)
    Matrix<float> to;           ///< (image, column layer): mean over rows of c_i(· → column)
    std::vector<float> overall; ///< (image): mean over all cells
};

/// Values are NaN where undefined (an unusable layer, say): written as null, drawn hatched.
struct Comparison {
    Definition definition;
    std::vector<ComparedLayer> rows;    ///< "from"; value(i, j) is rows[i] → columns[j]
    std::vector<ComparedLayer> columns; ///< "to"
    Matrix<double> value;
    Matrix<double> standard_error; ///< sampling error: how far another draw of images might be
    Matrix<double> floor;          ///< the value of a layer with itself
    Matrix<double> null_value;     ///< the value of unrelated layers
    Matrix<double>
        shuffled_null; ///< the mean value with the columns' images shuffled; empty without shuffles
    Matrix<double> shuffled_deviation; ///< over the shuffles; empty for fewer than two
    /// The measure on each disjoint subset of the images, on the scale of the full N (excess over the
    /// subset's floor, mapped back), whence standard_error; bands of curves take them jointly. Empty where
    /// the measure has none.
    std::vector<Matrix<double>> subset_values;
    std::shared_ptr<const ImageMeans> image_means; ///< information_imbalance alone, else null
    std::uint64_t rechecks = 0;                    ///< float64 rechecks of near-ties
    std::vector<Warning> warnings;

    [[nodiscard]] bool directed() const noexcept { return definition.direction == Direction::directed; }
};

/// (value − floor)/(1 − floor) for a distance measure, 0 = same, 1 = unrelated: what compares across k and N.
[[nodiscard]] double excess(double value, double floor);
/// The same for a measure of either sense and any null: (value − floor)/(null − floor). NaN where floor and
/// null are equal.
[[nodiscard]] double excess(double value, double floor, double null_value);

/// A comparison in the making: the value from the first images of the pass. Never stored, never a result.
struct Snapshot {
    Comparison comparison;         ///< standard_error is empty
    Matrix<double> progress_error; ///< how far from the finished value
    std::size_t images_done = 0;   ///< of comparison.definition.images
};

} // namespace stratoscope
