// Runs of noise, with one and with two images: shapes, and which dimension is the images'.
#pragma once

#include "core/base/error.h"
#include "core/models/loaded_model.h"
#include "core/models/torchscript/tapped_graph_private.h"
#include "core/models/torchscript/torch_file_private.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::models::torchscript {

/// One tensor that a module gave in one of its calls.
struct Seen {
    std::vector<std::int64_t> sizes; ///< with one image
    std::vector<std::int64_t> sizes_of_two;
    std::string unusable;
    std::size_t order = 0;
};
using SeenOutputs = std::map<std::string, std::vector<std::vector<Seen>>>; // path → call → tensor

class DryRun {
  public:
    DryRun(const TorchFile& loaded, const LoadOptions& options);

    /// False where the model refuses this size; refusal() says how then.
    bool try_size(const InputSize& input);

    /// How the model refused the first size that it refused.
    [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }
    /// Of the last size that was tried.
    [[nodiscard]] const SeenOutputs& seen() const { return seen_; }
    [[nodiscard]] double multiply_adds() const { return multiply_adds_; }
    /// The side of the smallest map of places that any module gives; 0 where none gives one.
    [[nodiscard]] std::size_t smallest_map() const;
    /// The most images at a time; 0 means any number.
    [[nodiscard]] std::size_t batch_limit() const { return batch_limit_; }
    [[nodiscard]] const TappedGraph& graph() const { return graph_; }

  private:
    void run(const InputSize& input, std::int64_t images);

    const TorchFile& loaded_;
    const LoadOptions& options_;
    TappedGraph graph_;
    SeenOutputs seen_;
    double multiply_adds_ = 0.0;
    std::size_t batch_limit_ = 0;
    std::optional<Error> refusal_;
};

} // namespace stratoscope::models::torchscript
