// Trains the demo's models and records what they make of the pictures: the seam between Torch and the rest.
#pragma once

#include "core/base/matrix.h"
#include "resources/demo/picture_set.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stratoscope::demo {

/// One recorded step of one model over all pictures.
struct RecordedLayer {
    std::string name;
    std::string pooling;            ///< mean (over places or tokens) or none (already a vector)
    std::vector<std::size_t> shape; ///< of one picture's activation before pooling
    Matrix<float> values;           ///< pictures × channels
};

/// A measured quality: "accuracy" 0.97.
struct Quality {
    std::string name;
    double value = 0.0;
};

struct TrainedModel {
    std::string name;
    std::string title;
    std::string family;
    std::string objective;
    std::vector<RecordedLayer> layers;
    std::vector<Quality> qualities;
    double seconds = 0.0;
};

struct TrainingOptions {
    std::uint64_t seed = 1;
    int threads = 2;
    double effort = 1.0; ///< factor on the number of epochs; the demo is made with 1
};

using Say = std::function<void(std::string_view)>;

/// The names of all models of the demo, in order.
[[nodiscard]] std::vector<std::string> model_names();

/// Trains that model on `training` and records it over `recorded`. Labels are used by the classifiers and to
/// judge, never by the others. Same input, same machine, same threads: the same numbers.
[[nodiscard]] TrainedModel train_and_record(const std::string& name, const PictureSet& training,
                                            const PictureSet& recorded, const TrainingOptions& options,
                                            const Say& say);

} // namespace stratoscope::demo
