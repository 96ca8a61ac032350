// The forward pass of a TorchScript module as one flat graph, with an operator after each call of a submodule
// that hands its result out.
//
// A TorchScript file keeps its submodules' calls as nodes of its graph. Inlining a call replaces its node by
// the body of what it calls, and every use of the node's result by the body's. An operator that was put
// behind the call as one more use of its result therefore ends up behind the body, with the right value,
// wherever the call stood: in a branch, in a loop, in another module. It has side effects, so nothing removes
// or moves it; and it sees the value before a later module changes it in place.
#pragma once

#include "core/base/cancellation.h"

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/runtime/interpreter.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace stratoscope::models::torchscript {

/// A place in the graph where a submodule is called; one in a loop is reached several times.
struct CallSite {
    std::string path;         ///< "layer1.0.conv1"
    bool conditional = false; ///< in a branch
    bool opaque = false;      ///< called through an interface: what is inside can't be seen
};

/// What a run hands out. What its functions throw ends the run and comes out of it.
struct TapReceiver {
    std::function<void(std::size_t site, const c10::IValue& value)> value;
    std::function<void(double multiply_adds)> products;
    const Cancellation* cancellation = nullptr;
    std::exception_ptr thrown;
};

struct TapChoice {
    std::optional<std::set<std::string>> paths = {}; ///< all where not set
    bool count_products = false;
    bool stop_after_last = false; ///< drop what comes after the last tap
};

class TappedGraph {
  public:
    /// module must be in evaluation mode. Throws c10::Error.
    TappedGraph(torch::jit::Module module, const TapChoice& choice);

    [[nodiscard]] const std::vector<CallSite>& sites() const noexcept { return sites_; }
    /// Operators of products that are not counted, by name.
    [[nodiscard]] const std::set<std::string>& uncounted() const noexcept { return uncounted_; }
    /// Any thread, several at a time.
    void run(at::Tensor input, TapReceiver& receiver) const;

  private:
    torch::jit::Module module_;
    std::vector<CallSite> sites_;
    std::set<std::string> uncounted_;
    std::optional<torch::jit::Code> code_;
};

/// Makes the operators known to LibTorch, once: the taps, and those of newer versions that can be told by
/// others.
void register_operators();

} // namespace stratoscope::models::torchscript
