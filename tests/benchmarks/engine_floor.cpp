// The engine against the floor: L full N × N × D float32 products by OpenBLAS with as many threads, in the
// same process, before and after, since machines are noisy. Prints ratios, and JSON with --json FILE.
#include "core/base/matrix.h"
#include "core/base/thread_pool.h"
#include "core/data/dataset.h"
#include "core/engine/layer_store.h"
#include "core/measures/compare.h"
#include "tests/benchmarks/made_layers.h"

#include <CLI/CLI.hpp>
#include <cblas.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <limits>
#include <malloc.h>

namespace {

using namespace stratoscope;
using benchmarks::made_layers;
using benchmarks::use_best_blas;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double floor_seconds(const Dataset& dataset, int threads) {
    openblas_set_num_threads(threads);
    const std::size_t images = dataset.images.size();
    double total = 0.0;
    Matrix<float> out(images, images);
    Matrix<float> rows(images, dataset.models[0].layers[0].rows->cols());
    for (const Layer& layer : dataset.models[0].layers) {
        layer.rows->read(0, rows.view());
        const auto start = Clock::now();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<int>(images),
                    static_cast<int>(images), static_cast<int>(rows.cols()), 1.0F, rows.data(),
                    static_cast<int>(rows.cols()), rows.data(), static_cast<int>(rows.cols()), 0.0F,
                    out.data(), static_cast<int>(images));
        total += seconds_since(start);
    }
    openblas_set_num_threads(1);
    return total;
}

struct Run {
    double seconds;
    double first; // snapshot
    std::uint64_t rechecks;
};

struct Round {
    Run run;
    double floor; // seconds
};

Run timed(const Dataset& dataset, const std::vector<measures::MeasureChoice>& asked, std::size_t threads,
          std::size_t memory, const std::string& device) {
    ThreadPool pool(threads);
    engine::LayerStore store;
    measures::CompareRequest request;
    request.measures = asked;
    // What is free but kept, see below, counts as taken; it is there to be used.
    request.memory_bytes = memory == 0 ? 0 : memory + mallinfo2().fordblks;
    request.device = device;
    const auto start = Clock::now();
    double first = 0.0;
    const auto results = measures::compare(dataset, request, store, Task{pool, {}, {}}, [&](const auto&) {
        if (first == 0.0)
            first = seconds_since(start);
    });
    return {seconds_since(start), first, results.front().rechecks};
}

int benchmark(int argc, char** argv) {
    use_best_blas(argv);
    // On a virtual machine the first touch of a page may cost more than what is done with it. Memory is kept
    // by the process and touched by a run that is not counted, so that neither side pays for the host.
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TOP_PAD, 64 << 20);
    std::size_t images = 5000;
    std::size_t dimension = 768;
    std::size_t layers = 13;
    std::size_t threads = 1;
    std::size_t memory = 0;
    std::string device = "cpu";
    bool unrelated = false;
    std::vector<std::size_t> ks{1, 30};
    std::vector<std::string> names{"information_imbalance"};
    bool together = false;
    std::size_t rounds = 1;
    std::string json;
    CLI::App app("Ratios of the engine's time to that of the products alone");
    app.add_option("--images", images);
    app.add_option("--dimension", dimension);
    app.add_option("--layers", layers);
    app.add_option("--threads", threads);
    app.add_option("--device", device, "as the command line's: its time against the processors' floor");
    app.add_option("--memory", memory, "bytes, as the command line's; 0: as the program does");
    app.add_option("-k", ks)->delimiter(',');
    app.add_option("--measure", names)->delimiter(',');
    app.add_flag("--together", together, "all measures in one pass, for the last k");
    app.add_flag("--unrelated", unrelated);
    app.add_option("--rounds", rounds, "the median of so many, each between two floors");
    app.add_option("--json", json);
    CLI11_PARSE(app, argc, argv);

    const Dataset dataset = made_layers(images, dimension, layers, !unrelated);
    nlohmann::json report;
    (void)timed(dataset, {{"information_imbalance", 1}}, threads, memory, device);
    double before = floor_seconds(dataset, static_cast<int>(threads));
    const auto line = [&](const std::string& what, const std::vector<measures::MeasureChoice>& asked) {
        std::vector<Round> all;
        for (std::size_t round = 0; round < std::max<std::size_t>(1, rounds); ++round) {
            const Run run = timed(dataset, asked, threads, memory, device);
            const double after = floor_seconds(dataset, static_cast<int>(threads));
            all.push_back({run, (before + after) / 2.0});
            if (rounds > 1)
                std::fprintf(stderr, "  round %zu: %.2f s, floor %.2f s\n", round + 1, run.seconds,
                             all.back().floor);
            before = after;
        }
        std::ranges::nth_element(all, all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), {},
                                 [](const Round& round) { return round.run.seconds / round.floor; });
        const auto& [run, floor] = all[all.size() / 2];
        std::printf(
            "%-44s N=%zu D=%zu L=%zu threads=%zu  %.2f floors (%.2f s of %.2f s), first matrix at %.1f %%, "
            "%llu rechecks\n",
            what.c_str(), images, dimension, layers, threads, run.seconds / floor, run.seconds, floor,
            100.0 * run.first / run.seconds, static_cast<unsigned long long>(run.rechecks));
        std::fflush(stdout);
        report.push_back({{"what", what},
                          {"images", images},
                          {"dimension", dimension},
                          {"layers", layers},
                          {"threads", threads},
                          {"unrelated", unrelated},
                          {"memory", memory},
                          {"device", device},
                          {"floors", run.seconds / floor},
                          {"seconds", run.seconds},
                          {"first", run.first},
                          {"rechecks", run.rechecks}});
    };
    if (together) {
        std::vector<measures::MeasureChoice> asked;
        asked.reserve(names.size());
        for (const std::string& name : names)
            asked.push_back({name, ks.back()});
        line("together", asked);
    } else {
        for (const std::string& name : names)
            for (const std::size_t k : ks)
                line(name + " k=" + std::to_string(k), {{name, k}});
    }
    if (!json.empty())
        std::ofstream(json) << report.dump(1) << '\n';
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return benchmark(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
