// One function per way of learning. All take the training pictures as a tensor (count × 3 × 32 × 32, −1…1).
#pragma once

#include "resources/demo/networks_private.h"
#include "resources/demo/trained_models.h"

namespace stratoscope::demo {

struct Schedule {
    int epochs = 8;
    std::int64_t batch = 64;
    double rate = 2e-3; ///< the highest; rises in the first tenth, then falls as a cosine
};

/// Cross-entropy on a linear head, pictures mirrored at random. Returns the trained head.
torch::nn::Linear train_classifier(Encoder& encoder, const torch::Tensor& images, const torch::Tensor& labels,
                                   const Schedule& schedule, const Say& say);

/// SimCLR (Chen et al., 2020): two altered views of a picture attract, all others of the batch repel.
void train_contrastive(Encoder& encoder, const torch::Tensor& images, const Schedule& schedule,
                       const Say& say);

/// Masked autoencoder (He et al., 2022): paints the 60 % of the patches it was not shown.
void train_masked(VisionTransformer& encoder, const torch::Tensor& images, const Schedule& schedule,
                  const Say& say);

/// Mean squared error of the reconstruction.
void train_autoencoder(Autoencoder& autoencoder, const torch::Tensor& images, const Schedule& schedule,
                       const Say& say);

} // namespace stratoscope::demo
