// The networks of the demo, small enough to train on a laptop, each with the steps that are recorded of it.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stratoscope::demo {

/// Side of the pictures the networks see.
inline constexpr std::int64_t network_side = 32;

/// Where forward() leaves its steps, in the order of processing: images × channels × rows × columns for
/// maps, images × tokens × width for tokens, images × width for vectors. Null where nobody asks.
using Steps = std::vector<std::pair<std::string, torch::Tensor>>;

/// Images (count × 3 × 32 × 32, about −1…1) to features (count × feature_width()).
class Encoder : public torch::nn::Module {
  public:
    virtual torch::Tensor forward(const torch::Tensor& images, Steps* steps = nullptr) = 0;
    [[nodiscard]] virtual std::int64_t feature_width() const = 0;
};

/// Residual network: a stem and nine blocks in three stages (24, 48 and 96 channels), pooled at the end.
class ResNet : public Encoder {
  public:
    ResNet();
    torch::Tensor forward(const torch::Tensor& images, Steps* steps = nullptr) override;
    [[nodiscard]] std::int64_t feature_width() const override { return 96; }

  private:
    torch::nn::Sequential stem_;
    std::vector<std::pair<std::string, torch::nn::AnyModule>> blocks_;
};

/// Pre-norm transformer on 64 patches of 4 × 4; features are the mean token.
class VisionTransformer : public Encoder {
  public:
    static constexpr std::int64_t width = 64;
    static constexpr std::int64_t patch = 4;
    static constexpr std::int64_t tokens = (network_side / patch) * (network_side / patch);
    static constexpr std::int64_t depth = 8;

    /// How pixels become tokens: cut and embedded each by itself, as masking needs it, or by two
    /// convolutions, with which a transformer learns from few pictures (Xiao et al., 2021).
    enum class Stem { patches, convolutions };

    explicit VisionTransformer(Stem stem = Stem::patches);
    torch::Tensor forward(const torch::Tensor& images, Steps* steps = nullptr) override;
    [[nodiscard]] std::int64_t feature_width() const override { return width; }
    /// The tokens of the patches named in `kept` alone (images × how many), after the last norm.
    torch::Tensor encode_patches(const torch::Tensor& images, const torch::Tensor& kept);

  private:
    torch::Tensor embed(const torch::Tensor& images);

    torch::nn::Sequential convolutions_{nullptr};
    torch::nn::Linear embedding_{nullptr};
    torch::Tensor position_;
    torch::nn::ModuleList blocks_;
    torch::nn::LayerNorm norm_{nullptr};
};

/// Cuts images into count × tokens × (3 · patch · patch) values.
[[nodiscard]] torch::Tensor patches_of(const torch::Tensor& images, std::int64_t patch);

/// What a masked autoencoder adds to its encoder (He et al., 2022): two narrow blocks that paint all patches.
class MaskedDecoder : public torch::nn::Module {
  public:
    MaskedDecoder();
    /// encoded: images × kept tokens × width; kept: their positions. Gives count × tokens × patch values.
    torch::Tensor forward(const torch::Tensor& encoded, const torch::Tensor& kept);

  private:
    torch::Tensor mask_token_;
    torch::Tensor position_;
    torch::nn::ModuleList blocks_;
    torch::nn::LayerNorm norm_{nullptr};
    torch::nn::Linear pixels_{nullptr};
};

/// Convolutions down to a vector of 96 numbers and up to the picture again.
class Autoencoder : public Encoder {
  public:
    Autoencoder();
    /// The reconstruction, of the images' own shape; the latent vector is among the steps.
    torch::Tensor reconstruct(const torch::Tensor& images, Steps* steps = nullptr);
    /// The latent vector.
    torch::Tensor forward(const torch::Tensor& images, Steps* steps = nullptr) override;
    [[nodiscard]] std::int64_t feature_width() const override { return 96; }

  private:
    std::vector<torch::nn::Sequential> down_;
    torch::nn::Linear to_latent_{nullptr};
    torch::nn::Linear from_latent_{nullptr};
    std::vector<torch::nn::Sequential> up_;
    torch::nn::Conv2d picture_{nullptr};
};

} // namespace stratoscope::demo
