// From a model file and pictures to a file of activations.
//
//     ExtractJob job{.model = "resnet18.pt", .pictures = list, .steps = report->steps,
//                    .poolings = {"mean"}, .preprocessing = report->preprocessing, .output = "out.h5"};
//     queue.submit(job, {.on_progress = …,          // stage: "312 of 5000 images, 41 a second"
//                        .on_snapshot = …,          // a Dataset of the first few hundred images, then of
//                        more .on_done = …});            // open report.output with OpenJob
//
// Pictures are taken in an order of their own, mixed but always the same, so that a snapshot shows a fair
// sample; rows of the file are in the order of `pictures`. Stopped at any moment, by cancel, a full disk or a
// power cut, the same job goes on where it stopped and ends with the same bytes: finished batches lie in
// `output` + ".part" until then.
#pragma once

#include "core/data/dataset.h"
#include "core/jobs/job.h"
#include "core/jobs/model_jobs.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stratoscope::jobs {

/// Throws Error: what load_model throws; usage (no steps, a pooling or step that does not exist, a model name
/// that the file has), bad_data (no picture can be read; the pictures are not those of the existing file,
/// with how many differ; a value too large for float16), cannot_write (another extraction's part is in the
/// way, a full disk). Cancelled.
struct ExtractJob {
    struct Skipped {
        std::filesystem::path picture;
        std::string reason;
    };
    struct Result {
        std::filesystem::path output;
        std::string model; ///< its name in the file
        std::size_t images = 0;
        std::size_t layers = 0;
        std::size_t resumed_at = 0;     ///< images found finished from an earlier run
        std::vector<Skipped> skipped;   ///< pictures that can't be read, in the order of the list
        double images_per_second = 0;   ///< of this run
        std::vector<std::string> notes; ///< poolings replaced by others, pictures not in the existing file, …
    };
    using Snapshot = std::shared_ptr<const Dataset>;
    static constexpr JobLane lane = JobLane::extraction;

    std::filesystem::path model = {};
    std::shared_ptr<const PictureList> pictures = {};
    /// Names of outputs, paths of modules, or patterns with * and ?; empty: the suggested ones.
    std::vector<std::string> steps = {};
    /// cls, mean, max, flatten, grid4x4; each makes a layer of its own. Where one can't be applied (cls to a
    /// picture, flatten beyond flatten_limit) mean stands in, with a note.
    std::vector<std::string> poolings = {"mean"};
    models::Preprocessing preprocessing = {};
    std::size_t batch = 32;
    std::size_t flatten_limit = 65536; ///< the most values of a flattened row
    bool half = true;                  ///< float16 in the file, else float32
    /// An existing file of activations of the same pictures gets one model more.
    std::filesystem::path output = {};
    std::string name = {};      ///< of the model in the file; empty: the model file's
    std::string objective = {}; ///< for the file, may be empty
    std::string device = "cpu";
    bool restart = false; ///< throw away what an earlier run left

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<Snapshot>& context) const;
};

} // namespace stratoscope::jobs
