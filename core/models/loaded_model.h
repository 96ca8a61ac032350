// A model that can be run: one small interface, behind which TorchScript and ONNX hide (and room for a
// third).
//
//     const auto model = models::load_model(file, {});
//     const auto pass = model->prepare({"layer1.1", "layer4.1"});
//     pass->run({pixels, 32, 3, 224, 224}, [&](const models::TapValue& tap) { … pool tap.values … }, task);
#pragma once

#include "core/base/task.h"
#include "core/models/model_description.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace stratoscope::models {

/// images × channels × height × width floats, as preprocessing.h makes them.
struct Batch {
    std::span<const float> values;
    std::size_t images = 0;
    std::size_t channels = 3;
    std::size_t height = 0;
    std::size_t width = 0;
};

/// One output for some images of a batch, lent for the time of the call: pool it or copy it there.
struct TapValue {
    std::size_t output = 0;             ///< position in what prepare() was given
    std::size_t first = 0;              ///< of these images in the batch
    std::span<const std::size_t> shape; ///< (images, …); channels come before height and width
    std::span<const float> values;      ///< row by row, as many as the product of shape
};
using TapSink = std::function<void(const TapValue&)>;

/// A batch is run in parts of so many images, one thread each: results don't depend on the number of threads,
/// few activations are in memory at a time, and a cancellation is noticed soon.
inline constexpr std::size_t images_a_part = 4;

/// The forward pass with some outputs tapped. Used by one thread at a time.
class ForwardPass {
  public:
    virtual ~ForwardPass() = default;
    /// The sink is called once for each output and part, for parts in several threads at a time; what it
    /// throws comes out here. Throws Error: bad_data (the model refuses the batch, an output is missing or
    /// has another shape than in the dry run), out_of_memory; Cancelled, noticed at every module.
    virtual void run(const Batch& batch, const TapSink& sink, const Task& task) = 0;

  protected:
    ForwardPass() = default;
    ForwardPass(const ForwardPass&) = default;
    ForwardPass& operator=(const ForwardPass&) = default;
};

class LoadedModel {
  public:
    virtual ~LoadedModel() = default;
    [[nodiscard]] virtual const ModelDescription& description() const = 0;
    /// outputs: names of tappable outputs. What comes after the last of them is not computed, where the
    /// format allows it. Error(usage) for a name that can't be had. The pass keeps the model alive.
    [[nodiscard]] virtual std::unique_ptr<ForwardPass>
    prepare(const std::vector<std::string>& outputs) const = 0;

  protected:
    LoadedModel() = default;
    LoadedModel(const LoadedModel&) = default;
    LoadedModel& operator=(const LoadedModel&) = default;
};

struct LoadOptions {
    /// Of the dry run that finds shapes; without it usual sizes are tried (224, 32, …). 0 channels: as many
    /// as the first convolution takes.
    std::optional<InputSize> input = {};
    std::string device = "cpu"; ///< cpu, cuda, cuda:1
    Cancellation cancellation = {};
};

} // namespace stratoscope::models
