// Pictures decoded and made ready for a model in threads of their own, a few batches ahead of the forward
// pass.
#pragma once

#include "core/base/cancellation.h"
#include "core/jobs/extraction_log_internal.h"
#include "core/models/preprocessing.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace stratoscope::jobs {

struct ReadyBatch {
    std::size_t number = 0;
    std::vector<PictureRecord> pictures;
    std::vector<float> values; ///< of the readable ones, in order: channels × size × size each
    std::size_t readable = 0;
};

/// What to decode: the pictures in the order of processing, from one batch on.
struct PipelinePlan {
    std::vector<std::filesystem::path> pictures;
    std::size_t batch = 32;
    std::size_t first_batch = 0;
    std::size_t channels = 3;
    models::Preprocessing preprocessing;
    std::size_t threads = 1;
};

/// At most three batches are in memory: one at each end and one between. The threads yield to the forward
/// pass where processors are scarce.
class PicturePipeline {
  public:
    PicturePipeline(PipelinePlan plan, const Cancellation& cancellation);
    ~PicturePipeline();
    PicturePipeline(const PicturePipeline&) = delete;
    PicturePipeline& operator=(const PicturePipeline&) = delete;

    /// The next batch, when it is ready; nothing after the last. Throws Cancelled, and what decoding threw
    /// other than of a single picture.
    [[nodiscard]] std::optional<ReadyBatch> next();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace stratoscope::jobs
