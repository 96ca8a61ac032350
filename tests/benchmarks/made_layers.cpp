#include "tests/benchmarks/made_layers.h"

#include "core/base/thread_pool.h"
#include "core/data/memory_rows.h"

#include <cblas.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <unistd.h>
#include <utility>
#include <vector>

namespace stratoscope::benchmarks {

namespace {

// Independent of the number of threads: each layer has a generator of its own.
Matrix<float> noise(std::size_t images, std::size_t dimension, float size, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal;
    Matrix<float> rows(images, dimension);
    for (std::size_t i = 0; i < rows.values().size(); ++i)
        rows.data()[i] = size * normal(random);
    return rows;
}

} // namespace

Dataset made_layers(std::size_t images, std::size_t dimension, std::size_t layers, bool related) {
    Dataset dataset;
    for (std::size_t i = 0; i < images; ++i)
        dataset.images.ids.push_back(std::to_string(i));
    std::vector<Matrix<float>> rows(layers);
    ThreadPool pool;
    pool.parallel_for(layers, [&](std::size_t layer, std::size_t) {
        rows[layer] = noise(images, dimension, related ? 0.3F : 30.0F, 100 + layer);
    });
    std::mt19937_64 random(7);
    std::normal_distribution<float> normal;
    Matrix<float> latent = noise(images, 24, 1.0F, 8);
    Model model;
    model.name = "model";
    for (std::size_t layer = 0; layer < layers; ++layer) {
        if (related) {
            const Matrix<float> mix = noise(latent.cols(), dimension, 1.0F, 1000 + layer);
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(images),
                        static_cast<int>(dimension), static_cast<int>(latent.cols()), 1.0F, latent.data(),
                        static_cast<int>(latent.cols()), mix.data(), static_cast<int>(dimension), 1.0F,
                        rows[layer].data(), static_cast<int>(dimension));
            for (std::size_t i = 0; i < images; ++i) // the next layer sees a little of something else
                for (float& x : latent.row(i))
                    x = 0.97F * x + 0.25F * normal(random);
        }
        Layer one;
        one.name = "block." + std::to_string(layer);
        one.index = layer;
        one.depth = layers == 1 ? 0.0 : static_cast<double>(layer) / static_cast<double>(layers - 1);
        one.pooling = "mean";
        one.rows = rows_in_memory(std::move(rows[layer]));
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
