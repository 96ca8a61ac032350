#include "resources/demo/networks_private.h"

#include <cmath>

namespace stratoscope::demo {
namespace {

namespace nn = torch::nn;
using torch::Tensor;

void record(Steps* steps, const std::string& name, const Tensor& value) {
    if (steps != nullptr)
        steps->emplace_back(name, value);
}

nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t stride) {
    return nn::Conv2d(nn::Conv2dOptions(in, out, 3).stride(stride).padding(1).bias(false));
}

struct ResidualBlockImpl : nn::Module {
    ResidualBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride)
        : first(convolution(in, out, stride)), first_norm(out), second(convolution(out, out, 1)),
          second_norm(out) {
        register_module("first", first);
        register_module("first_norm", first_norm);
        register_module("second", second);
        register_module("second_norm", second_norm);
        if (in != out || stride != 1) {
            shortcut = nn::Sequential(nn::Conv2d(nn::Conv2dOptions(in, out, 1).stride(stride).bias(false)),
                                      nn::BatchNorm2d(out));
            register_module("shortcut", shortcut);
        }
    }
    Tensor forward(const Tensor& x) {
        const Tensor inner = torch::relu(first_norm(first(x)));
        const Tensor change = second_norm(second(inner));
        return torch::relu(change + (shortcut.is_empty() ? x : shortcut->forward(x)));
    }
    nn::Conv2d first;
    nn::BatchNorm2d first_norm;
    nn::Conv2d second;
    nn::BatchNorm2d second_norm;
    nn::Sequential shortcut{nullptr};
};
TORCH_MODULE(ResidualBlock);

struct TransformerBlockImpl : nn::Module {
    static constexpr std::int64_t heads = 2;

    explicit TransformerBlockImpl(std::int64_t width)
        : attention_norm(nn::LayerNormOptions({width})), queries_keys_values(width, 3 * width),
          merge(width, width), inner_norm(nn::LayerNormOptions({width})), widen(width, 2 * width),
          narrow(2 * width, width) {
        register_module("attention_norm", attention_norm);
        register_module("queries_keys_values", queries_keys_values);
        register_module("merge", merge);
        register_module("inner_norm", inner_norm);
        register_module("widen", widen);
        register_module("narrow", narrow);
    }
    Tensor forward(const Tensor& x) {
        const Tensor attended = x + attention(attention_norm(x));
        return attended + narrow(torch::gelu(widen(inner_norm(attended))));
    }
    Tensor attention(const Tensor& x) {
        const std::int64_t count = x.size(0);
        const std::int64_t tokens = x.size(1);
        const std::int64_t width = x.size(2);
        const Tensor split =
            queries_keys_values(x).view({count, tokens, 3, heads, width / heads}).permute({2, 0, 3, 1, 4});
        const double scale = 1.0 / std::sqrt(static_cast<double>(width) / static_cast<double>(heads));
        const Tensor weights =
            torch::softmax(torch::matmul(split[0], split[1].transpose(-2, -1)) * scale, -1);
        return merge(torch::matmul(weights, split[2]).transpose(1, 2).reshape({count, tokens, width}));
    }
    nn::LayerNorm attention_norm;
    nn::Linear queries_keys_values;
    nn::Linear merge;
    nn::LayerNorm inner_norm;
    nn::Linear widen;
    nn::Linear narrow;
};
TORCH_MODULE(TransformerBlock);

// Rows of x (images × tokens × width) at the positions `index` (images × some).
Tensor take_tokens(const Tensor& x, const Tensor& index) {
    return x.gather(1, index.unsqueeze(-1).expand({-1, -1, x.size(2)}));
}

} // namespace

ResNet::ResNet() : stem_(convolution(3, 24, 1), nn::BatchNorm2d(24), nn::ReLU()) {
    register_module("stem", stem_);
    std::int64_t in = 24;
    int stage = 1;
    for (const std::int64_t out : {24, 48, 96}) {
        for (int block = 0; block < 3; ++block) {
            ResidualBlock made(in, out, block == 0 ? 2 : 1);
            const std::string name = "stage" + std::to_string(stage) + "_" + std::to_string(block);
            register_module(name, made);
            blocks_.emplace_back(name, nn::AnyModule(made));
            in = out;
        }
        ++stage;
    }
}

Tensor ResNet::forward(const Tensor& images, Steps* steps) {
    Tensor x = stem_->forward(images);
    record(steps, "stem", x);
    for (auto& [name, block] : blocks_) {
        x = block.forward(x);
        record(steps, name, x);
    }
    return x.mean({2, 3});
}

Tensor patches_of(const Tensor& images, std::int64_t patch) {
    const std::int64_t count = images.size(0);
    const std::int64_t across = images.size(2) / patch;
    return images.view({count, 3, across, patch, across, patch})
        .permute({0, 2, 4, 1, 3, 5})
        .reshape({count, across * across, 3 * patch * patch});
}

VisionTransformer::VisionTransformer(Stem stem) {
    if (stem == Stem::convolutions) {
        static_assert(patch == 4, "two halvings make a token of 4 x 4 pixels");
        convolutions_ = nn::Sequential();
        std::int64_t in = 3;
        for (const auto& [out, stride] : {std::pair{width / 2, 2}, {width, 1}, {width, 2}, {width, 1}}) {
            convolutions_->push_back(convolution(in, out, stride));
            convolutions_->push_back(nn::BatchNorm2d(out));
            convolutions_->push_back(nn::ReLU());
            in = out;
        }
        register_module("convolutions", convolutions_);
        embedding_ = nn::Linear(width, width);
    } else {
        embedding_ = nn::Linear(3 * patch * patch, width);
    }
    register_module("embedding", embedding_);
    position_ = register_parameter("position", 0.1 * torch::randn({1, tokens, width}));
    register_module("blocks", blocks_);
    for (std::int64_t block = 0; block < depth; ++block)
        blocks_->push_back(TransformerBlock(width));
    norm_ = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
}

Tensor VisionTransformer::embed(const Tensor& images) {
    if (!convolutions_.is_empty())
        return embedding_(convolutions_->forward(images).flatten(2).transpose(1, 2)) + position_;
    return embedding_(patches_of(images, patch)) + position_;
}

Tensor VisionTransformer::forward(const Tensor& images, Steps* steps) {
    Tensor x = embed(images);
    record(steps, "embedding", x);
    for (std::size_t block = 0; block < blocks_->size(); ++block) {
        x = blocks_->at<TransformerBlockImpl>(block).forward(x);
        record(steps, "blocks." + std::to_string(block), x);
    }
    return norm_(x).mean(1);
}

Tensor VisionTransformer::encode_patches(const Tensor& images, const Tensor& kept) {
    Tensor x = take_tokens(embed(images), kept);
    for (std::size_t block = 0; block < blocks_->size(); ++block)
        x = blocks_->at<TransformerBlockImpl>(block).forward(x);
    return norm_(x);
}

MaskedDecoder::MaskedDecoder() {
    constexpr std::int64_t width = VisionTransformer::width;
    mask_token_ = register_parameter("mask_token", 0.02 * torch::randn({1, 1, width}));
    position_ = register_parameter("position", 0.1 * torch::randn({1, VisionTransformer::tokens, width}));
    register_module("blocks", blocks_);
    for (int block = 0; block < 2; ++block)
        blocks_->push_back(TransformerBlock(width));
    norm_ = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
    pixels_ =
        register_module("pixels", nn::Linear(width, 3 * VisionTransformer::patch * VisionTransformer::patch));
}

Tensor MaskedDecoder::forward(const Tensor& encoded, const Tensor& kept) {
    const std::int64_t width = encoded.size(2);
    Tensor x = mask_token_.expand({encoded.size(0), VisionTransformer::tokens, width})
                   .scatter(1, kept.unsqueeze(-1).expand({-1, -1, width}), encoded) +
               position_;
    for (std::size_t block = 0; block < blocks_->size(); ++block)
        x = blocks_->at<TransformerBlockImpl>(block).forward(x);
    return pixels_(norm_(x));
}

Autoencoder::Autoencoder() {
    const auto stage = [](nn::Conv2d conv, std::int64_t channels) {
        return nn::Sequential(std::move(conv), nn::BatchNorm2d(channels), nn::ReLU());
    };
    down_ = {stage(convolution(3, 24, 1), 24), stage(convolution(24, 32, 2), 32),
             stage(convolution(32, 48, 2), 48), stage(convolution(48, 96, 2), 96)};
    for (std::size_t i = 0; i < down_.size(); ++i)
        register_module("encoder" + std::to_string(i), down_[i]);
    to_latent_ = register_module("to_latent", nn::Linear(96 * 16, feature_width()));
    from_latent_ = register_module("from_latent", nn::Linear(feature_width(), 96 * 16));
    up_ = {stage(convolution(96, 96, 1), 96), stage(convolution(96, 48, 1), 48),
           stage(convolution(48, 32, 1), 32), stage(convolution(32, 24, 1), 24)};
    for (std::size_t i = 0; i < up_.size(); ++i)
        register_module("decoder" + std::to_string(i), up_[i]);
    picture_ = register_module("picture", nn::Conv2d(nn::Conv2dOptions(24, 3, 3).padding(1)));
}

Tensor Autoencoder::forward(const Tensor& images, Steps* steps) {
    Tensor x = images;
    for (std::size_t i = 0; i < down_.size(); ++i) {
        x = down_[i]->forward(x);
        record(steps, "encoder." + std::to_string(i), x);
    }
    x = to_latent_(x.flatten(1));
    record(steps, "latent", x);
    return x;
}

Tensor Autoencoder::reconstruct(const Tensor& images, Steps* steps) {
    Tensor x = torch::relu(from_latent_(forward(images, steps))).view({-1, 96, 4, 4});
    for (std::size_t i = 0; i < up_.size(); ++i) {
        x = up_[i]->forward(i == 0 ? x : torch::upsample_nearest2d(x, {x.size(2) * 2, x.size(3) * 2}));
        record(steps, "decoder." + std::to_string(i), x);
    }
    return picture_(x);
}

} // namespace stratoscope::demo
