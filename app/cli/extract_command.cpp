// extract: from a model file and pictures to a file of activations.
#include "app/cli/commands.h"
#include "app/cli/session.h"
#include "core/jobs/extract_job.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <ostream>

namespace stratoscope::cli {
namespace {

struct ExtractOptions {
    jobs::ExtractJob job;
    jobs::ListPicturesJob pictures;
    std::string modules;
    std::string poolings = "mean";
    std::string preset;
    std::optional<std::size_t> size;
    std::optional<std::size_t> resize;
    std::string interpolation;
    std::vector<float> mean;
    std::vector<float> deviation;
    bool bgr = false;
    bool bytes = false;
    bool single = false;
    std::size_t threads = 0;
};

std::array<float, 3> three(const std::vector<float>& values) {
    return {values.at(0), values.at(1), values.at(2)};
}

models::Preprocessing preprocessing_of(const ExtractOptions& options, const Task& task) {
    std::string preset = options.preset;
    std::size_t size = options.size.value_or(0);
    if (preset.empty() || size == 0) {
        // What isn't said follows from the model.
        const auto report =
            jobs::InspectModelJob{.file = options.job.model, .input_size = size, .device = options.job.device}
                .run({task, {}});
        if (preset.empty())
            preset = report->preset;
        size = report->description.input.height;
    }
    models::Preprocessing out = models::with_size(models::preprocessing_named(preset).value(), size);
    if (options.resize)
        out.resize = *options.resize;
    if (!options.interpolation.empty())
        out.interpolation = options.interpolation == "bicubic" ? models::Interpolation::bicubic
                                                               : models::Interpolation::bilinear;
    if (!options.mean.empty())
        out.mean = three(options.mean);
    if (!options.deviation.empty())
        out.deviation = three(options.deviation);
    out.bgr = options.bgr;
    out.bytes = options.bytes;
    for (const float value : out.deviation)
        if (!(value > 0.0F))
            throw Error(ErrorKind::usage,
                        {.what = "a deviation is above 0", .found = "--std " + std::to_string(value)});
    return out;
}

void tell(const jobs::ExtractJob::Result& result, const Streams& streams) {
    for (const std::string& note : result.notes)
        streams.err << "note: " << note << '\n';
    constexpr std::size_t most_named = 10;
    for (std::size_t i = 0; i < std::min(most_named, result.skipped.size()); ++i)
        streams.err << "skipped: " << result.skipped[i].picture.string() << ": " << result.skipped[i].reason
                    << '\n';
    if (result.skipped.size() > most_named)
        streams.err << "skipped: " << result.skipped.size() - most_named << " more\n";
    if (result.resumed_at != 0)
        streams.err << "went on after " << result.resumed_at << " images of an earlier run\n";
    streams.out << result.output.string() << ": " << result.model << ", " << result.layers
                << (result.layers == 1 ? " layer of " : " layers of ") << result.images << " images\n";
}

void extract(const ExtractOptions& options, const Streams& streams, const Cancellation& cancellation) {
    ThreadPool pool(options.threads);
    ProgressLine progress(streams.err, streams.err_is_terminal);
    const Task task{pool, cancellation,
                    [&](double fraction, std::string_view stage) { progress.show(fraction, stage); }};
    const Task silent{pool, cancellation, {}};
    jobs::ExtractJob job = options.job;
    job.pictures = options.pictures.run({silent, {}});
    for (const std::string& note : job.pictures->notes)
        streams.err << "note: " << note << '\n';
    job.preprocessing = preprocessing_of(options, silent);
    job.steps = split(options.modules);
    job.poolings = split(options.poolings);
    job.half = !options.single;
    const jobs::ExtractJob::Result result = job.run({task, {}});
    progress.end();
    tell(result, streams);
}

void add_preprocessing(CLI::App& command, ExtractOptions& options) {
    command
        .add_option("--preset", options.preset,
                    "imagenet, clip, cifar or none (0…1): what the options below start from")
        ->check(CLI::IsMember({"imagenet", "clip", "cifar", "none"}));
    command
        .add_option("--size", options.size, "side of the square the model takes (default: found by trying)")
        ->check(CLI::Range(1, 8192));
    command
        .add_option("--resize", options.resize,
                    "short side before the centre is cut out; 0: the whole picture is squeezed to the square")
        ->check(CLI::Range(0, 16384));
    command
        .add_option("--interpolation", options.interpolation,
                    "bilinear or bicubic, antialiased, as in Pillow")
        ->check(CLI::IsMember({"bilinear", "bicubic"}));
    command.add_option("--mean", options.mean, "three numbers, of red, green, blue")
        ->expected(3)
        ->delimiter(',');
    command.add_option("--std", options.deviation, "three numbers, of red, green, blue")
        ->expected(3)
        ->delimiter(',');
    command.add_flag("--bgr", options.bgr, "the model takes blue, green, red");
    command.add_flag("--bytes", options.bytes, "the model takes 0…255 instead of 0…1");
}

} // namespace

void add_extract(CLI::App& app, const Choose& choose) {
    CLI::App* command =
        app.add_subcommand("extract", "activations of a model's modules for a folder of pictures");
    const auto options = std::make_shared<ExtractOptions>();
    jobs::ExtractJob& job = options->job;
    command->add_option("MODEL", job.model, "TorchScript (.pt) or ONNX (.onnx)")->required();
    command
        ->add_option("IMAGES", options->pictures.sources, "folders, pictures, or text files that list them")
        ->required();
    command
        ->add_option("-o,--output", job.output,
                     "the .h5 file; an existing one of the same pictures gets one model more")
        ->required();
    command->add_option(
        "--modules", options->modules,
        "paths with commas; * is anything but a dot, ** anything (default: the suggested steps)");
    command
        ->add_option("--pooling", options->poolings, "cls, mean, max, flatten, grid4x4; several with commas")
        ->capture_default_str();
    command->add_option("--flatten-limit", job.flatten_limit, "the most numbers of a flattened row")
        ->capture_default_str();
    add_preprocessing(*command, *options);
    command->add_option("--labels", options->pictures.label_table,
                        "CSV with a heading (default: the names of the folders)");
    command->add_option("--label-column", options->pictures.label_column,
                        "its column of labels (default: label)");
    command->add_option("--name", job.name, "of the model in the file (default: the model file's)");
    command->add_option("--objective", job.objective, "what the model was trained for; a note in the file");
    command->add_option("--batch", job.batch, "pictures a batch")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    command->add_flag("--float32", options->single, "write float32 (default: float16)");
    command->add_option("--device", job.device, "cpu, cuda or cuda:1")->capture_default_str();
    command->add_option("--threads", options->threads, "how many threads compute (default: one a processor)")
        ->check(CLI::Range(1, 1024));
    command->add_flag("--restart", job.restart, "throw away what an unfinished run left, and begin anew");
    command->callback([=] {
        choose([options](const Streams& streams, const Cancellation& cancellation) {
            extract(*options, streams, cancellation);
        });
    });
}

} // namespace stratoscope::cli
