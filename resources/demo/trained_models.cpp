#include "resources/demo/trained_models.h"

#include "core/base/error.h"
#include "resources/demo/training_private.h"

#include <algorithm>
#include <chrono>
#include <cmath>

// OpenBLAS keeps its own count of threads, which ATen's does not reach.
extern "C" void openblas_set_num_threads(int threads);

namespace stratoscope::demo {
namespace {

using torch::Tensor;

enum class Learning { labels, contrast, masking, reconstruction };

struct Recipe {
    const char* name;
    const char* title;
    const char* family;
    const char* objective;
    Learning learning;
    std::uint64_t seed; ///< added to the option's
    Schedule schedule;
};

const std::vector<Recipe>& recipes() {
    static const std::vector<Recipe> all{
        {"resnet", "ResNet classifier", "cnn", "classification", Learning::labels, 11, {7, 64, 3e-3}},
        {"resnet_twin", "ResNet classifier 2", "cnn", "classification", Learning::labels, 12, {7, 64, 3e-3}},
        {"vit", "ViT classifier", "transformer", "classification", Learning::labels, 13, {10, 32, 1.2e-3}},
        {"resnet_simclr",
         "ResNet SimCLR",
         "cnn",
         "self-supervised, contrastive",
         Learning::contrast,
         14,
         {7, 128, 3e-3}},
        {"vit_masked",
         "ViT masked",
         "transformer",
         "self-supervised, masked pictures",
         Learning::masking,
         15,
         {14, 64, 2e-3}},
        {"autoencoder", "Autoencoder", "cnn", "reconstruction", Learning::reconstruction, 16, {8, 64, 3e-3}},
    };
    return all;
}

Tensor images_of(const PictureSet& set) {
    const auto count = static_cast<std::int64_t>(set.size());
    // from_blob wants a mutable pointer but the tensor is only read, and copied at once.
    const Tensor bytes = torch::from_blob(const_cast<std::uint8_t*>(set.seen.data()),
                                          {count, network_side, network_side, 3}, torch::kUInt8);
    return bytes.to(torch::kFloat32).permute({0, 3, 1, 2}).div(127.5).sub(1.0).contiguous();
}

Tensor labels_of(const PictureSet& set) {
    std::vector<std::int64_t> labels;
    for (const Scene& scene : set.scenes)
        labels.push_back(scene.label());
    return torch::tensor(labels, torch::kLong);
}

// Part of the rows whose label is the commonest among their 10 nearest other rows (cosine).
double neighbour_accuracy(const Tensor& features, const Tensor& labels) {
    const Tensor z = torch::nn::functional::normalize(features - features.mean(0),
                                                      torch::nn::functional::NormalizeFuncOptions().dim(1));
    const Tensor nearest = std::get<1>(torch::matmul(z, z.t()).fill_diagonal_(-2.0).topk(10, 1));
    const Tensor votes =
        torch::one_hot(labels.index_select(0, nearest.flatten()), static_cast<std::int64_t>(class_count))
            .view({labels.size(0), 10, -1})
            .sum(1);
    return votes.argmax(1).eq(labels).to(torch::kFloat64).mean().item<double>();
}

RecordedLayer layer_of(const std::string& name, const std::vector<Tensor>& parts) {
    const Tensor all = torch::cat(parts);
    RecordedLayer layer;
    layer.name = name;
    for (std::int64_t d = 1; d < all.dim(); ++d)
        layer.shape.push_back(static_cast<std::size_t>(all.size(d)));
    layer.pooling = all.dim() == 2 ? "none" : "mean";
    const Tensor pooled = (all.dim() == 4   ? all.mean({2, 3})
                           : all.dim() == 3 ? all.mean(1)
                                            : all)
                              .to(torch::kFloat32)
                              .contiguous();
    layer.values =
        Matrix<float>(static_cast<std::size_t>(pooled.size(0)), static_cast<std::size_t>(pooled.size(1)));
    std::copy_n(pooled.data_ptr<float>(), pooled.numel(), layer.values.data());
    return layer;
}

template <class Forward>
std::vector<RecordedLayer> record(const Tensor& images, Forward forward) {
    std::vector<std::string> names;
    std::vector<std::vector<Tensor>> parts;
    for (const Tensor& batch : images.split(64)) {
        Steps steps;
        forward(batch, &steps);
        if (names.empty())
            for (const auto& [name, value] : steps)
                names.push_back(name);
        parts.resize(names.size());
        for (std::size_t i = 0; i < names.size(); ++i)
            parts[i].push_back(steps[i].second);
    }
    std::vector<RecordedLayer> layers;
    for (std::size_t i = 0; i < names.size(); ++i)
        layers.push_back(layer_of(names[i], parts[i]));
    return layers;
}

} // namespace

std::vector<std::string> model_names() {
    std::vector<std::string> names;
    for (const Recipe& recipe : recipes())
        names.emplace_back(recipe.name);
    return names;
}

TrainedModel train_and_record(const std::string& name, const PictureSet& training, const PictureSet& recorded,
                              const TrainingOptions& options, const Say& say) {
    const auto recipe =
        std::ranges::find(recipes(), name, [](const Recipe& r) { return std::string(r.name); });
    if (recipe == recipes().end())
        throw Error(ErrorKind::usage, {.what = "there is no model of this name in the demo", .found = name});
    const auto started = std::chrono::steady_clock::now();
    at::set_num_threads(options.threads);
    openblas_set_num_threads(1);
    at::globalContext().setDeterministicAlgorithms(true, true);
    torch::manual_seed(options.seed * 1000 + recipe->seed);

    Schedule schedule = recipe->schedule;
    schedule.epochs = std::max(1, static_cast<int>(std::lround(schedule.epochs * options.effort)));
    const Tensor images = images_of(training);
    const Tensor shown = images_of(recorded);
    const Tensor labels = labels_of(recorded);
    TrainedModel result{recipe->name, recipe->title, recipe->family, recipe->objective, {}, {}, 0.0};
    Tensor features;
    const auto finish = [&](Encoder& encoder) {
        encoder.eval();
        const torch::NoGradGuard no_gradient;
        features = encoder.forward(shown);
        result.layers =
            record(shown, [&](const Tensor& batch, Steps* steps) { encoder.forward(batch, steps); });
        result.qualities.push_back({"neighbour accuracy", neighbour_accuracy(features, labels)});
    };

    switch (recipe->learning) {
    case Learning::labels: {
        std::unique_ptr<Encoder> encoder;
        if (std::string(recipe->family) == "transformer")
            encoder = std::make_unique<VisionTransformer>(VisionTransformer::Stem::convolutions);
        else
            encoder = std::make_unique<ResNet>();
        torch::nn::Linear head = train_classifier(*encoder, images, labels_of(training), schedule, say);
        finish(*encoder);
        const torch::NoGradGuard no_gradient;
        result.qualities.push_back(
            {"accuracy", head(features).argmax(1).eq(labels).to(torch::kFloat64).mean().item<double>()});
        break;
    }
    case Learning::contrast: {
        ResNet encoder;
        train_contrastive(encoder, images, schedule, say);
        finish(encoder);
        break;
    }
    case Learning::masking: {
        VisionTransformer encoder;
        train_masked(encoder, images, schedule, say);
        finish(encoder);
        break;
    }
    case Learning::reconstruction: {
        Autoencoder autoencoder;
        train_autoencoder(autoencoder, images, schedule, say);
        finish(autoencoder);
        const torch::NoGradGuard no_gradient;
        result.layers =
            record(shown, [&](const Tensor& batch, Steps* steps) { autoencoder.reconstruct(batch, steps); });
        const Tensor error = torch::mse_loss(autoencoder.reconstruct(shown), shown);
        result.qualities.push_back(
            {"root mean squared error, of 255", 127.5 * std::sqrt(error.item<double>())});
        result.qualities.push_back(
            {"variance explained", 1.0 - (error / shown.var(0, false).mean()).item<double>()});
        break;
    }
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return result;
}

} // namespace stratoscope::demo
