#include "resources/demo/training_private.h"

#include <cmath>
#include <cstdio>
#include <numbers>

namespace stratoscope::demo {
namespace {

using torch::Tensor;

std::vector<Tensor> parameters_of(std::initializer_list<const torch::nn::Module*> modules) {
    std::vector<Tensor> all;
    for (const torch::nn::Module* module : modules)
        for (const Tensor& parameter : module->parameters())
            all.push_back(parameter);
    return all;
}

// AdamW over shuffled batches; `loss_of` gets the rows of one batch.
template <class LossOf>
void train(const std::vector<Tensor>& parameters, std::int64_t count, const Schedule& schedule,
           const Say& say, LossOf loss_of) {
    torch::optim::AdamW optimiser(parameters, torch::optim::AdamWOptions(schedule.rate).weight_decay(0.02));
    const std::int64_t batches = count / schedule.batch;
    const double all_steps = static_cast<double>(batches) * schedule.epochs;
    double step = 0.0;
    for (int epoch = 0; epoch < schedule.epochs; ++epoch) {
        const Tensor order = torch::randperm(count, torch::kLong);
        double sum = 0.0;
        for (std::int64_t batch = 0; batch < batches; ++batch, step += 1.0) {
            const double done = step / all_steps;
            const double rate =
                done < 0.1 ? done / 0.1 : 0.5 + 0.5 * std::cos(std::numbers::pi * (done - 0.1) / 0.9);
            static_cast<torch::optim::AdamWOptions&>(optimiser.param_groups()[0].options())
                .lr(schedule.rate * std::max(rate, 0.01));
            optimiser.zero_grad();
            const Tensor loss = loss_of(order.narrow(0, batch * schedule.batch, schedule.batch));
            loss.backward();
            torch::nn::utils::clip_grad_norm_(parameters, 1.0);
            optimiser.step();
            sum += loss.item<double>();
        }
        char line[80];
        std::snprintf(line, sizeof line, "  epoch %d of %d: loss %.4f", epoch + 1, schedule.epochs,
                      sum / static_cast<double>(batches));
        say(line);
    }
}

Tensor mirrored(const Tensor& images) {
    const auto coin = [&images] { return torch::rand({images.size(0), 1, 1, 1}) < 0.5; };
    const Tensor across = torch::where(coin(), images.flip(3), images);
    return torch::where(coin(), across.flip(2), across);
}

// A view of each picture: cropped, turned and mirrored, its light and colours changed a little, some grain.
// Light and colour change little on purpose: the network may go on telling pictures apart by them.
Tensor altered(const Tensor& images) {
    const std::int64_t count = images.size(0);
    const auto between = [count](double low, double high) {
        return low + (high - low) * torch::rand({count});
    };
    const Tensor angle = between(-0.7, 0.7);
    const Tensor scale = between(0.62, 1.0);
    const Tensor mirror =
        torch::where(torch::rand({count}) < 0.5, torch::ones({count}), -torch::ones({count}));
    const Tensor room = 1.0 - scale;
    const Tensor placement = torch::stack(
        {torch::stack({mirror * scale * angle.cos(), -scale * angle.sin(), room * between(-1.0, 1.0)}, 1),
         torch::stack({mirror * scale * angle.sin(), scale * angle.cos(), room * between(-1.0, 1.0)}, 1)},
        1);
    namespace F = torch::nn::functional;
    const Tensor grid = F::affine_grid(placement, images.sizes(), false);
    const Tensor cropped = F::grid_sample(images, grid,
                                          F::GridSampleFuncOptions()
                                              .mode(torch::kBilinear)
                                              .padding_mode(torch::kReflection)
                                              .align_corners(false));
    const Tensor mean = cropped.mean({1, 2, 3}, true);
    const Tensor contrast = between(0.75, 1.3).view({count, 1, 1, 1});
    const Tensor light = between(-0.2, 0.2).view({count, 1, 1, 1});
    const Tensor tint = 0.08 * torch::randn({count, 3, 1, 1});
    return (cropped - mean) * contrast + mean + light + tint + 0.05 * torch::randn_like(cropped);
}

} // namespace

torch::nn::Linear train_classifier(Encoder& encoder, const Tensor& images, const Tensor& labels,
                                   const Schedule& schedule, const Say& say) {
    torch::nn::Linear head(encoder.feature_width(), static_cast<std::int64_t>(class_count));
    encoder.train();
    train(parameters_of({&encoder, head.get()}), images.size(0), schedule, say, [&](const Tensor& rows) {
        return torch::cross_entropy_loss(head(encoder.forward(mirrored(images.index_select(0, rows)))),
                                         labels.index_select(0, rows), {}, at::Reduction::Mean, -100, 0.05);
    });
    return head;
}

void train_contrastive(Encoder& encoder, const Tensor& images, const Schedule& schedule, const Say& say) {
    torch::nn::Sequential projector(torch::nn::Linear(encoder.feature_width(), 128),
                                    torch::nn::BatchNorm1d(128), torch::nn::ReLU(),
                                    torch::nn::Linear(128, 64));
    const double temperature = 0.2;
    encoder.train();
    train(parameters_of({&encoder, projector.get()}), images.size(0), schedule, say, [&](const Tensor& rows) {
        const Tensor batch = images.index_select(0, rows);
        const std::int64_t count = batch.size(0);
        const Tensor views = torch::cat({altered(batch), altered(batch)});
        const Tensor z = torch::nn::functional::normalize(
            projector->forward(encoder.forward(views)), torch::nn::functional::NormalizeFuncOptions().dim(1));
        const Tensor itself = torch::eye(2 * count, torch::kBool);
        const Tensor likeness = (torch::matmul(z, z.t()) / temperature).masked_fill(itself, -1e9);
        const Tensor partner = torch::arange(2 * count, torch::kLong).roll(count);
        return torch::cross_entropy_loss(likeness, partner);
    });
}

void train_masked(VisionTransformer& encoder, const Tensor& images, const Schedule& schedule,
                  const Say& say) {
    MaskedDecoder decoder;
    constexpr std::int64_t kept_count = VisionTransformer::tokens * 2 / 5;
    encoder.train();
    train(parameters_of({&encoder, &decoder}), images.size(0), schedule, say, [&](const Tensor& rows) {
        const Tensor batch = mirrored(images.index_select(0, rows));
        const Tensor order = torch::rand({batch.size(0), VisionTransformer::tokens}).argsort(std::int64_t{1});
        const Tensor kept = order.narrow(1, 0, kept_count);
        const Tensor hidden =
            order.narrow(1, kept_count, VisionTransformer::tokens - kept_count).unsqueeze(-1);
        const Tensor painted = decoder.forward(encoder.encode_patches(batch, kept), kept);
        const Tensor wanted = patches_of(batch, VisionTransformer::patch);
        const Tensor where = hidden.expand({-1, -1, wanted.size(2)});
        return torch::mse_loss(painted.gather(1, where), wanted.gather(1, where));
    });
}

void train_autoencoder(Autoencoder& autoencoder, const Tensor& images, const Schedule& schedule,
                       const Say& say) {
    autoencoder.train();
    train(parameters_of({&autoencoder}), images.size(0), schedule, say, [&](const Tensor& rows) {
        const Tensor batch = mirrored(images.index_select(0, rows));
        return torch::mse_loss(autoencoder.reconstruct(batch), batch);
    });
}

} // namespace stratoscope::demo
