// What a comparison has so far, kept every now and then, so that it can go on after any end: killed, it ends
// with the same bits as one that was never broken off.
#pragma once

#include "core/engine/pass.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stratoscope::measures {

/// The passes of one comparison, in their order, each with its facts (engine::facts_of) and sums. Where the
/// bytes are kept is the caller's.
class Checkpoint {
  public:
    using Parts = std::span<const std::span<const std::byte>>;
    struct Place {
        std::string name;                 ///< for messages
        std::string bytes;                ///< what is there; empty when nothing is
        std::function<void(Parts)> write; ///< all of it, whole or not at all
    };

    /// every: not more often than this, nor more than a twentieth of the time; 0: after each block. Throws
    /// Error(bad_data) when the bytes are no checkpoint, of a newer program, or damaged; and what place.write
    /// throws.
    explicit Checkpoint(Place place, std::chrono::milliseconds every = std::chrono::seconds(30));

    /// As many bytes of a file as tell whether it can be a checkpoint at all.
    static constexpr std::size_t telling_bytes = 32;
    [[nodiscard]] static bool can_begin_with(std::string_view bytes) noexcept;

    /// The sums kept of the pass-th pass, empty ones where it has not begun. computed_on: what it runs on,
    /// since devices differ in the last bits. Throws Error(usage), which says what differs, when the pass
    /// kept is another one; Error(bad_data).
    [[nodiscard]] engine::PassSums begun(std::size_t pass, const engine::PassPlan& plan,
                                         const std::string& computed_on);

    /// To be called between blocks of the pass last asked for; writes where it is time to, or `at_once`.
    void keep(const engine::PassSums& sums, bool at_once);

  private:
    struct Pass {
        std::string facts; // "name = value" lines
        std::string state;
    };

    Place place_;
    std::chrono::milliseconds every_;
    std::chrono::steady_clock::time_point next_;
    std::vector<Pass> passes_;
    std::size_t current_ = 0;
};

} // namespace stratoscope::measures
