#include "tests/core/models/made_models.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/passes/freeze_module.h>

#include <cmath>

namespace stratoscope::support {
namespace {

namespace jit = torch::jit;

/// Weights that are no accident: entry i of tensor `seed` is sin(seed + i) / 3.
at::Tensor weights(at::IntArrayRef sizes, int seed) {
    at::Tensor tensor = at::empty(sizes);
    float* values = tensor.data_ptr<float>();
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
        values[i] = std::sin(static_cast<float>(seed) + static_cast<float>(i)) / 3.0F;
    return tensor;
}

jit::Module module_of(const std::string& name) {
    jit::Module module("__torch__." + name);
    module.register_attribute("training", c10::BoolType::get(), true);
    return module;
}

jit::Module linear(const std::string& name, int width, int seed,
                   const char* result = "torch.matmul(x, self.weight)") {
    jit::Module module = module_of(name);
    module.register_parameter("weight", weights({width, width}, seed), false);
    module.define("def forward(self, x):\n    return " + std::string(result) + "\n");
    return module;
}

constexpr int width = 16;

} // namespace

void write_odd_model(const std::filesystem::path& path) {
    jit::Module block = module_of("Block");
    block.register_module("map", linear("Map", width, 1));
    block.define("def forward(self, x):\n    return x + self.map.forward(x)\n");
    jit::Module in_place = module_of("InPlace");
    in_place.define("def forward(self, x):\n    return torch.relu_(x)\n");
    jit::Module pair = module_of("Pair");
    pair.define("def forward(self, x):\n    return (x * 2.0, x - 1.0)\n");
    jit::Module model = module_of("Odd");
    model.register_module("block", block);
    model.register_module("map", linear("Map2", width, 2));
    model.register_module("activation", in_place);
    model.register_module("pair", pair);
    model.register_module("taken", linear("Map3", width, 3));
    model.register_module("not_taken", linear("Map4", width, 4));
    model.register_module("repeated", linear("Map5", width, 5));
    model.register_module("unused", linear("Map6", width, 6));
    model.define(R"(
def forward(self, x):
    x = torch.flatten(x, 1)
    x = self.block.forward(x)
    x = self.map.forward(x)
    x = self.activation.forward(x)
    x = self.block.forward(x)
    a, b = self.pair.forward(x)
    if x.size(1) == 16:
        x = self.taken.forward(a + b)
    else:
        x = self.not_taken.forward(a)
    for i in range(3):
        x = self.repeated.forward(x)
    return x
)");
    model.save(path.string());
}

namespace {

using Rows = std::vector<float>;

Rows times(const Rows& rows, int seed) {
    Rows out(rows.size());
    for (std::size_t image = 0; image < rows.size() / width; ++image)
        for (int j = 0; j < width; ++j) {
            double sum = 0.0;
            for (int i = 0; i < width; ++i)
                sum += static_cast<double>(rows[image * width + static_cast<std::size_t>(i)]) *
                       static_cast<double>(
                           std::sin(static_cast<float>(seed) + static_cast<float>(i * width + j)) / 3.0F);
            out[image * width + static_cast<std::size_t>(j)] = static_cast<float>(sum);
        }
    return out;
}

template <class Function>
Rows each(Rows rows, Function function) {
    for (float& value : rows)
        value = function(value);
    return rows;
}

Rows sum(Rows a, const Rows& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        a[i] += b[i];
    return a;
}

} // namespace

std::vector<HandRun> run_odd_model_by_hand(const std::vector<float>& images) {
    std::vector<HandRun> out;
    const auto note = [&out](const char* name, const Rows& rows) { out.push_back({name, {width}, rows}); };
    note("block.map#1", times(images, 1));
    Rows x = sum(images, times(images, 1));
    note("block#1", x);
    x = times(x, 2);
    note("map", x); // before the activation changes it in place
    x = each(x, [](float value) { return value > 0.0F ? value : 0.0F; });
    note("activation", x);
    note("block.map#2", times(x, 1));
    x = sum(x, times(x, 1));
    note("block#2", x);
    const Rows a = each(x, [](float value) { return value * 2.0F; });
    const Rows b = each(x, [](float value) { return value - 1.0F; });
    note("pair[0]", a);
    note("pair[1]", b);
    x = times(sum(a, b), 3);
    note("taken", x);
    for (const char* name : {"repeated#1", "repeated#2", "repeated#3"}) {
        x = times(x, 5);
        note(name, x);
    }
    return out;
}

void write_small_network(const std::filesystem::path& path, int side) {
    jit::Module model = module_of("Small");
    constexpr int channels = 8;
    const auto block = [](const std::string& name, int from, int seed) {
        jit::Module convolution = module_of("Conv2d" + name);
        convolution.register_parameter("weight", weights({channels, from, 3, 3}, seed), false);
        convolution.define(
            "def forward(self, x):\n    return torch.conv2d(x, self.weight, None, [2, 2], [1, 1])\n");
        jit::Module result = module_of("Block" + name);
        result.register_module("convolution", convolution);
        result.define("def forward(self, x):\n    return torch.tanh(self.convolution.forward(x))\n");
        return result;
    };
    model.register_module("stage_1", block("1", 3, 1));
    model.register_module("stage_2", block("2", channels, 2));
    jit::Module head = module_of("Linear");
    head.register_parameter("weight", weights({channels * (side / 4) * (side / 4), 5}, 3), false);
    head.define("def forward(self, x):\n    return torch.matmul(torch.flatten(x, 1), self.weight)\n");
    model.register_module("head", head);
    model.define(R"(
def forward(self, x):
    return self.head.forward(self.stage_2.forward(self.stage_1.forward(x)))
)");
    model.save(path.string());
}

void write_frozen_model(const std::filesystem::path& path) {
    jit::Module model = module_of("Holder");
    jit::Module inner = module_of("Inner");
    inner.register_parameter("weight", weights({3, 3, 1, 1}, 1), false);
    inner.define("def forward(self, x):\n    return torch.conv2d(x, self.weight)\n");
    model.register_module("inner", inner);
    model.define("def forward(self, x):\n    return self.inner.forward(x)\n");
    model.eval();
    jit::freeze_module(model).save(path.string());
}

} // namespace stratoscope::support
