// bench_extraction MODEL.pt SIZE PICTURES…: an extraction against the bare forward pass of the same batches,
// in one process with the same threads, in turns: LibTorch's own, and the program's, which spreads parts of a
// batch over the threads and stops behind the last step. And the most memory that was held.
#include "core/base/thread_pool.h"
#include "core/images/raster.h"
#include "core/jobs/extract_job.h"
#include "core/models/load_model.h"
#include "core/models/suggested_steps.h"

#include <ATen/Parallel.h>
#include <cblas.h>
#include <torch/script.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <sys/resource.h>

namespace {

using namespace stratoscope;
using Clock = std::chrono::steady_clock;
constexpr int rounds = 5;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double peak_megabytes() {
    struct rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

} // namespace

int main(int count, char** arguments) {
    if (count < 4)
        return 64;
    const std::filesystem::path model = arguments[1];
    const std::size_t size = std::stoul(arguments[2]);
    ThreadPool pool;
    const Task task{pool, {}, {}};
    jobs::ExtractJob job{.model = model,
                         .preprocessing =
                             models::with_size(models::preprocessing_named("imagenet").value(), size)};
    job.pictures = jobs::ListPicturesJob{.sources = {arguments + 3, arguments + count}}.run({task, {}});
    job.output = std::filesystem::temp_directory_path() / "bench_extraction.h5";
    const std::size_t images = job.pictures->ids.size();

    torch::jit::Module module = torch::jit::load(model.string());
    module.eval();
    const at::Tensor batch = torch::rand({static_cast<std::int64_t>(job.batch), 3,
                                          static_cast<std::int64_t>(size), static_cast<std::int64_t>(size)});
    const auto bare = [&] {
        at::set_num_threads(static_cast<int>(pool.size()));
        openblas_set_num_threads(static_cast<int>(pool.size()));
        const c10::InferenceMode no_gradients;
        const Clock::time_point start = Clock::now();
        std::size_t done = 0;
        for (; done < images; done += job.batch)
            (void)module.forward({batch});
        return seconds_since(start) * static_cast<double>(images) / static_cast<double>(done);
    };
    const auto loaded = models::load_model(job.model, {.input = models::InputSize{3, size, size}});
    const auto steps = models::suggested_steps(loaded->description());
    const auto pass = loaded->prepare({steps.back()});
    const auto own = [&] {
        const std::span<const float> values(batch.data_ptr<float>(), static_cast<std::size_t>(batch.numel()));
        const Clock::time_point start = Clock::now();
        for (std::size_t done = 0; done < images; done += job.batch) {
            const std::size_t now = std::min(job.batch, images - done);
            pass->run(
                {values.first(now * 3 * size * size), now, 3, size, size}, [](const models::TapValue&) {},
                task);
        }
        return seconds_since(start);
    };
    (void)bare(); // LibTorch optimises in the first runs
    std::vector<double> ratios;
    std::vector<double> own_ratios;
    for (int round = 0; round < rounds; ++round) {
        const double forward = bare();
        const double own_forward = own();
        std::filesystem::remove(job.output);
        const jobs::ExtractJob::Result result = job.run({task, {}});
        const double extraction = static_cast<double>(images) / result.images_per_second;
        ratios.push_back(extraction / forward);
        own_ratios.push_back(extraction / own_forward);
        std::printf("%zu images, %zu layers, %zu threads: bare forward %.2f s, own %.2f s, extraction %.2f "
                    "s: ratios %.3f, %.3f; peak %.0f MB\n",
                    images, result.layers, pool.size(), forward, own_forward, extraction, ratios.back(),
                    own_ratios.back(), peak_megabytes());
    }
    std::filesystem::remove(job.output);
    for (auto& [title, all] : {std::pair{"bare", &ratios}, std::pair{"own", &own_ratios}}) {
        std::ranges::sort(*all);
        std::printf("to %s: median %.3f, %.3f to %.3f\n", title, (*all)[rounds / 2], all->front(),
                    all->back());
    }
    return 0;
}
