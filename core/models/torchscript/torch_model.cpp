// TorchScript files (traced or scripted) through LibTorch.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/models/loaded_model.h"
#include "core/models/reader.h"
#include "core/models/torchscript/tapped_graph_private.h"
#include "core/models/torchscript/torch_errors_private.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <cblas.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/cuda.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_set>
#include <utility>

namespace stratoscope::models::torchscript {
namespace {

namespace jit = torch::jit;

constexpr std::size_t small_side = 32;
/// Models for pictures of 224 shrink them 16 or 32 times, those for pictures of 32 four or eight times.
constexpr std::size_t least_shrinking = 10;

/// What a forward pass needs to know of an output beyond its description.
struct OutputPlace {
    std::string path;
    std::size_t call = 0;
    std::size_t index = 0;
    std::int64_t batch_dimension = 0;
};

/// Tensors of a module's result, tuples, lists and dicts taken apart.
void collect_tensors(const c10::IValue& value, std::vector<at::Tensor>& out) {
    if (value.isTensor()) {
        if (value.toTensor().defined())
            out.push_back(value.toTensor());
    } else if (value.isTuple()) {
        for (const c10::IValue& element : value.toTupleRef().elements())
            collect_tensors(element, out);
    } else if (value.isList()) {
        for (const c10::IValue& element : value.toListRef())
            collect_tensors(element, out);
    } else if (value.isGenericDict()) {
        for (const auto& entry : value.toGenericDict())
            collect_tensors(entry.value(), out);
    }
}

std::string unusable_kind(const at::Tensor& tensor) {
    if (tensor.is_complex())
        return "its numbers are complex";
    if (tensor.layout() != at::kStrided)
        return "its numbers are not stored densely";
    return {};
}

/// In this thread LibTorch works alone: parts of a batch are what is done side by side.
void one_thread() {
    at::set_num_threads(1);
}

struct Seen {
    std::size_t first_site = 0;
    std::vector<std::int64_t> sizes; ///< with one image
    std::vector<std::int64_t> sizes_of_two;
    std::string unusable;
    std::size_t order = 0;
};
using SeenOutputs = std::map<std::string, std::vector<std::vector<Seen>>>; // path → call → tensor

/// What all of a model's passes share. Immutable.
struct Loaded {
    jit::Module module;
    c10::Device device{c10::kCPU};
    ModelDescription description;
    std::map<std::string, OutputPlace, std::less<>> places; ///< by output name
};

class TorchPass final : public ForwardPass {
  public:
    TorchPass(std::shared_ptr<const Loaded> loaded, const std::vector<std::string>& outputs)
        : loaded_(std::move(loaded)) {
        TapChoice choice{.paths = std::set<std::string>(), .stop_after_last = true};
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const auto [module, output] = loaded_->description.find_output(outputs[i]);
            if (output == nullptr || !output->tappable())
                throw Error(ErrorKind::usage,
                            {.what = "this output of the model can't be had",
                             .where = outputs[i],
                             .found = output == nullptr ? "no output of that name" : output->untappable});
            const OutputPlace& place = loaded_->places.find(outputs[i])->second;
            wanted_[{place.path, place.call}].push_back({i, place, output});
            choice.paths->insert(place.path);
        }
        outputs_ = outputs;
        graph_ = std::make_unique<TappedGraph>(loaded_->module, choice);
    }

    void run(const Batch& batch, const TapSink& sink, const Task& task) override {
        // Not so on a graphics card, which is only fast with all of them.
        const bool whole = loaded_->device.type() != c10::kCPU;
        std::size_t part = whole ? batch.images : images_a_part;
        if (loaded_->description.batch_limit != 0)
            part = std::min(part, loaded_->description.batch_limit);
        const std::size_t parts = (batch.images + part - 1) / part;
        if (parts == 0)
            return;
        openblas_set_num_threads(1);
        task.pool.parallel_for(parts, [&](std::size_t i, std::size_t) {
            task.check();
            run_part(batch, i * part, std::min(part, batch.images - i * part), sink, task.cancellation);
        });
    }

  private:
    struct Wanted {
        std::size_t position;
        OutputPlace place;
        const ModuleOutput* output;
    };

    void run_part(const Batch& batch, std::size_t first, std::size_t count, const TapSink& sink,
                  const Cancellation& cancellation) const {
        one_thread();
        const std::size_t image = batch.channels * batch.height * batch.width;
        const std::array<std::int64_t, 4> sizes{
            static_cast<std::int64_t>(count), static_cast<std::int64_t>(batch.channels),
            static_cast<std::int64_t>(batch.height), static_cast<std::int64_t>(batch.width)};
        const c10::InferenceMode no_gradients;
        // The model may work in place on its input, which is not ours to give away.
        const at::Tensor input =
            at::from_blob(const_cast<float*>(batch.values.data() + first * image), sizes, at::kFloat)
                .to(loaded_->device, at::kFloat, false, true);
        std::map<std::string, std::size_t> calls;
        std::size_t given = 0;
        TapReceiver receiver;
        receiver.cancellation = &cancellation;
        receiver.value = [&](std::size_t site, const c10::IValue& value) {
            const std::string& path = graph_->sites()[site].path;
            const auto wanted = wanted_.find({path, calls[path]++});
            if (wanted == wanted_.end())
                return;
            std::vector<at::Tensor> tensors;
            collect_tensors(value, tensors);
            for (const Wanted& one : wanted->second)
                if (one.place.index < tensors.size()) {
                    give(tensors[one.place.index], one, first, count, sink);
                    ++given;
                }
        };
        try {
            graph_->run(input, receiver);
        } catch (const Error&) {
            throw;
        } catch (const std::bad_alloc&) {
            throw;
        } catch (const std::exception& thrown) {
            throw running_error(loaded_->description.file, {batch.channels, batch.height, batch.width},
                                thrown);
        }
        if (given != outputs_.size())
            throw Error(
                ErrorKind::bad_data,
                {.what = "the model went another way than in its dry run: some modules were not called",
                 .where = loaded_->description.file.string(),
                 .expected = std::to_string(outputs_.size()) + " outputs",
                 .found = std::to_string(given),
                 .advice = "Leave out modules that lie in a branch or a loop"});
    }

    static void give(const at::Tensor& tensor, const Wanted& wanted, std::size_t first, std::size_t count,
                     const TapSink& sink) {
        at::Tensor values = tensor.is_quantized() ? tensor.dequantize() : tensor;
        if (values.dim() > wanted.place.batch_dimension)
            values = values.movedim(wanted.place.batch_dimension, 0);
        if (wanted.output->channels_last && values.dim() == 4)
            values = values.permute({0, 3, 1, 2});
        values = values.to(at::kCPU, at::kFloat).contiguous();
        std::vector<std::size_t> shape(values.sizes().begin(), values.sizes().end());
        std::vector<std::size_t> expected{count};
        expected.insert(expected.end(), wanted.output->shape.begin(), wanted.output->shape.end());
        if (shape.size() == 1)
            shape.push_back(1);
        if (shape != expected)
            throw Error(ErrorKind::bad_data,
                        {.what = "a module's output has another shape than in the dry run",
                         .where = wanted.output->name,
                         .expected = shape_text(expected),
                         .found = shape_text(shape)});
        sink({wanted.position,
              first,
              shape,
              {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())}});
    }

    std::shared_ptr<const Loaded> loaded_;
    std::vector<std::string> outputs_;
    std::map<std::pair<std::string, std::size_t>, std::vector<Wanted>> wanted_;
    std::unique_ptr<TappedGraph> graph_;
};

class TorchModel final : public LoadedModel {
  public:
    explicit TorchModel(std::shared_ptr<const Loaded> loaded) : loaded_(std::move(loaded)) {}
    [[nodiscard]] const ModelDescription& description() const override { return loaded_->description; }
    [[nodiscard]] std::unique_ptr<ForwardPass>
    prepare(const std::vector<std::string>& outputs) const override {
        return std::make_unique<TorchPass>(loaded_, outputs);
    }

  private:
    std::shared_ptr<const Loaded> loaded_;
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

/// Runs of noise, with one and with two images: shapes, and which dimension is the images'.
class DryRun {
  public:
    DryRun(const Loaded& loaded, const LoadOptions& options)
        : loaded_(loaded), options_(options), graph_(loaded.module, {.count_products = true}) {}

    /// False where the model refuses this size; `refusal` says how then.
    bool try_size(const InputSize& input) {
        seen_.clear();
        multiply_adds_ = 0.0;
        try {
            run(input, 1);
        } catch (const std::bad_alloc&) {
            throw;
        } catch (const Error&) {
            throw;
        } catch (const std::exception& thrown) {
            if (!refusal_)
                refusal_.emplace(running_error(loaded_.description.file, input, thrown));
            return false;
        }
        try {
            run(input, 2);
            batch_limit = 0;
        } catch (const std::bad_alloc&) {
            throw;
        } catch (const Error&) {
            throw;
        } catch (const std::exception&) {
            batch_limit = 1;
        }
        return true;
    }

    /// The side of the smallest map of places that any module gives; 0 where none gives one.
    [[nodiscard]] std::size_t smallest_map() const {
        std::int64_t smallest = 0;
        for (const auto& [path, calls] : seen_)
            for (const auto& tensors : calls)
                for (const Seen& seen : tensors)
                    if (seen.sizes.size() == 4 && seen.sizes[2] == seen.sizes[3] && seen.sizes[2] > 1)
                        smallest = smallest == 0 ? seen.sizes[2] : std::min(smallest, seen.sizes[2]);
        return static_cast<std::size_t>(smallest);
    }
    [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }
    [[nodiscard]] double multiply_adds() const { return multiply_adds_; }
    [[nodiscard]] const TappedGraph& graph() const { return graph_; }
    [[nodiscard]] SeenOutputs& seen() { return seen_; }
    std::size_t batch_limit = 0;

  private:
    void run(const InputSize& input, std::int64_t images) {
        one_thread();
        const at::Tensor noise =
            at::randn({images, static_cast<std::int64_t>(input.channels),
                       static_cast<std::int64_t>(input.height), static_cast<std::int64_t>(input.width)})
                .to(loaded_.device);
        std::map<std::string, std::size_t> calls;
        std::size_t order = 0;
        TapReceiver receiver;
        receiver.cancellation = &options_.cancellation;
        receiver.value = [&](std::size_t site, const c10::IValue& value) {
            const std::string& path = graph_.sites()[site].path;
            const std::size_t call = calls[path]++;
            std::vector<at::Tensor> tensors;
            collect_tensors(value, tensors);
            auto& of_path = seen_[path];
            if (of_path.size() <= call)
                of_path.resize(call + 1);
            auto& of_call = of_path[call];
            if (of_call.size() < tensors.size())
                of_call.resize(tensors.size());
            for (std::size_t i = 0; i < tensors.size(); ++i) {
                auto& sizes = images == 1 ? of_call[i].sizes : of_call[i].sizes_of_two;
                sizes = tensors[i].sizes().vec();
                if (images == 1) {
                    of_call[i].unusable = unusable_kind(tensors[i]);
                    of_call[i].order = order++;
                }
            }
        };
        if (images == 1)
            receiver.products = [&](double products) { multiply_adds_ += products; };
        graph_.run(noise, receiver);
    }

    const Loaded& loaded_;
    const LoadOptions& options_;
    TappedGraph graph_;
    SeenOutputs seen_;
    double multiply_adds_ = 0.0;
    std::optional<Error> refusal_;
};

/// Which dimension is as long as there were images, or why there is none.
std::pair<std::int64_t, std::string> batch_dimension(const Seen& seen, bool single) {
    const auto& one = seen.sizes;
    const auto& two = seen.sizes_of_two;
    if (one.empty())
        return {0, "it is a single number for all images"};
    if (single)
        return one.front() == 1 ? std::pair<std::int64_t, std::string>{0, ""}
                                : std::pair<std::int64_t, std::string>{0, "no dimension is the images'"};
    if (two.size() != one.size())
        return {0, "its shape depends on the number of images"};
    for (std::size_t d = 0; d < one.size(); ++d)
        if (one[d] == 1 && two[d] == 2) {
            auto rest_one = one;
            auto rest_two = two;
            rest_one[d] = rest_two[d] = 0;
            return rest_one == rest_two
                       ? std::pair<std::int64_t, std::string>{static_cast<std::int64_t>(d), ""}
                       : std::pair<std::int64_t, std::string>{0, "its shape depends on the number of images"};
        }
    if (one == two)
        return {0, "it is the same for any number of images"};
    return {0, "images are mixed with windows or heads in one dimension (" + std::to_string(one.front()) +
                   " for one image, " + std::to_string(two.front()) + " for two)"};
}

void describe_outputs(ModuleInfo& info, const std::vector<std::vector<Seen>>& calls, bool single,
                      std::map<std::string, OutputPlace, std::less<>>& places) {
    for (std::size_t call = 0; call < calls.size(); ++call)
        for (std::size_t index = 0; index < calls[call].size(); ++index) {
            const Seen& seen = calls[call][index];
            ModuleOutput output;
            output.name = output_name(info.path, call, calls.size(), index, calls[call].size());
            output.call = call;
            output.index = index;
            output.order = seen.order;
            const auto [dimension, reason] = batch_dimension(seen, single);
            output.untappable = seen.unusable.empty() ? reason : seen.unusable;
            for (std::size_t d = 0; d < seen.sizes.size(); ++d)
                if (!output.tappable() || static_cast<std::int64_t>(d) != dimension)
                    output.shape.push_back(static_cast<std::size_t>(seen.sizes[d]));
            if (output.tappable() && output.shape.empty())
                output.shape.push_back(1);
            if (output.tappable() && std::ranges::count(output.shape, 0U) != 0)
                output.untappable = "it is empty";
            if (output.tappable() && looks_channels_last(output.shape)) {
                output.channels_last = true;
                std::ranges::rotate(output.shape, output.shape.end() - 1);
            }
            places[output.name] = {info.path, call, index, dimension};
            info.outputs.push_back(std::move(output));
        }
}

std::string why_silent(const ModuleInfo& info, const std::vector<CallSite>& sites,
                       const std::vector<std::string>& opaque) {
    for (const std::string& outer : opaque)
        if (info.path.starts_with(outer + "."))
            return "it lies in " + outer + ", which is called through an interface that can't be looked into";
    const auto site = std::ranges::find(sites, info.path, &CallSite::path);
    if (site == sites.end())
        return info.type == "Sequential" || info.type == "ModuleList" || info.type == "ModuleDict"
                   ? "it is a container that is never called itself; choose modules in it"
                   : "the file has no call of it: the model doesn't use it, or the tracer left it out";
    if (site->conditional)
        return "it lies in a branch or loop that the dry run did not enter";
    return "the file keeps no result of it: it only hands its input on, as Identity and Dropout do, or gives "
           "no tensor";
}

void describe(Loaded& loaded, DryRun& dry) {
    ModelDescription& description = loaded.description;
    description.batch_limit = dry.batch_limit;
    description.multiply_adds = static_cast<std::uint64_t>(dry.multiply_adds());
    std::vector<std::string> opaque;
    for (const CallSite& site : dry.graph().sites())
        if (site.opaque)
            opaque.push_back(site.path);
    for (ModuleInfo& info : description.modules) {
        const auto seen = dry.seen().find(info.path);
        if (seen != dry.seen().end())
            describe_outputs(info, seen->second, dry.batch_limit == 1, loaded.places);
        if (info.outputs.empty())
            info.untappable = why_silent(info, dry.graph().sites(), opaque);
        else if (std::ranges::none_of(info.outputs, &ModuleOutput::tappable))
            info.untappable = info.outputs.front().untappable;
    }
    if (!dry.graph().uncounted().empty()) {
        std::string names;
        for (const std::string& name : dry.graph().uncounted())
            names += (names.empty() ? "" : ", ") + name;
        description.notes.push_back("multiply–adds of these operators are not counted: " + names);
    }
    if (dry.batch_limit == 1)
        description.notes.emplace_back("the model takes one image at a time: it was saved for one");
}

void find_size(Loaded& loaded, const LoadOptions& options) {
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
    const auto loaded = std::make_shared<Loaded>();
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
