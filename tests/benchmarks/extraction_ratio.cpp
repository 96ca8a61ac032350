// bench_extraction MODEL.pt SIZE PICTURES…: an extraction against the bare forward pass of the same batches,
// in one process with the same threads, in turns; and the most memory that was held.
#include "core/base/thread_pool.h"
#include "core/images/raster.h"
#include "core/jobs/extract_job.h"

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
    (void)bare(); // LibTorch optimises in the first runs
    std::vector<double> ratios;
    for (int round = 0; round < 3; ++round) {
        const double forward = bare();
        std::filesystem::remove(job.output);
        const jobs::ExtractJob::Result result = job.run({task, {}});
        const double extraction = static_cast<double>(images) / result.images_per_second;
        ratios.push_back(extraction / forward);
        std::printf("%zu images, %zu layers, %zu threads: bare forward %.2f s, extraction %.2f s, ratio "
                    "%.3f; peak %.0f MB\n",
                    images, result.layers, pool.size(), forward, extraction, ratios.back(), peak_megabytes());
    }
    std::filesystem::remove(job.output);
    std::ranges::sort(ratios);
    std::printf("median ratio %.3f\n", ratios[1]);
    return 0;
}
