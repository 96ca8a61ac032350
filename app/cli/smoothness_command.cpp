// smoothness: how much each model changes its representation from step to step.
#include "app/cli/commands.h"
#include "app/cli/compare_options.h"
#include "app/cli/text_output.h"
#include "core/analysis/smoothness.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <memory>
#include <sstream>

namespace stratoscope::cli {
namespace {

Json as_json(const Comparison& comparison, const analysis::StepCurve& curve) {
    Json steps = Json::array();
    for (const analysis::Step& step : curve.steps)
        steps.push_back({{"from", comparison.rows[step.from].layer},
                         {"to", comparison.rows[step.to].layer},
                         {"depth", step.depth},
                         {"forward", number(step.forward)},
                         {"forward_error", number(step.forward_error)},
                         {"backward", number(step.backward)},
                         {"backward_error", number(step.backward_error)}});
    Json out{{"model", curve.model},
             {"steps", steps},
             {"path_length", number(curve.path_length)},
             {"straightness", number(curve.straightness)}};
    if (curve.largest)
        out["largest_step"] = {{"from", comparison.rows[curve.steps[*curve.largest].from].layer},
                               {"to", comparison.rows[curve.steps[*curve.largest].to].layer},
                               {"depth", curve.steps[*curve.largest].depth}};
    return out;
}

std::string json_text(const std::vector<Comparison>& comparisons) {
    Json all = Json::array();
    for (const Comparison& comparison : comparisons) {
        Json models = Json::array();
        for (const analysis::StepCurve& curve : analysis::smoothness(comparison))
            models.push_back(as_json(comparison, curve));
        Json one{{"name", comparison.definition.measure}};
        one["k"] = comparison.definition.k ? Json(*comparison.definition.k) : Json(nullptr);
        one["distance"] = name_of(comparison.definition.distance);
        one["images"] = comparison.definition.images;
        one["models"] = models;
        all.push_back(std::move(one));
    }
    return text_of({{"smoothness", all}});
}

std::string csv_text(const std::vector<Comparison>& comparisons) {
    std::ostringstream out;
    out.precision(17);
    out << "measure,k,distance,model,from,to,depth,forward,forward_error,backward,backward_error\n";
    const auto put = [&out](double value) {
        out << ',';
        if (std::isfinite(value))
            out << value;
    };
    for (const Comparison& comparison : comparisons)
        for (const analysis::StepCurve& curve : analysis::smoothness(comparison))
            for (const analysis::Step& step : curve.steps) {
                out << comparison.definition.measure << ','
                    << (comparison.definition.k ? std::to_string(*comparison.definition.k) : std::string())
                    << ',' << name_of(comparison.definition.distance) << ",\"" << curve.model << "\",\""
                    << comparison.rows[step.from].layer << "\",\"" << comparison.rows[step.to].layer << "\","
                    << step.depth;
                for (const double value :
                     {step.forward, step.forward_error, step.backward, step.backward_error})
                    put(value);
                out << '\n';
            }
    return out.str();
}

void smoothness(const CompareOptions& options, const Streams& streams, const Cancellation& cancellation) {
    const bool csv = is_csv(options.output);
    Session session(streams, cancellation, options.input);
    const Dataset dataset = session.open();
    tell_warnings(dataset.warnings, streams);
    const std::vector<Comparison> comparisons = compared(session, dataset, options);
    tell_warnings(comparisons, dataset, streams);
    write_output(options.output, csv ? csv_text(comparisons) : json_text(comparisons), streams);
    remove_checkpoint(options);
}

} // namespace

void add_smoothness(CLI::App& app, const Choose& choose) {
    CLI::App* command =
        app.add_subcommand("smoothness", "how much each model changes from step to step, in both directions");
    const auto options = std::make_shared<CompareOptions>();
    options->add_to(*command, false);
    command->callback([=] {
        choose([options](const Streams& streams, const Cancellation& cancellation) {
            smoothness(*options, streams, cancellation);
        });
    });
}

} // namespace stratoscope::cli
