#include "core/engine/pass_state.h"

#include "core/base/error.h"
#include "core/engine/grain.h"
#include "core/engine/packed_rows.h"
#include "core/engine/product_kernel.h"

#include <algorithm>
#include <cstring>

namespace stratoscope::engine {
namespace {

// Sums: PassSums, or const PassSums. Sizes are not among the parts: they follow from the plan.
template <class Sums, class Body>
void for_each_part(Sums& sums, const Body& body) {
    const auto number = [&](auto& value) { body(std::as_bytes(std::span(&value, 1))); };
    const auto matrix = [&](auto& values) {
        body(std::as_bytes(std::span(values.data(), values.values().size())));
    };
    number(sums.done);
    number(sums.rechecks);
    number(sums.thresholds);
    for (auto& one : sums.imbalance) {
        matrix(one.sum);
        matrix(one.squared_sum);
        for (auto& subset : one.subset_sum)
            matrix(subset);
        matrix(one.image_from);
        matrix(one.image_to);
        body(std::as_bytes(std::span(one.image_overall)));
    }
    for (auto* overlaps : {&sums.overlap, &sums.jaccard})
        for (auto& one : *overlaps) {
            matrix(one.sum);
            matrix(one.squared_sum);
            for (auto& without : one.without)
                matrix(without);
        }
    for (auto& images : sums.neighbours.image)
        matrix(images);
    for (auto& products : sums.neighbours.product)
        matrix(products);
    for (auto& kernel : sums.kernels) {
        matrix(kernel.row_sum);
        matrix(kernel.diagonal);
        matrix(kernel.row_product);
        matrix(kernel.product);
        body(std::as_bytes(std::span(kernel.done)));
    }
}

template <class T>
std::uint64_t checksum_of(const std::vector<T>& values) {
    Checksum sum;
    sum.add(std::as_bytes(std::span(values)));
    return sum.value();
}

const char* name_of(Kernel kernel) {
    switch (kernel) {
    case Kernel::linear:
        return "linear kernels";
    case Kernel::centred_distance:
        return "kernels of centred distances";
    case Kernel::distance:
        return "kernels of distances";
    case Kernel::gaussian:
        return "gaussian kernels";
    case Kernel::distance_rank:
        return "kernels of distance ranks";
    }
    return "kernels";
}

std::string hexadecimal(std::uint64_t value) {
    constexpr const char* digits = "0123456789abcdef";
    std::string out(16, '0');
    for (std::size_t i = 0; i < 16; ++i)
        out[15 - i] = digits[(value >> (4 * i)) & 15U];
    return out;
}

} // namespace

void Checksum::add_word(std::uint64_t word) {
    sum_ = (sum_ ^ word) * 0x100000001b3ULL;
    sum_ ^= sum_ >> 31;
}

void Checksum::add(std::span<const std::byte> bytes) {
    std::uint64_t word = 0;
    while (!bytes.empty()) {
        if (in_started_ == 0 && bytes.size() >= sizeof(word)) {
            std::memcpy(&word, bytes.data(), sizeof(word));
            add_word(word);
            bytes = bytes.subspan(sizeof(word));
            continue;
        }
        started_[in_started_++] = bytes.front();
        bytes = bytes.subspan(1);
        if (in_started_ == sizeof(word)) {
            std::memcpy(&word, started_.data(), sizeof(word));
            add_word(word);
            in_started_ = 0;
        }
    }
}

std::uint64_t Checksum::value() const {
    Checksum last = *this;
    std::uint64_t word = in_started_;
    last.add_word(word);
    word = 0;
    std::memcpy(&word, started_.data(), in_started_);
    last.add_word(word);
    return last.sum_;
}

std::vector<std::pair<std::string, std::string>> facts_of(const PassPlan& plan) {
    std::vector<std::pair<std::string, std::string>> facts;
    const auto yes_no = [](bool value) { return std::string(value ? "yes" : "no"); };
    facts.emplace_back("images", std::to_string(plan.layers.front()->images()));
    facts.emplace_back("seed", std::to_string(plan.seed));
    facts.emplace_back("layers", std::to_string(plan.layers.size()));
    for (std::size_t layer = 0; layer < plan.layers.size(); ++layer) {
        const PreparedLayer& prepared = *plan.layers[layer];
        std::string what = std::to_string(prepared.dimension());
        what.append(" columns, ");
        what.append(plan.roles.source[layer] ? "from " : "");
        what.append(plan.roles.target[layer] ? "to " : "");
        what.append("content ");
        what.append(hexadecimal(prepared.content_hash()));
        facts.emplace_back("layer " + std::to_string(layer + 1), what);
    }
    facts.emplace_back("distance", std::string(stratoscope::name_of(plan.layers.front()->distance())));
    std::string ks;
    for (const std::size_t k : plan.ks) {
        ks.append(ks.empty() ? "" : ",");
        ks.append(std::to_string(k));
    }
    facts.emplace_back("k", ks.empty() ? "none" : ks);
    facts.emplace_back("information imbalance", yes_no(plan.imbalance));
    facts.emplace_back("overlap", yes_no(plan.overlap));
    facts.emplace_back("jaccard", yes_no(plan.jaccard));
    facts.emplace_back("listed neighbours", std::to_string(plan.listed));
    facts.emplace_back("error subsets", hexadecimal(checksum_of(plan.error_group)));
    facts.emplace_back("jackknife groups", hexadecimal(checksum_of(plan.jackknife_group)));
    for (const KernelPlan& kernel : plan.kernels) {
        Checksum sum;
        sum.add(std::as_bytes(std::span(kernel.unit)));
        for (const auto& table : kernel.ranks)
            sum.add(std::as_bytes(std::span(table->rank)));
        facts.emplace_back(name_of(kernel.kernel), hexadecimal(sum.value()));
    }
    // Sums of kernels are rounded as the processor's vectors have it.
    facts.emplace_back("vectors", product_kernel().name);
    return facts;
}

std::vector<std::span<const std::byte>> state_of(const PassSums& sums) {
    std::vector<std::span<const std::byte>> parts;
    for_each_part(sums, [&](std::span<const std::byte> part) { parts.push_back(part); });
    return parts;
}

PassSums sums_from(const PassPlan& plan, std::span<const std::byte> state) {
    PassSums sums = GrainTables(plan, shuffled(plan.layers.front()->images(), plan.seed)).empty_sums();
    std::size_t expected = 0;
    for (const auto& part : state_of(sums))
        expected += part.size();
    if (expected != state.size())
        throw Error(ErrorKind::bad_data, {.what = "the sums kept of a pass have another size",
                                          .expected = std::to_string(expected) + " bytes",
                                          .found = std::to_string(state.size())});
    for_each_part(sums, [&](std::span<const std::byte> part) {
        // What is const here is a view alone: `sums` is ours to write.
        std::memcpy(const_cast<std::byte*>(part.data()), state.data(), part.size());
        state = state.subspan(part.size());
    });
    const bool whole_blocks = sums.done == sums.images || sums.done % PackedRows::alignment == 0;
    if (sums.done > sums.images || !whole_blocks)
        throw Error(ErrorKind::bad_data,
                    {.what = "the sums kept of a pass end inside a block",
                     .found = std::to_string(sums.done) + " of " + std::to_string(sums.images) + " images"});
    return sums;
}

} // namespace stratoscope::engine
