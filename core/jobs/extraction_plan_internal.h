// What an extraction will do, settled before the first picture is decoded.
#pragma once

#include "core/data/pooling.h"
#include "core/jobs/extract_job.h"
#include "core/models/loaded_model.h"

#include <cstddef>
#include <string>
#include <vector>

namespace stratoscope::jobs {

/// One layer to be: an output of the model, pooled one way.
struct PlannedLayer {
    std::size_t output = 0; ///< position in ExtractionPlan::outputs
    Layer layer;            ///< without rows
    Pooling pooling = Pooling::mean;
    std::size_t columns = 0;
};

struct ExtractionPlan {
    std::vector<std::string> outputs; ///< to be tapped
    std::vector<PlannedLayer> layers;
    std::vector<std::string> notes;
    std::string model_name;
    Model model; ///< its attributes, without layers
};

/// Throws Error(usage).
[[nodiscard]] ExtractionPlan plan_extraction(const ExtractJob& job,
                                             const models::ModelDescription& description);

/// The pictures an extraction works on, in the order of rows.
struct PlannedPictures {
    PictureList list;
    bool extends = false; ///< the output exists and gets one model more
    std::vector<std::string> notes;
};

/// Where the output exists its images' order is taken; every one of them must be among the pictures. `name`
/// is the new model's. Throws Error: usage (the file has that model), bad_data (not a file of activations,
/// pictures missing).
[[nodiscard]] PlannedPictures plan_pictures(const ExtractJob& job, const std::string& name, bool extend,
                                            const Task& task);

/// Everything the rows depend on, word for word: what was begun under one question goes on only under the
/// same.
[[nodiscard]] std::string question_of(const ExtractJob& job, const ExtractionPlan& plan,
                                      const PlannedPictures& pictures, const Task& task);

/// 0…n−1 in an order that is mixed and depends on n alone.
[[nodiscard]] std::vector<std::size_t> mixed_order(std::size_t n);

} // namespace stratoscope::jobs
