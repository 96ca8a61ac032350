#include "core/jobs/model_jobs.h"

#include "core/models/load_model.h"
#include "core/models/suggested_steps.h"

#include <algorithm>

namespace stratoscope::jobs {
namespace {

constexpr std::size_t preview_side = 512;
constexpr std::size_t small_input = 64;

} // namespace

std::string InspectModelJob::title() const {
    return "Looking into " + file.filename().string();
}

InspectModelJob::Result InspectModelJob::run(const JobContext<>& context) const {
    models::LoadOptions options{.device = device, .cancellation = context.task.cancellation};
    if (input_size != 0)
        options.input = models::InputSize{0, input_size, input_size};
    const auto model = models::load_model(file, options);
    auto report = std::make_shared<Report>();
    report->description = model->description();
    report->steps = models::suggested_steps(report->description);
    report->family = models::suggested_family(report->description);
    const std::size_t side = report->description.input.height;
    report->preset = side <= small_input ? "cifar" : "imagenet";
    report->preprocessing = models::with_size(models::preprocessing_named(report->preset).value(), side);
    return report;
}

std::string PreviewJob::title() const {
    return "Preview of " + picture.filename().string();
}

PreviewJob::Result PreviewJob::run(const JobContext<>&) const {
    const images::Raster whole = images::decode(picture);
    Result result;
    result.seen.height = result.seen.width = preprocessing.size;
    result.seen.rgb = models::cut_square({whole.height, whole.width, whole.rgb}, preprocessing);
    result.picture = images::shrunk(whole, preview_side);
    return result;
}

} // namespace stratoscope::jobs
