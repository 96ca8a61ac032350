// ONNX files through OpenCV's dnn module: ordinary convolutional networks, more with a newer OpenCV.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/models/loaded_model.h"
#include "core/models/reader.h"

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <sstream>

namespace stratoscope::models::onnx {
namespace {

/// A node of the network: what OpenCV calls a layer.
struct Node {
    std::string name; ///< as OpenCV has it
    std::string type;
    std::vector<std::string> path; ///< of the modules it lies in, then its own
    std::uint64_t parameters = 0;
    std::vector<std::size_t> shape; ///< for one image, with the images' dimension
    std::vector<std::size_t> shape_of_two;
};

/// "onnx_node!/layer1/layer1.0/conv1/Conv" → layer1, layer1.0, layer1.0.conv1, layer1.0.conv1.Conv: torch
/// repeats a container's name in those of its children.
std::vector<std::string> path_of(std::string name) {
    constexpr std::string_view prefix = "onnx_node!";
    if (name.starts_with(prefix))
        name = name.substr(prefix.size());
    std::vector<std::string> path;
    std::string last;
    std::istringstream parts(name);
    for (std::string part; std::getline(parts, part, '/');) {
        if (part.empty())
            continue;
        const bool continues = !last.empty() && part.starts_with(last + ".");
        const std::string own = continues ? part.substr(last.size() + 1) : part;
        path.push_back(path.empty() ? own : path.back() + "." + own);
        last = part;
    }
    if (path.empty())
        path.push_back(name);
    return path;
}

/// "Det" where OpenCV says "> Node [Det@ai.onnx]:(onnx_node!/head/Det) parse error: …"; empty elsewhere.
std::string operator_in(const std::string& text) {
    constexpr std::string_view before = "Node [";
    const std::size_t at = text.find(before);
    if (at == std::string::npos)
        return {};
    const std::size_t start = at + before.size();
    return text.substr(start, text.find_first_of("@]", start) - start);
}

/// What OpenCV said, in one line that is not endless.
std::string said_by(const cv::Exception& thrown) {
    constexpr std::size_t longest = 160;
    std::string text = thrown.err.empty() ? thrown.what() : thrown.err;
    std::ranges::replace(text, '\n', ' ');
    while (!text.empty() && (text.back() == ' ' || text.back() == '>'))
        text.pop_back();
    return text.size() > longest ? text.substr(0, longest) + " …" : text;
}

Error refusal(const std::filesystem::path& file, const cv::Exception& thrown) {
    const std::string name = operator_in(thrown.err.empty() ? thrown.what() : thrown.err);
    return {ErrorKind::bad_data,
            {.what = name.empty() ? "OpenCV can't run this ONNX file"
                                  : "OpenCV can't run the operator " + name + " of this ONNX file",
             .where = file.string(),
             .expected = "an ordinary convolutional network (OpenCV here is " CV_VERSION ")",
             .found = name.empty() ? said_by(thrown) : "",
             .advice = "Save the model as TorchScript instead: torch.jit.trace(model.eval(), "
                       "example).save(\"model.pt\")"}};
}

std::vector<std::size_t> sizes_of(const cv::Mat& values) {
    std::vector<std::size_t> sizes;
    sizes.reserve(static_cast<std::size_t>(values.dims));
    for (int d = 0; d < values.dims; ++d)
        sizes.push_back(static_cast<std::size_t>(values.size[d]));
    return sizes;
}

/// The network and what is known of it. OpenCV's networks are used by one thread at a time.
struct Loaded {
    mutable std::mutex mutex;
    mutable cv::dnn::Net net;
    std::vector<Node> nodes;
    ModelDescription description;
    std::map<std::string, std::size_t, std::less<>> places; ///< output name → node

    /// Outputs of some nodes for some images.
    [[nodiscard]] std::vector<cv::Mat> run(const float* values, std::size_t images, const InputSize& input,
                                           const std::vector<std::string>& names) const {
        const std::array<int, 4> sizes{static_cast<int>(images), static_cast<int>(input.channels),
                                       static_cast<int>(input.height), static_cast<int>(input.width)};
        // OpenCV takes a pointer to non-const and only reads.
        net.setInput(
            cv::Mat(static_cast<int>(sizes.size()), sizes.data(), CV_32F, const_cast<float*>(values)));
        std::vector<cv::Mat> out;
        net.forward(out, names);
        return out;
    }
};

class OnnxPass final : public ForwardPass {
  public:
    OnnxPass(std::shared_ptr<const Loaded> loaded, const std::vector<std::string>& outputs)
        : loaded_(std::move(loaded)) {
        for (const std::string& name : outputs) {
            const auto [module, output] = loaded_->description.find_output(name);
            if (output == nullptr || !output->tappable())
                throw Error(ErrorKind::usage,
                            {.what = "this output of the model can't be had",
                             .where = name,
                             .found = output == nullptr ? "no output of that name" : output->untappable});
            outputs_.push_back(output);
            names_.push_back(loaded_->nodes[loaded_->places.find(name)->second].name);
        }
    }

    void run(const Batch& batch, const TapSink& sink, const Task& task) override {
        const InputSize input{batch.channels, batch.height, batch.width};
        const std::size_t image = batch.channels * batch.height * batch.width;
        std::size_t part = images_a_part;
        if (loaded_->description.batch_limit != 0)
            part = std::min(part, loaded_->description.batch_limit);
        const std::lock_guard alone(loaded_->mutex);
        cv::setNumThreads(static_cast<int>(task.pool.size()));
        for (std::size_t first = 0; first < batch.images; first += part) {
            task.check();
            const std::size_t count = std::min(part, batch.images - first);
            std::vector<cv::Mat> out;
            try {
                out = loaded_->run(batch.values.data() + first * image, count, input, names_);
            } catch (const cv::Exception& thrown) {
                throw refusal(loaded_->description.file, thrown);
            }
            for (std::size_t i = 0; i < out.size(); ++i)
                give(out[i], i, first, count, sink);
        }
    }

  private:
    void give(const cv::Mat& values, std::size_t i, std::size_t first, std::size_t count,
              const TapSink& sink) const {
        std::vector<std::size_t> expected{count};
        expected.insert(expected.end(), outputs_[i]->shape.begin(), outputs_[i]->shape.end());
        if (sizes_of(values) != expected || !values.isContinuous() || values.type() != CV_32F)
            throw Error(ErrorKind::bad_data, {.what = "a node's output has another shape than in the dry run",
                                              .where = outputs_[i]->name,
                                              .expected = shape_text(expected),
                                              .found = shape_text(sizes_of(values))});
        sink({i, first, expected, {values.ptr<float>(), values.total()}});
    }

    std::shared_ptr<const Loaded> loaded_;
    std::vector<const ModuleOutput*> outputs_;
    std::vector<std::string> names_;
};

class OnnxModel final : public LoadedModel {
  public:
    explicit OnnxModel(std::shared_ptr<const Loaded> loaded) : loaded_(std::move(loaded)) {}
    [[nodiscard]] const ModelDescription& description() const override { return loaded_->description; }
    [[nodiscard]] std::unique_ptr<ForwardPass>
    prepare(const std::vector<std::string>& outputs) const override {
        return std::make_unique<OnnxPass>(loaded_, outputs);
    }

  private:
    std::shared_ptr<const Loaded> loaded_;
};

void read_nodes(Loaded& loaded) {
    for (const cv::String& name : loaded.net.getLayerNames()) {
        const cv::Ptr<cv::dnn::Layer> layer = loaded.net.getLayer(loaded.net.getLayerId(name));
        Node node{.name = name, .type = layer->type, .path = path_of(name), .shape = {}, .shape_of_two = {}};
        for (const cv::Mat& blob : layer->blobs)
            node.parameters += blob.total();
        loaded.description.parameters += node.parameters;
        loaded.nodes.push_back(std::move(node));
    }
}

/// Empty where the network takes this size; what it said otherwise.
std::optional<cv::Exception> dry_run(Loaded& loaded, const InputSize& input) {
    std::vector<std::string> names;
    for (const Node& node : loaded.nodes)
        names.push_back(node.name);
    std::vector<float> noise(2 * input.channels * input.height * input.width);
    for (std::size_t i = 0; i < noise.size(); ++i)
        noise[i] = static_cast<float>(i * 2654435761U % 2048) / 1024.0F - 1.0F;
    try {
        const std::vector<cv::Mat> one = loaded.run(noise.data(), 1, input, names);
        for (std::size_t i = 0; i < one.size(); ++i)
            loaded.nodes[i].shape = sizes_of(one[i]);
    } catch (const cv::Exception& thrown) {
        return thrown;
    }
    try {
        const std::vector<cv::Mat> two = loaded.run(noise.data(), 2, input, names);
        for (std::size_t i = 0; i < two.size(); ++i)
            loaded.nodes[i].shape_of_two = sizes_of(two[i]);
        loaded.description.batch_limit = 0;
    } catch (const cv::Exception&) {
        loaded.description.batch_limit = 1;
    }
    return std::nullopt;
}

std::string why_not(const Node& node, bool single) {
    if (node.shape.empty() || node.shape.front() != 1)
        return "its first dimension is not the images'";
    if (!single && (node.shape_of_two.size() != node.shape.size() || node.shape_of_two.front() != 2 ||
                    !std::equal(node.shape.begin() + 1, node.shape.end(), node.shape_of_two.begin() + 1)))
        return "its shape depends on the number of images otherwise than by its first dimension";
    return {};
}

/// The module of this path, made with those around it where it isn't there.
void add_module(std::vector<ModuleInfo>& modules, const std::vector<std::string>& path, std::size_t depth,
                const std::string& type) {
    if (std::ranges::find(modules, path[depth], &ModuleInfo::path) != modules.end())
        return;
    ModuleInfo info;
    info.path = path[depth];
    info.type = type;
    info.depth = depth;
    // Behind everything that lies in the module around it, so that the list stays a tree.
    auto at = modules.end();
    if (depth > 0) {
        at = std::ranges::find(modules, path[depth - 1], &ModuleInfo::path) + 1;
        while (at != modules.end() && at->depth >= depth)
            ++at;
    }
    modules.insert(at, std::move(info));
}

void describe(Loaded& loaded) {
    auto& modules = loaded.description.modules;
    std::map<std::string, std::size_t> sizes; // nodes in each module
    for (const Node& node : loaded.nodes)
        for (std::size_t depth = 0; depth + 1 < node.path.size(); ++depth)
            ++sizes[node.path[depth]];
    for (std::size_t n = 0; n < loaded.nodes.size(); ++n) {
        Node& node = loaded.nodes[n];
        // The only node of a module stands for the module itself.
        if (node.path.size() > 1 && sizes[node.path[node.path.size() - 2]] == 1)
            node.path.pop_back();
        for (std::size_t depth = 0; depth < node.path.size(); ++depth) {
            add_module(modules, node.path, depth, depth + 1 == node.path.size() ? node.type : "Module");
            ModuleInfo& info = *std::ranges::find(modules, node.path[depth], &ModuleInfo::path);
            info.parameters += node.parameters;
            // A module's result is that of the last node in it.
            ModuleOutput output;
            output.name = info.path;
            output.order = n;
            output.untappable = why_not(node, loaded.description.batch_limit == 1);
            output.shape.assign(node.shape.begin() + (output.tappable() ? 1 : 0), node.shape.end());
            info.untappable = output.untappable;
            info.outputs = {output};
            loaded.places[output.name] = n;
        }
    }
}

/// Names a usual size that fits where one was asked that doesn't.
Error size_refusal(Loaded& loaded, const InputSize& asked, const LoadOptions& options,
                   const cv::Exception& thrown) {
    const auto text = [](const InputSize& size) {
        return std::to_string(size.height) + " × " + std::to_string(size.width);
    };
    ErrorParts parts{.what = "the model does not take pictures of " + text(asked) +
                             (options.input ? "" : ", nor of other usual sizes"),
                     .where = loaded.description.file.string(),
                     .found = said_by(thrown),
                     .advice = "Give the size the model was made for; or save the model as TorchScript"};
    if (options.input)
        for (const InputSize& size : usual_sizes(asked.channels)) {
            options.cancellation.check();
            if (size != asked && !dry_run(loaded, size)) {
                parts.found.clear();
                parts.advice = "It takes " + text(size);
                break;
            }
        }
    return {ErrorKind::bad_data, parts};
}

std::shared_ptr<const LoadedModel> load(const std::filesystem::path& file, const LoadOptions& options) {
    if (options.device != "cpu")
        throw Error(ErrorKind::no_device, {.what = "ONNX files are run on the processor only",
                                           .expected = "cpu",
                                           .found = options.device,
                                           .advice = "Save the model as TorchScript"});
    // What it can't do is said in the error; its own log would land among the output.
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    const auto loaded = std::make_shared<Loaded>();
    ModelDescription& description = loaded->description;
    description.file = file;
    description.name = file.stem().string();
    description.format = "ONNX";
    try {
        loaded->net = cv::dnn::readNetFromONNX(file.string());
        loaded->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        // Fused layers would hand out what comes after them.
        loaded->net.enableFusion(false);
        read_nodes(*loaded);
    } catch (const cv::Exception& thrown) {
        throw refusal(file, thrown);
    }
    std::vector<InputSize> sizes = usual_sizes(3);
    if (options.input) {
        InputSize asked = *options.input;
        asked.channels = asked.channels == 0 ? 3 : asked.channels;
        sizes = {asked};
    }
    description.input_guessed = !options.input;
    std::optional<cv::Exception> first_refusal;
    for (const InputSize& size : sizes) {
        options.cancellation.check();
        if (auto refused = dry_run(*loaded, size)) {
            if (!first_refusal)
                first_refusal = std::move(refused);
            continue;
        }
        description.input = size;
        describe(*loaded);
        const std::vector<int> shape{1, static_cast<int>(size.channels), static_cast<int>(size.height),
                                     static_cast<int>(size.width)};
        description.multiply_adds = static_cast<std::uint64_t>(loaded->net.getFLOPS(shape)) / 2;
        description.notes.emplace_back(
            "batch normalisation is folded into the convolution before it: its module is missing, and the "
            "convolution gives its result");
        return std::make_shared<OnnxModel>(loaded);
    }
    throw size_refusal(*loaded, sizes.front(), options, *first_refusal);
}

} // namespace
} // namespace stratoscope::models::onnx

extern "C" void stratoscope_load_model(const std::filesystem::path& file,
                                       const stratoscope::models::LoadOptions& options,
                                       std::shared_ptr<const stratoscope::models::LoadedModel>& out) {
    out = stratoscope::models::onnx::load(file, options);
}
