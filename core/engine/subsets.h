// Disjoint subsets of the images, for sampling errors. They follow from ids and labels, so the order of a
// file changes nothing.
#pragma once

#include "core/data/image_set.h"

#include <cstdint>
#include <vector>

namespace stratoscope::engine {

/// How many disjoint subsets stand behind the error of an information imbalance. More subsets are smaller
/// ones, further from the full N they speak for; fewer make the error itself uncertain. With five, each is a
/// fifth of the images and the deviation among them is known to about a third, at a fifth of the cost of
/// ranking.
inline constexpr std::size_t error_subsets = 5;
/// Groups of the delete-one-tenth jackknife.
inline constexpr std::size_t jackknife_groups = 10;

/// The place of each image among the sorted ids: what folds and groups go by.
[[nodiscard]] std::vector<std::uint32_t> sorted_positions(const ImageSet& images);

/// Group of each image, 0 … groups−1: its sorted position modulo groups.
[[nodiscard]] std::vector<std::uint32_t> groups_by_position(const ImageSet& images, std::size_t groups);

/// Group of each image: whole classes dealt to groups, largest first to the emptiest, so that another draw of
/// *classes* is in the error too. By position instead where there are no labels, fewer than two classes a
/// group, or the dealing comes out so uneven that a group has under half or over twice its share.
[[nodiscard]] std::vector<std::uint32_t> groups_by_class(const ImageSet& images, std::size_t groups);

/// Members of each group, in image order.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> members_of(const std::vector<std::uint32_t>& group_of,
                                                                 std::size_t groups);

} // namespace stratoscope::engine
