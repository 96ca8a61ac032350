// TorchScript files (traced or scripted) through LibTorch.
#include "core/base/error.h"
#include "core/models/loaded_model.h"
#include "core/models/reader.h"
#include "core/models/torchscript/describe_private.h"
#include "core/models/torchscript/dry_run_private.h"
#include "core/models/torchscript/tapped_graph_private.h"
#include "core/models/torchscript/torch_errors_private.h"
#include "core/models/torchscript/torch_file_private.h"
#include "core/models/torchscript/torch_pass_private.h"

#include <ATen/ATen.h>
#include <cblas.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/cuda.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace stratoscope::models::torchscript {
namespace {

namespace jit = torch::jit;

constexpr std::size_t small_side = 32;
/// Models for pictures of 224 shrink them 16 or 32 times, those for pictures of 32 four or eight times.
constexpr std::size_t least_shrinking = 10;

class TorchModel final : public LoadedModel {
  public:
    explicit TorchModel(std::shared_ptr<const TorchFile> loaded) : loaded_(std::move(loaded)) {}
    [[nodiscard]] const ModelDescription& description() const override { return loaded_->description; }
    [[nodiscard]] std::unique_ptr<ForwardPass>
    prepare(const std::vector<std::string>& outputs) const override {
        return make_pass(loaded_, outputs);
    }

  private:
    std::shared_ptr<const TorchFile> loaded_;
};

c10::Device device_named(const std::string& name) {
    c10::Device device(c10::kCPU);
    try {
        device = c10::Device(name);
    } catch (const c10::Error&) {
        throw Error(
            ErrorKind::usage,
            {.what = "there is no device of that name", .expected = "cpu, cuda or cuda:1", .found = name});
    }
    if (device.is_cpu())
        return device;
    const bool there =
        device.is_cuda() && torch::cuda::is_available() &&
        (!device.has_index() || static_cast<std::size_t>(device.index()) < torch::cuda::device_count());
    if (!there)
        throw Error(
            ErrorKind::no_device,
            {.what = "this device is not there, or the LibTorch in use can't drive it",
             .expected = "cpu",
             .found = name,
             .advice = "Leave --device out, or build with a LibTorch for CUDA on a machine with a card"});
    return device;
}

std::uint64_t parameters_of(const jit::Module& module) {
    // Modules may share a parameter: it counts once.
    std::unordered_set<const void*> seen;
    std::uint64_t sum = 0;
    for (const at::Tensor& parameter : module.parameters())
        if (seen.insert(parameter.unsafeGetTensorImpl()).second)
            sum += static_cast<std::uint64_t>(parameter.numel());
    return sum;
}

std::string type_of(const jit::Module& module) {
    return module.type()->name() ? module.type()->name()->name() : "Module";
}

void add_modules(const jit::Module& module, const std::string& path, std::size_t depth,
                 std::vector<ModuleInfo>& out) {
    constexpr std::size_t deepest = 200;
    if (depth > deepest)
        return;
    for (const auto& child : module.named_children()) {
        ModuleInfo info;
        info.path = path.empty() ? child.name : path + "." + child.name;
        info.type = type_of(child.value);
        info.depth = depth;
        info.parameters = parameters_of(child.value);
        const std::string inside = info.path;
        out.push_back(std::move(info));
        add_modules(child.value, inside, depth + 1, out);
    }
}

/// The model's own input argument; more without a default can't be served.
void check_arguments(const jit::Module& module, const std::filesystem::path& file) {
    const auto method = module.find_method("forward");
    if (!method)
        throw Error(ErrorKind::bad_data, {.what = "the model has no forward method", .where = file.string()});
    std::string needed;
    std::size_t count = 0;
    const auto& arguments = method->function().getSchema().arguments();
    for (std::size_t i = 1; i < arguments.size(); ++i)
        if (!arguments[i].default_value()) {
            needed +=
                (count++ == 0 ? "" : ", ") + arguments[i].name() + ": " + arguments[i].type()->repr_str();
        }
    if (count != 1)
        throw Error(ErrorKind::bad_data,
                    {.what = "the model does not take pictures alone",
                     .where = file.string(),
                     .expected = "one tensor, images × channels × height × width",
                     .found = needed.empty() ? "no input" : needed,
                     .advice = "Wrap it in a module that takes pictures, and save that"});
}

std::size_t channels_of(const jit::Module& module) {
    for (const at::Tensor& parameter : module.parameters())
        if (parameter.dim() == 4 && parameter.size(2) == parameter.size(3))
            return parameter.size(1) == 1 ? 1 : 3;
    return 3;
}

void find_size(TorchFile& loaded, const LoadOptions& options) {
    DryRun dry(loaded, options);
    ModelDescription& description = loaded.description;
    if (options.input) {
        InputSize asked = *options.input;
        if (asked.channels == 0)
            asked.channels = channels_of(loaded.module);
        if (!dry.try_size(asked)) {
            const Error refusal = *dry.refusal();
            ErrorParts parts = refusal.parts();
            for (const InputSize& size : usual_sizes(asked.channels))
                if (size != asked && dry.try_size(size)) {
                    parts.advice =
                        "It takes " + std::to_string(size.height) + " × " + std::to_string(size.width);
                    break;
                }
            throw Error(refusal.kind(), parts);
        }
        description.input = asked;
        describe(loaded, dry);
        return;
    }
    description.input_guessed = true;
    for (InputSize size : usual_sizes(channels_of(loaded.module)))
        if (dry.try_size(size)) {
            // A model for small pictures often takes large ones as well, but hardly shrinks them.
            const InputSize small{size.channels, small_side, small_side};
            if (size.height > small_side && dry.smallest_map() > size.height / least_shrinking) {
                if (dry.try_size(small))
                    size = small;
                else
                    dry.try_size(size);
            }
            description.input = size;
            describe(loaded, dry);
            return;
        }
    ErrorParts parts = dry.refusal()->parts();
    parts.what = "the model takes pictures of none of the usual sizes";
    parts.advice = "Give its own with --size";
    throw Error(ErrorKind::bad_data, parts);
}

std::shared_ptr<const LoadedModel> load(const std::filesystem::path& file, const LoadOptions& options) {
    register_operators();
    one_thread();
    openblas_set_num_threads(1);
    const auto loaded = std::make_shared<TorchFile>();
    loaded->device = device_named(options.device);
    try {
        loaded->module = jit::load(file.string(), loaded->device);
        loaded->module.eval();
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& thrown) {
        throw reading_error(file, thrown);
    }
    options.cancellation.check();
    ModelDescription& description = loaded->description;
    description.file = file;
    description.name = file.stem().string();
    description.format = "TorchScript";
    description.parameters = parameters_of(loaded->module);
    add_modules(loaded->module, "", 0, description.modules);
    if (description.modules.empty())
        throw Error(
            ErrorKind::bad_data,
            {.what = description.parameters == 0
                         ? "the file is frozen: its modules were melted into one function"
                         : "the model has no modules inside, so there is nothing between input and output",
             .where = file.string(),
             .advice = "Save it without torch.jit.freeze and optimize_for_inference"});
    check_arguments(loaded->module, file);
    find_size(*loaded, options);
    return std::make_shared<TorchModel>(loaded);
}

} // namespace
} // namespace stratoscope::models::torchscript

extern "C" void stratoscope_load_model(const std::filesystem::path& file,
                                       const stratoscope::models::LoadOptions& options,
                                       std::shared_ptr<const stratoscope::models::LoadedModel>& out) {
    out = stratoscope::models::torchscript::load(file, options);
}