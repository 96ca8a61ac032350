#include "core/jobs/extraction_plan_internal.h"
#include "core/models/suggested_steps.h"
#include "core/storage/hash.h"
#include "core/storage/open.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <sstream>

namespace stratoscope::jobs {
namespace {

/// Replaced poolings, said once each with how many outputs they concern.
class Replacements {
  public:
    void add(Pooling asked, Pooling taken, const char* why) {
        ++counts_[{name_of(asked), name_of(taken), why}];
    }
    void tell(std::vector<std::string>& notes) const {
        for (const auto& [replacement, count] : counts_)
            notes.push_back(replacement[0] + std::string(" ") + replacement[2] + " for " +
                            std::to_string(count) + (count == 1 ? " step; " : " steps; ") + replacement[1] +
                            " is used");
    }

  private:
    std::map<std::array<std::string, 3>, std::size_t> counts_;
};

Pooling settled(Pooling asked, const std::vector<std::size_t>& shape, std::size_t flatten_limit,
                Replacements& replaced) {
    const Pooling fitting = applicable_pooling(asked, shape);
    if (fitting != asked)
        replaced.add(asked, fitting, "can't be applied");
    if (fitting != Pooling::flatten || pooled_size(fitting, shape) <= flatten_limit)
        return fitting;
    const Pooling smaller = shape.size() == 3 ? Pooling::grid4x4 : Pooling::mean;
    replaced.add(asked, smaller, "would make rows longer than the limit");
    return smaller;
}

std::string safe_name(std::string name) {
    std::ranges::replace(name, '/', '_');
    return name;
}

/// Two sizes more than a picture's three are taken as places.
std::vector<std::size_t> at_most_three(const std::vector<std::size_t>& shape) {
    if (shape.size() <= 3)
        return shape;
    std::size_t places = 1;
    for (std::size_t d = 1; d + 1 < shape.size(); ++d)
        places *= shape[d];
    return {shape.front(), places, shape.back()};
}

} // namespace

ExtractionPlan plan_extraction(const ExtractJob& job, const models::ModelDescription& description) {
    ExtractionPlan plan;
    plan.outputs = job.steps.empty() ? models::suggested_steps(description)
                                     : models::choose_outputs(description, job.steps);
    if (plan.outputs.empty())
        throw Error(ErrorKind::usage,
                    {.what = "no processing steps are chosen", .where = job.model.string()});
    if (job.poolings.empty())
        throw Error(ErrorKind::usage,
                    {.what = "no pooling is chosen", .expected = "cls, mean, max, flatten or grid4x4"});
    Replacements replaced;
    const double last = static_cast<double>(std::max<std::size_t>(plan.outputs.size(), 2) - 1);
    for (std::size_t o = 0; o < plan.outputs.size(); ++o) {
        const auto [module, output] = description.find_output(plan.outputs[o]);
        const std::vector<std::size_t> shape = at_most_three(output->shape);
        const bool vector = shape.size() < 2;
        std::vector<Pooling> poolings;
        for (const std::string& name : job.poolings) {
            const Pooling asked = pooling_named(name);
            const Pooling pooling =
                vector ? Pooling::flatten : settled(asked, shape, job.flatten_limit, replaced);
            if (std::ranges::find(poolings, pooling) == poolings.end())
                poolings.push_back(pooling);
        }
        for (const Pooling pooling : poolings) {
            PlannedLayer planned{
                .output = o, .layer = {}, .pooling = pooling, .columns = pooled_size(pooling, shape)};
            planned.layer.name = safe_name(output->name) +
                                 (poolings.size() > 1 ? std::string("@") + name_of(pooling) : std::string());
            planned.layer.index = o;
            planned.layer.depth = static_cast<double>(o) / last;
            planned.layer.module = module->path;
            planned.layer.pooling = vector ? "none" : name_of(pooling);
            planned.layer.shape = output->shape;
            plan.layers.push_back(std::move(planned));
        }
    }
    replaced.tell(plan.notes);
    plan.model_name = safe_name(job.name.empty() ? description.name : job.name);
    plan.model.name = plan.model_name;
    plan.model.title = job.name.empty() ? description.name : job.name;
    plan.model.family = models::suggested_family(description);
    plan.model.objective = job.objective;
    plan.model.source = description.file.filename().string() + " (" + description.format + ")";
    plan.model.preprocessing = models::text_of(job.preprocessing);
    return plan;
}

PlannedPictures plan_pictures(const ExtractJob& job, const std::string& name, bool extend, const Task& task) {
    PlannedPictures planned{*job.pictures, false, {}};
    if (!extend)
        return planned;
    planned.extends = true;
    Dataset existing;
    try {
        existing = storage::open_dataset({job.output}, {}, task);
    } catch (const Error& error) {
        throw Error(ErrorKind::bad_data,
                    {.what = "the output exists and is no file of activations to add a model to",
                     .where = job.output.string(),
                     .found = error.what(),
                     .advice = "Write to another file"});
    }
    const auto& ids = existing.images.ids;
    if (existing.images.ids_are_positions)
        throw Error(ErrorKind::bad_data,
                    {.what = "the output exists and its images have no ids to match pictures by",
                     .where = job.output.string(),
                     .advice = "Write to another file"});
    if (std::ranges::find(existing.models, name, &Model::name) != existing.models.end())
        throw Error(ErrorKind::usage, {.what = "the file has a model \"" + name + "\" already",
                                       .where = job.output.string(),
                                       .advice = "Give another name (--name), or write to another file"});
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < job.pictures->ids.size(); ++i)
        places.emplace(job.pictures->ids[i], i);
    PictureList ordered;
    std::size_t missing = 0;
    std::string first_missing;
    for (const std::string& id : ids) {
        const auto at = places.find(id);
        if (at == places.end()) {
            if (missing++ == 0)
                first_missing = id;
            continue;
        }
        ordered.ids.push_back(id);
        ordered.paths.push_back(job.pictures->paths[at->second]);
    }
    if (missing != 0)
        throw Error(ErrorKind::bad_data,
                    {.what = "the pictures are not those of the file: " + std::to_string(missing) +
                             " of its " + std::to_string(ids.size()) + " images are not among them",
                     .where = job.output.string(),
                     .expected = "\"" + first_missing + "\" and so on",
                     .found = "\"" + job.pictures->ids.front() + "\" and so on",
                     .advice = "Give the same folder as for the first model, or write to another file"});
    const std::size_t extra = job.pictures->ids.size() - ids.size();
    if (extra != 0)
        planned.notes.push_back(std::to_string(extra) + " pictures are not in " +
                                job.output.filename().string() + " and are left out");
    planned.list = std::move(ordered);
    return planned;
}

std::string question_of(const ExtractJob& job, const ExtractionPlan& plan, const PlannedPictures& pictures,
                        const Task& task) {
    std::ostringstream text;
    text.precision(9);
    text << "stratoscope extraction 1\nmodel " << storage::sha256_of(job.model, task) << "\nname "
         << plan.model_name << "\nextends " << (pictures.extends ? 1 : 0) << "\nbatch " << job.batch
         << "\nhalf " << (job.half ? 1 : 0) << "\ndevice " << job.device << "\nsee "
         << models::text_of(job.preprocessing);
    for (const float value : job.preprocessing.mean)
        text << ' ' << value;
    for (const float value : job.preprocessing.deviation)
        text << ' ' << value;
    text << '\n';
    for (const PlannedLayer& planned : plan.layers)
        text << "layer " << planned.layer.name << ' ' << plan.outputs[planned.output] << ' '
             << name_of(planned.pooling) << ' ' << planned.columns << '\n';
    // Each picture's name, size and time, told by one number: another picture under an old name is another
    // question.
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < pictures.list.ids.size(); ++i) {
        std::error_code missing;
        std::ostringstream one;
        one << pictures.list.ids[i] << '\0' << std::filesystem::file_size(pictures.list.paths[i], missing)
            << '\0'
            << std::filesystem::last_write_time(pictures.list.paths[i], missing).time_since_epoch().count();
        for (const char c : one.str()) {
            sum ^= static_cast<unsigned char>(c);
            sum *= 1099511628211U; // FNV-1a
        }
        sum += i;
        if (i % 1024 == 0)
            task.check();
    }
    text << "pictures " << pictures.list.ids.size() << ' ' << sum << '\n';
    return text.str();
}

std::vector<std::size_t> mixed_order(std::size_t n) {
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    // SplitMix64 (Steele et al. 2014); the standard library's shuffle differs between libraries.
    std::uint64_t state = 0x5eed;
    const auto next = [&state] {
        std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    };
    for (std::size_t i = n; i > 1; --i)
        std::swap(order[i - 1], order[next() % i]);
    return order;
}

} // namespace stratoscope::jobs
