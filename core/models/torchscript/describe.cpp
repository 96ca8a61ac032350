#include "core/models/torchscript/describe_private.h"

#include <algorithm>
#include <utility>

namespace stratoscope::models::torchscript {
namespace {

/// Which dimension is as long as there were images, or why there is none.
std::pair<std::int64_t, std::string> batch_dimension(const Seen& seen, bool single) {
    const auto& one = seen.sizes;
    const auto& two = seen.sizes_of_two;
    if (one.empty())
        return {0, "it is a single number for all images"};
    if (single)
        return one.front() == 1 ? std::pair<std::int64_t, std::string>{0, ""}
                                : std::pair<std::int64_t, std::string>{0, "no dimension is the images'"};
    if (two.size() != one.size())
        return {0, "its shape depends on the number of images"};
    for (std::size_t d = 0; d < one.size(); ++d)
        if (one[d] == 1 && two[d] == 2) {
            auto rest_one = one;
            auto rest_two = two;
            rest_one[d] = rest_two[d] = 0;
            return rest_one == rest_two
                       ? std::pair<std::int64_t, std::string>{static_cast<std::int64_t>(d), ""}
                       : std::pair<std::int64_t, std::string>{0, "its shape depends on the number of images"};
        }
    if (one == two)
        return {0, "it is the same for any number of images"};
    return {0, "images are mixed with windows or heads in one dimension (" + std::to_string(one.front()) +
                   " for one image, " + std::to_string(two.front()) + " for two)"};
}

void describe_outputs(ModuleInfo& info, const std::vector<std::vector<Seen>>& calls, bool single,
                      std::map<std::string, OutputPlace, std::less<>>& places) {
    for (std::size_t call = 0; call < calls.size(); ++call)
        for (std::size_t index = 0; index < calls[call].size(); ++index) {
            const Seen& seen = calls[call][index];
            ModuleOutput output;
            output.name = output_name(info.path, call, calls.size(), index, calls[call].size());
            output.call = call;
            output.index = index;
            output.order = seen.order;
            const auto [dimension, reason] = batch_dimension(seen, single);
            output.untappable = seen.unusable.empty() ? reason : seen.unusable;
            for (std::size_t d = 0; d < seen.sizes.size(); ++d)
                if (!output.tappable() || static_cast<std::int64_t>(d) != dimension)
                    output.shape.push_back(static_cast<std::size_t>(seen.sizes[d]));
            if (output.tappable() && output.shape.empty())
                output.shape.push_back(1);
            if (output.tappable() && std::ranges::count(output.shape, 0U) != 0)
                output.untappable = "it is empty";
            if (output.tappable() && looks_channels_last(output.shape)) {
                output.channels_last = true;
                std::rotate(output.shape.begin(), output.shape.end() - 1, output.shape.end());
            }
            places[output.name] = {info.path, call, index, dimension};
            info.outputs.push_back(std::move(output));
        }
}

std::string why_silent(const ModuleInfo& info, const std::vector<CallSite>& sites,
                       const std::vector<std::string>& opaque) {
    for (const std::string& outer : opaque)
        if (info.path.starts_with(outer + "."))
            return "it lies in " + outer + ", which is called through an interface that can't be looked into";
    const auto site = std::ranges::find(sites, info.path, &CallSite::path);
    if (site == sites.end())
        return info.type == "Sequential" || info.type == "ModuleList" || info.type == "ModuleDict"
                   ? "it is a container that is never called itself; choose modules in it"
                   : "the file has no call of it: the model doesn't use it, or the tracer left it out";
    if (site->conditional)
        return "it lies in a branch or loop that the dry run did not enter";
    return "the file keeps no result of it: it only hands its input on, as Identity and Dropout do, or gives "
           "no tensor";
}

} // namespace

void describe(TorchFile& loaded, const DryRun& dry) {
    ModelDescription& description = loaded.description;
    description.batch_limit = dry.batch_limit();
    description.multiply_adds = static_cast<std::uint64_t>(dry.multiply_adds());
    std::vector<std::string> opaque;
    for (const CallSite& site : dry.graph().sites())
        if (site.opaque)
            opaque.push_back(site.path);
    for (ModuleInfo& info : description.modules) {
        const auto seen = dry.seen().find(info.path);
        if (seen != dry.seen().end())
            describe_outputs(info, seen->second, dry.batch_limit() == 1, loaded.places);
        if (info.outputs.empty())
            info.untappable = why_silent(info, dry.graph().sites(), opaque);
        else if (std::ranges::none_of(info.outputs, &ModuleOutput::tappable))
            info.untappable = info.outputs.front().untappable;
    }
    if (!dry.graph().uncounted().empty()) {
        std::string names;
        for (const std::string& name : dry.graph().uncounted())
            names += (names.empty() ? "" : ", ") + name;
        description.notes.push_back("multiply–adds of these operators are not counted: " + names);
    }
    if (dry.batch_limit() == 1)
        description.notes.emplace_back("the model takes one image at a time: it was saved for one");
}

} // namespace stratoscope::models::torchscript
