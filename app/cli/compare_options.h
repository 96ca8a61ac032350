// The options that compare and smoothness share, and the comparison they ask for.
#pragma once

#include "app/cli/session.h"
#include "core/data/comparison.h"
#include "core/measures/compare.h"

#include <optional>
#include <string>
#include <vector>

namespace stratoscope::cli {

struct CompareOptions {
    InputOptions input;
    std::string measures = "information_imbalance";
    std::string ks;
    std::string preset;
    std::string distance;
    std::string layers;
    std::string against;
    std::optional<std::size_t> subset;
    std::uint64_t seed = 0;
    std::size_t repeats = 0;  ///< of the subset, 0 for one draw
    std::size_t shuffles = 0; ///< for a null, 0 for none
    double bandwidth = 1.0;
    std::uint64_t memory = 0;       ///< bytes, 0 for what the machine has
    std::string checkpoint;         ///< file, empty for none
    double checkpoint_every = 30.0; ///< seconds
    std::string output = "-";

    void add_to(CLI::App& command, bool with_against);
    /// Throws Error(usage).
    [[nodiscard]] measures::CompareRequest request(const Dataset& dataset) const;
};

/// Progress on stderr, and the warnings too.
[[nodiscard]] std::vector<Comparison> compared(Session& session, const Dataset& dataset,
                                               const CompareOptions& options);
/// Removes the checkpoint, once what it was kept for is written.
void remove_checkpoint(const CompareOptions& options);
/// Prints warnings for a person.
void tell_warnings(const std::vector<Warning>& warnings, const Streams& streams);
/// Those of all comparisons, each once, but for those told of their dataset.
void tell_warnings(const std::vector<Comparison>& comparisons, const Dataset& dataset,
                   const Streams& streams);
/// Now, as ISO 8601 in UTC.
[[nodiscard]] std::string now_text();

} // namespace stratoscope::cli
