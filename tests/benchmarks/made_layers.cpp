#include "tests/benchmarks/made_layers.h"

#include "core/data/memory_rows.h"

#include <cblas.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <unistd.h>
#include <utility>

namespace stratoscope::benchmarks {

Dataset made_layers(std::size_t images, std::size_t dimension, std::size_t layers, bool related) {
    std::mt19937_64 random(7);
    std::normal_distribution<float> normal;
    Dataset dataset;
    for (std::size_t i = 0; i < images; ++i)
        dataset.images.ids.push_back(std::to_string(i));
    Model model;
    model.name = "model";
    Matrix<float> latent(images, 24);
    for (std::size_t i = 0; i < images * latent.cols(); ++i)
        latent.data()[i] = normal(random);
    for (std::size_t layer = 0; layer < layers; ++layer) {
        Matrix<float> mix(latent.cols(), dimension);
        for (std::size_t i = 0; i < mix.values().size(); ++i)
            mix.data()[i] = normal(random);
        Matrix<float> rows(images, dimension);
        const float noise = related ? 0.3F : 30.0F;
        for (std::size_t i = 0; i < rows.values().size(); ++i)
            rows.data()[i] = noise * normal(random);
        if (related) {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(images),
                        static_cast<int>(dimension), static_cast<int>(latent.cols()), 1.0F, latent.data(),
                        static_cast<int>(latent.cols()), mix.data(), static_cast<int>(dimension), 1.0F,
                        rows.data(), static_cast<int>(dimension));
            for (std::size_t i = 0; i < images; ++i) // the next layer sees a little of something else
                for (float& x : latent.row(i))
                    x = 0.97F * x + 0.25F * normal(random);
        }
        Layer one;
        one.name = "block." + std::to_string(layer);
        one.index = layer;
        one.depth = layers == 1 ? 0.0 : static_cast<double>(layer) / static_cast<double>(layers - 1);
        one.pooling = "mean";
        one.rows = rows_in_memory(std::move(rows));
        model.layers.push_back(std::move(one));
    }
    dataset.models.push_back(std::move(model));
    return dataset;
}

void use_best_blas([[maybe_unused]] char** argv) {
#if defined(__x86_64__)
    if (std::getenv("OPENBLAS_CORETYPE") != nullptr)
        return;
    const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
    const std::string best = wide ? "SkylakeX" : "Haswell";
    if (best == openblas_get_corename() || !__builtin_cpu_supports("avx2"))
        return;
    std::printf("OpenBLAS chose %s: the floor uses %s\n", openblas_get_corename(), best.c_str());
    std::fflush(stdout);
    setenv("OPENBLAS_CORETYPE", best.c_str(), 1);
    execv("/proc/self/exe", argv);
#endif
}

} // namespace stratoscope::benchmarks
