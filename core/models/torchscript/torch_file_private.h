// A TorchScript file that was loaded: what its dry run and all of its forward passes share.
#pragma once

#include "core/models/model_description.h"

#include <torch/csrc/jit/api/module.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace stratoscope::models::torchscript {

/// What a forward pass needs to know of an output beyond its description.
struct OutputPlace {
    std::string path;
    std::size_t call = 0;
    std::size_t index = 0;
    std::int64_t batch_dimension = 0;
};

/// Immutable once described.
struct TorchFile {
    torch::jit::Module module;
    c10::Device device{c10::kCPU};
    ModelDescription description;
    std::map<std::string, OutputPlace, std::less<>> places; ///< by output name
};

/// Tensors of a module's result, tuples, lists and dicts taken apart.
void collect_tensors(const c10::IValue& value, std::vector<at::Tensor>& out);

/// From here on LibTorch works alone in this thread: parts of a batch are what is done side by side.
void one_thread();

} // namespace stratoscope::models::torchscript
