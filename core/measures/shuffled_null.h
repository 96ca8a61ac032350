// The null of measures that have no formula for it, and a check of those that have one: the columns' images
// shuffled, and compared again.
#pragma once

#include "core/base/task.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"
#include "core/measures/compare.h"

#include <cstddef>
#include <vector>

namespace stratoscope::measures {

/// A null belongs to its N, and one of many images takes as many comparisons: up to here.
inline constexpr std::size_t most_shuffled_images = 2000;

/// Error(usage) when the request is for more images than most_shuffled_images.
void check_shuffles(const Dataset& dataset, const CompareRequest& request);

/// Compares the rows with shuffled columns `shuffles` times, all columns shuffled alike, and gives each
/// comparison the mean and, from two shuffles on, the deviation of its values then. What is shuffled how
/// follows from the request's seed. `comparisons`: what compare() answered to the request. Throws as
/// compare().
void add_shuffled_null(const Dataset& dataset, const CompareRequest& request, std::size_t shuffles,
                       std::vector<Comparison>& comparisons, const Task& task);

} // namespace stratoscope::measures
