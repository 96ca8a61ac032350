#include "core/jobs/save_results_job.h"

#include "core/measures/catalogue.h"
#include "core/storage/hash.h"
#include "core/storage/results.h"
#include "core/storage/write_text.h"

#include <algorithm>

namespace stratoscope::jobs {

std::string SaveResultsJob::title() const {
    return "Writing " + path.filename().string();
}

SaveResultsJob::Result SaveResultsJob::run(const JobContext<>& context) const {
    std::vector<Comparison> values;
    for (const auto& comparison : comparisons)
        values.push_back(*comparison);
    const std::string suffix = path.extension().string();
    if (suffix == ".csv") {
        storage::write_text_atomically(path, storage::to_csv(values));
        return path;
    }
    if (suffix == ".json") {
        storage::write_text_atomically(path, storage::to_json(values, dataset->warnings));
        return path;
    }
    if (suffix != ".h5" && suffix != ".hdf5")
        throw Error(ErrorKind::usage, {.what = "the kind of file follows from its name",
                                       .where = path.string(),
                                       .expected = "a name that ends in .h5, .csv or .json"});
    storage::ResultContext about;
    about.inputs = dataset->inputs;
    about.software = software;
    about.started = about.finished = started;
    about.warnings = dataset->warnings;
    for (InputFile& input : about.inputs)
        if (std::filesystem::exists(input.path))
            input.sha256 = storage::sha256_of(input.path, context.task);
    for (const Comparison& comparison : values) {
        about.seed = comparison.definition.seed;
        if (const auto* info = measures::find_measure(comparison.definition.measure))
            about.definitions.emplace_back(info->name, definition_of(*info));
    }
    storage::write_results(path, values, about);
    return path;
}

} // namespace stratoscope::jobs
