// modules: what is in a model file, and what of it can become layers.
#include "app/cli/commands.h"
#include "app/cli/session.h"
#include "app/cli/text_output.h"
#include "core/jobs/model_jobs.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <ostream>
#include <set>

namespace stratoscope::cli {
namespace {

struct ModulesOptions {
    jobs::InspectModelJob job;
    bool json = false;
};

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::string text;
    for (const std::size_t size : shape)
        text += (text.empty() ? "" : " × ") + std::to_string(size);
    return text;
}

/// "11.7 million"
std::string large_number(std::uint64_t number) {
    static constexpr std::array<std::pair<double, const char*>, 3> units{
        {{1e9, " billion"}, {1e6, " million"}, {1e3, " thousand"}}};
    for (const auto& [size, name] : units)
        if (static_cast<double>(number) >= size) {
            std::ostringstream text;
            text.precision(3);
            text << static_cast<double>(number) / size << name;
            return text.str();
        }
    return std::to_string(number);
}

Json as_json(const jobs::InspectModelJob::Report& report) {
    const models::ModelDescription& model = report.description;
    Json modules = Json::array();
    for (const models::ModuleInfo& module : model.modules) {
        Json outputs = Json::array();
        for (const models::ModuleOutput& output : module.outputs) {
            Json one{{"name", output.name}, {"shape", output.shape}, {"tappable", output.tappable()}};
            if (!output.tappable())
                one["reason"] = output.untappable;
            outputs.push_back(std::move(one));
        }
        Json one{{"path", module.path},
                 {"type", module.type},
                 {"depth", module.depth},
                 {"parameters", module.parameters},
                 {"outputs", outputs}};
        if (!module.tappable())
            one["reason"] = module.untappable;
        modules.push_back(std::move(one));
    }
    return {{"file", model.file.string()},
            {"format", model.format},
            {"parameters", model.parameters},
            {"multiply_adds", model.multiply_adds},
            {"input", {model.input.channels, model.input.height, model.input.width}},
            {"input_guessed", model.input_guessed},
            {"batch_limit", model.batch_limit},
            {"family", report.family},
            {"preprocessing", report.preset},
            {"steps", report.steps},
            {"notes", model.notes},
            {"modules", modules}};
}

void print_module(std::ostream& out, const models::ModuleInfo& module, const std::set<std::string>& steps) {
    const bool step = std::ranges::any_of(
        module.outputs, [&](const models::ModuleOutput& output) { return steps.contains(output.name); });
    out << (step ? "* " : "  ") << std::string(2 * module.depth, ' ') << module.path << "  " << module.type;
    if (module.parameters != 0)
        out << "  " << large_number(module.parameters) << " parameters";
    if (!module.tappable()) {
        out << "  – " << module.untappable << '\n';
        return;
    }
    if (module.outputs.size() == 1) {
        out << "  → " << shape_text(module.outputs.front().shape) << '\n';
        return;
    }
    out << '\n';
    for (const models::ModuleOutput& output : module.outputs)
        out << (steps.contains(output.name) ? "* " : "  ") << std::string(2 * module.depth + 2, ' ')
            << output.name << "  → " << shape_text(output.shape)
            << (output.tappable() ? "" : "  – " + output.untappable) << '\n';
}

void print(std::ostream& out, const jobs::InspectModelJob::Report& report) {
    const models::ModelDescription& model = report.description;
    out << model.file.string() << '\n'
        << model.format << " · " << large_number(model.parameters) << " parameters · "
        << large_number(model.multiply_adds) << " multiply–adds for " << model.input.channels << " × "
        << model.input.height << " × " << model.input.width
        << (model.input_guessed ? " (a size found by trying)\n" : "\n");
    for (const std::string& note : model.notes)
        out << note << '\n';
    out << '\n';
    const std::set<std::string> steps(report.steps.begin(), report.steps.end());
    for (const models::ModuleInfo& module : model.modules)
        print_module(out, module, steps);
    out << "\n* suggested as processing steps: what `stratoscope-cli extract` takes without --modules\n";
}

} // namespace

void add_modules(CLI::App& app, const Choose& choose) {
    CLI::App* command = app.add_subcommand("modules", "the module tree of a model file, with output shapes");
    const auto options = std::make_shared<ModulesOptions>();
    command->add_option("MODEL", options->job.file, "TorchScript (.pt) or ONNX (.onnx)")->required();
    command
        ->add_option("--size", options->job.input_size,
                     "side of the square the model takes (default: found by trying)")
        ->check(CLI::Range(1, 8192));
    command->add_option("--device", options->job.device, "cpu, cuda or cuda:1")->capture_default_str();
    command->add_flag("--json", options->json, "as JSON");
    command->callback([=] {
        choose([options](const Streams& streams, const Cancellation& cancellation) {
            ThreadPool pool;
            const Task task{pool, cancellation, {}};
            const auto report = options->job.run({task, {}});
            if (options->json)
                streams.out << text_of(as_json(*report)) << '\n';
            else
                print(streams.out, *report);
        });
    });
}

} // namespace stratoscope::cli
