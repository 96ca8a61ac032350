// What a model file holds, as values: its module tree, what each module gives, what the whole costs.
//
//     const auto model = models::load_model("resnet18.pt", {});
//     for (const models::ModuleInfo& module : model->description().modules)
//         … module.path, module.type, module.outputs[0].shape, module.untappable …
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stratoscope::models {

/// One tensor that a module gives each time it is called: what can become a layer.
struct ModuleOutput {
    /// The module's path; "path#2" for the second of several calls, "path[1]" for the second of several
    /// tensors, "path#2[1]" for both. Unique in a model.
    std::string name;
    std::size_t call = 0;           ///< counted from 0
    std::size_t index = 0;          ///< of the tensor in the call's output, counted from 0
    std::vector<std::size_t> shape; ///< of one image: (D), (tokens, D) or (channels, height, width)
    /// Shape is (height, width, channels) in the model, as in Swin's blocks; values are handed out as
    /// (channels, height, width) all the same, and `shape` says so.
    bool channels_last = false;
    std::size_t order = 0;  ///< place in the order of processing, over all outputs of the model
    std::string untappable; ///< why it can't become a layer; empty when it can
    [[nodiscard]] bool tappable() const noexcept { return untappable.empty(); }
};

struct ModuleInfo {
    std::string path;                  ///< "layer1.0.conv1"; never empty
    std::string type;                  ///< "Conv2d"
    std::size_t depth = 0;             ///< 0 for the model's own children; the tree is in depth-first order
    std::uint64_t parameters = 0;      ///< numbers, its own and those of modules inside
    std::vector<ModuleOutput> outputs; ///< in order of call and index
    std::string untappable;            ///< why none of its outputs can be had; empty when one can
    [[nodiscard]] bool tappable() const noexcept { return untappable.empty(); }
};

/// What the model takes.
struct InputSize {
    std::size_t channels = 3;
    std::size_t height = 0;
    std::size_t width = 0;
    bool operator==(const InputSize&) const = default;
};

struct ModelDescription {
    std::filesystem::path file;
    std::string name;   ///< the file's name without suffix
    std::string format; ///< "TorchScript" or "ONNX"
    std::vector<ModuleInfo> modules;
    std::uint64_t parameters = 0;
    /// Of convolutions, linear maps, matrix products and attention, for one image of `input`.
    std::uint64_t multiply_adds = 0;
    InputSize input;             ///< the size of the dry run
    bool input_guessed = false;  ///< found by trying, since the file doesn't say: others may work too
    std::size_t batch_limit = 0; ///< the most images at a time; 0 means any number
    std::vector<std::string>
        notes; ///< for a person: operators supplied by the program, what is not counted, …

    [[nodiscard]] const ModuleInfo* find(std::string_view path) const;
    /// An output and its module, by the output's name; both null where there is none.
    struct Place {
        const ModuleInfo* module = nullptr;
        const ModuleOutput* output = nullptr;
    };
    [[nodiscard]] Place find_output(std::string_view wanted) const;
};

/// "path", "path#2", "path[1]": the name of an output of a module called `calls` times with `tensors` tensors
/// a call.
[[nodiscard]] std::string output_name(const std::string& path, std::size_t call, std::size_t calls,
                                      std::size_t index, std::size_t tensors);

/// (height, width, channels) is told from (channels, height, width) by which two sizes are equal, since
/// pictures are square here: the first two equal and the last different means channels last.
[[nodiscard]] bool looks_channels_last(const std::vector<std::size_t>& shape);

/// Tappable outputs chosen by name, by a module's path (all of its outputs) or by a pattern of paths, in the
/// order of processing, each once. * and ? stand for anything but a dot, ** for anything: "blocks.*" are the
/// blocks, "blocks.**" also what is in them. Error(usage) for a pattern that matches nothing or only what
/// can't be had, saying why.
[[nodiscard]] std::vector<std::string> choose_outputs(const ModelDescription& model,
                                                      const std::vector<std::string>& patterns);

} // namespace stratoscope::models
