// The pass on a GPU against three things, in one process and by turns: the GPU's own products (the floor: L
// full N × N × D ones by LibTorch in float32, TF32 off), this engine on all processors, and its results.
//   bench_device [--device cuda] [--images 5000,20000] [--stages] [--json FILE]
// Times are of whole comparisons from rows in memory: "all" with reading and preparing them, "pass" with
// layers that the store has prepared already; both with sending them to the device.
#include "core/base/thread_pool.h"
#include "core/engine/device_pass.h"
#include "core/engine/layer_store.h"
#include "core/measures/compare.h"
#include "tests/benchmarks/made_layers.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/record_function.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <torch/cuda.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <limits>
#include <map>
#include <optional>

namespace {

using namespace stratoscope;
using measures::MeasureChoice;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

struct Options {
    std::string device = "cuda";
    std::vector<std::size_t> images{5000, 20000};
    std::size_t dimension = 768;
    std::size_t layers = 13;
    std::size_t threads = 0;
    int repeats = 3;
    std::optional<std::size_t> only;
    bool unrelated = false;
    bool stages = false;
    bool no_processors = false;
    std::string json;
};

at::Device torch_device(const Options& options) {
    return options.device == "torch:cpu" ? at::Device(at::kCPU) : at::Device(options.device);
}

void wait_for(const at::Device& device) {
    if (device.is_cuda())
        torch::cuda::synchronize(device.index());
}

// Seconds of the products alone, rows on the device already.
double floor_seconds(const Dataset& dataset, const at::Device& device, at::ScalarType type) {
    const c10::InferenceMode no_gradients;
    const auto images = static_cast<std::int64_t>(dataset.images.size());
    const auto options = at::TensorOptions().device(device).dtype(type);
    at::Tensor out = at::empty({images, images}, options);
    double total = 0.0;
    for (const Layer& layer : dataset.models[0].layers) {
        at::Tensor host = at::empty({images, static_cast<std::int64_t>(layer.rows->cols())}, at::kFloat);
        layer.rows->read(0,
                         MatrixView<float>(host.data_ptr<float>(), layer.rows->rows(), layer.rows->cols()));
        const at::Tensor rows = host.to(options);
        wait_for(device);
        const auto start = Clock::now();
        at::mm_out(out, rows, rows.t());
        wait_for(device);
        total += seconds_since(start);
    }
    return total;
}

// What the pass says of its stages (RECORD_USER_SCOPE), each timed until the device has done it. That takes
// the overlap of stages away, so these runs are not the ones whose time is told.
class Stages {
  public:
    explicit Stages(const at::Device& device) {
        shared().clear();
        device_of() = device;
        handle_ = at::addGlobalCallback(
            at::RecordFunctionCallback(&Stages::begin, &Stages::end).scopes({at::RecordScope::USER_SCOPE}));
    }
    ~Stages() { at::removeCallback(handle_); }
    Stages(const Stages&) = delete;
    Stages& operator=(const Stages&) = delete;

    struct Stage {
        double seconds = 0.0;
        int times = 0;
    };
    [[nodiscard]] static std::map<std::string, Stage>& shared() {
        static std::map<std::string, Stage> stages; // callbacks are plain functions
        return stages;
    }

  private:
    struct Began : at::ObserverContext {
        Clock::time_point at;
    };
    static at::Device& device_of() {
        static at::Device device(at::kCPU);
        return device;
    }
    static std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction&) {
        wait_for(device_of());
        auto began = std::make_unique<Began>();
        began->at = Clock::now();
        return began;
    }
    static void end(const at::RecordFunction& function, at::ObserverContext* context) {
        wait_for(device_of());
        Stage& stage = shared()[function.name()];
        stage.seconds += seconds_since(static_cast<Began*>(context)->at);
        ++stage.times;
    }

    at::CallbackHandle handle_;
};

struct Run {
    double seconds;
    std::vector<Comparison> results;
};

Run timed(const Dataset& dataset, const std::vector<MeasureChoice>& asked, const Options& options,
          const std::string& device, engine::LayerStore& store) {
    ThreadPool pool(options.threads);
    measures::CompareRequest request;
    request.measures = asked;
    request.device = device;
    const auto start = Clock::now();
    std::vector<Comparison> results = measures::compare(dataset, request, store, Task{pool});
    return {seconds_since(start), std::move(results)};
}

double largest_difference(const Matrix<double>& a, const Matrix<double>& b) {
    double largest = 0.0;
    for (std::size_t i = 0; i < a.values().size(); ++i) {
        const double x = a.values()[i];
        const double y = b.values()[i];
        if (std::isnan(x) && std::isnan(y))
            continue;
        // NaN on one side alone is a difference too.
        const double difference = std::abs(x - y);
        largest =
            std::isnan(difference) ? std::numeric_limits<double>::infinity() : std::max(largest, difference);
    }
    return largest;
}

// By measure: how far values and standard errors of two runs are apart.
nlohmann::json differences(const std::vector<Comparison>& a, const std::vector<Comparison>& b) {
    nlohmann::json out;
    for (std::size_t m = 0; m < a.size(); ++m)
        out[a[m].definition.measure] = {
            {"value", largest_difference(a[m].value, b[m].value)},
            {"standard_error", largest_difference(a[m].standard_error, b[m].standard_error)}};
    return out;
}

double largest_value(const nlohmann::json& differences) {
    double largest = 0.0;
    for (const auto& measure : differences)
        for (const auto& one : measure)
            largest = std::max(largest, one.get<double>());
    return largest;
}

struct Question {
    std::string what;
    std::vector<MeasureChoice> asked;
};

std::vector<Question> questions() {
    Question all{"all pairwise measures, k = 30", {}};
    for (const char* ranked : {"information_imbalance", "overlap", "jaccard"})
        all.asked.push_back({ranked, 30});
    all.asked.push_back({"cknna", 10});
    for (const char* kernel : {"cka_unbiased", "cka", "cka_rbf_unbiased", "cka_rbf", "rsa_pearson",
                               "rsa_spearman", "distance_correlation", "distance_correlation_unbiased"})
        all.asked.push_back({kernel, {}});
    return {{"information imbalance, k = 1", {{"information_imbalance", 1}}},
            {"information imbalance, k = 30", {{"information_imbalance", 30}}},
            std::move(all)};
}

nlohmann::json answer(const Question& question, const Dataset& dataset, const Options& options) {
    const at::Device device = torch_device(options);
    engine::LayerStore prepared(std::size_t{64} << 30);
    const Run first = timed(dataset, question.asked, options, options.device, prepared);
    std::vector<double> floors;
    std::vector<double> passes;
    std::vector<double> wholes;
    for (int repeat = 0; repeat < options.repeats; ++repeat) {
        floors.push_back(floor_seconds(dataset, device, at::kFloat));
        passes.push_back(timed(dataset, question.asked, options, options.device, prepared).seconds);
        engine::LayerStore empty(std::size_t{64} << 30);
        wholes.push_back(timed(dataset, question.asked, options, options.device, empty).seconds);
    }
    const double floor = median(floors);
    const double pass = median(passes);
    nlohmann::json out{{"what", question.what},         {"images", dataset.images.size()},
                       {"floor_seconds", floor},        {"pass_seconds", pass},
                       {"all_seconds", median(wholes)}, {"pass_floors", pass / floor}};
    std::printf("%-32s N = %zu: pass %.3f s = %.2f floors (floor %.3f s), all %.3f s\n",
                question.what.c_str(), dataset.images.size(), pass, pass / floor, floor, median(wholes));
    for (const Warning& warning : first.results.front().warnings)
        if (warning.code == "computed_on" || warning.code == "device_memory") {
            out["computed"].push_back(warning.message);
            std::printf("    %s\n", warning.message.c_str());
        }
    if (options.stages) {
        const Stages stages(device);
        const Run run = timed(dataset, question.asked, options, options.device, prepared);
        std::printf("    stages (together %.3f s when each is waited for):\n", run.seconds);
        for (const auto& [name, stage] : Stages::shared()) {
            std::printf("    %8.4f s = %5.2f floors, %4d times  %s\n", stage.seconds, stage.seconds / floor,
                        stage.times, name.c_str());
            out["stages"][name] = {{"seconds", stage.seconds}, {"times", stage.times}};
        }
    }
    if (!options.no_processors) {
        const Run processors = timed(dataset, question.asked, options, "cpu", prepared);
        out["processors_seconds"] = processors.seconds;
        out["speed_up"] = processors.seconds / pass;
        out["differences"] = differences(first.results, processors.results);
        std::printf("    processors %.3f s, %.1f times the device's; largest difference %.2g\n",
                    processors.seconds, processors.seconds / pass, largest_value(out["differences"]));
    }
    std::fflush(stdout);
    return out;
}

int benchmark(int argc, char** argv) {
    benchmarks::use_best_blas(argv);
    Options options;
    CLI::App app("Ratios of the pass on a GPU to the GPU's products and to the processors");
    app.add_option("--device", options.device, "cuda, cuda:N or torch:cpu");
    app.add_option("--images", options.images)->delimiter(',');
    app.add_option("--dimension", options.dimension);
    app.add_option("--layers", options.layers);
    app.add_option("--threads", options.threads, "of the processors; 0: all");
    app.add_option("--repeats", options.repeats)->check(CLI::PositiveNumber);
    app.add_option("--only", options.only, "just one of the three questions: 0, 1 or 2")
        ->check(CLI::Range(0, 2));
    app.add_flag("--unrelated", options.unrelated);
    app.add_flag("--stages", options.stages, "also tell what each stage of the pass costs");
    app.add_flag("--no-processors", options.no_processors, "leave the processors' runs out");
    app.add_option("--json", options.json);
    CLI11_PARSE(app, argc, argv);
    engine::check_device(options.device);
    const ThreadPool pool(options.threads);
    options.threads = pool.size();
    at::set_num_threads(static_cast<int>(options.threads));
    at::globalContext().setAllowTF32CuBLAS(false);

    const std::string title = engine::device_title(options.device);
    std::printf("%s against %zu threads of the processors; D = %zu, %zu %s layers\n", title.c_str(),
                options.threads, options.dimension, options.layers,
                options.unrelated ? "unrelated" : "related");
    nlohmann::json report{{"device", title},
                          {"threads", options.threads},
                          {"dimension", options.dimension},
                          {"layers", options.layers},
                          {"unrelated", options.unrelated}};
    for (const std::size_t images : options.images) {
        const Dataset dataset =
            benchmarks::made_layers(images, options.dimension, options.layers, !options.unrelated);
        (void)floor_seconds(dataset, torch_device(options), at::kFloat); // starts the device's libraries
        const double work = 2.0 * static_cast<double>(images) * static_cast<double>(images) *
                            static_cast<double>(options.dimension) * static_cast<double>(options.layers);
        for (const auto& [name, type] :
             {std::pair("float32", at::kFloat), std::pair("float64", at::kDouble)}) {
            (void)floor_seconds(dataset, torch_device(options), type);
            const double seconds = floor_seconds(dataset, torch_device(options), type);
            std::printf("products in %s, N = %zu: %.4f s, %.2f TFLOP/s\n", name, images, seconds,
                        work / seconds / 1e12);
            report["products"].push_back(
                {{"type", name}, {"images", images}, {"seconds", seconds}, {"flops", work / seconds}});
        }
        const std::vector<Question> all = questions();
        for (std::size_t at = 0; at < all.size(); ++at)
            if (!options.only || *options.only == at)
                report["runs"].push_back(answer(all[at], dataset, options));
    }
    if (!options.json.empty())
        std::ofstream(options.json) << report.dump(1) << '\n';
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
