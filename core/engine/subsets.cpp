#include "core/engine/subsets.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace stratoscope::engine {

std::vector<std::uint32_t> sorted_positions(const ImageSet& images) {
    std::vector<std::uint32_t> order(images.size());
    std::iota(order.begin(), order.end(), 0U);
    if (!images.ids_are_positions) // made-up ids are numbers: their order is the file's
        std::ranges::sort(order, {},
                          [&](std::uint32_t image) -> const std::string& { return images.ids[image]; });
    std::vector<std::uint32_t> position(images.size());
    for (std::uint32_t at = 0; at < order.size(); ++at)
        position[order[at]] = at;
    return position;
}

std::vector<std::uint32_t> groups_by_position(const ImageSet& images, std::size_t groups) {
    std::vector<std::uint32_t> group = sorted_positions(images);
    for (std::uint32_t& value : group)
        value = static_cast<std::uint32_t>(value % groups);
    return group;
}

std::vector<std::uint32_t> groups_by_class(const ImageSet& images, std::size_t groups) {
    std::map<std::int64_t, std::size_t> size_of_class;
    for (const std::int64_t label : images.labels)
        ++size_of_class[label];
    if (size_of_class.size() < 2 * groups)
        return groups_by_position(images, groups);

    std::vector<std::pair<std::int64_t, std::size_t>> classes(size_of_class.begin(), size_of_class.end());
    std::ranges::stable_sort(classes, [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<std::size_t> filled(groups, 0);
    std::map<std::int64_t, std::uint32_t> group_of_class;
    for (const auto& [label, size] : classes) {
        const auto emptiest = std::ranges::min_element(filled);
        *emptiest += size;
        group_of_class[label] = static_cast<std::uint32_t>(emptiest - filled.begin());
    }
    const auto [least, most] = std::ranges::minmax(filled);
    if (2 * least * groups < images.size() || most * groups > 2 * images.size())
        return groups_by_position(images, groups);
    std::vector<std::uint32_t> group(images.size());
    std::ranges::transform(images.labels, group.begin(),
                           [&](std::int64_t label) { return group_of_class.at(label); });
    return group;
}

std::vector<std::vector<std::uint32_t>> members_of(const std::vector<std::uint32_t>& group_of,
                                                   std::size_t groups) {
    std::vector<std::vector<std::uint32_t>> members(groups);
    for (std::uint32_t image = 0; image < group_of.size(); ++image)
        members[group_of[image]].push_back(image);
    return members;
}

} // namespace stratoscope::engine
