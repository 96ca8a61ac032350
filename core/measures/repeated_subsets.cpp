#include "core/measures/repeated_subsets.h"

#include "core/base/error.h"
#include "core/engine/layer_store.h"
#include "core/measures/cell_statistics.h"

#include <algorithm>

namespace stratoscope::measures {

std::vector<Comparison> compare_repeatedly(const Dataset& dataset, const CompareRequest& request,
                                           std::size_t repeats, const Task& task) {
    if (!request.subset || repeats < 2)
        throw Error(ErrorKind::usage,
                    {.what = "repeats are of a subset, and two at least",
                     .found = std::to_string(repeats) + " repeats of " +
                              (request.subset ? std::to_string(*request.subset) : "all") + " images",
                     .advice = "ask for --subset N --repeats R"});
    struct Cells {
        CellStatistics value;
        CellStatistics floor;
        CellStatistics null_value;
    };
    std::vector<Comparison> out;
    std::vector<Cells> cells;
    for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
        CompareRequest asked = request;
        asked.seed += repeat;
        engine::LayerStore store;
        std::vector<Comparison> found =
            compare(dataset, asked, store,
                    task.part(static_cast<double>(repeat) / static_cast<double>(repeats),
                              static_cast<double>(repeat + 1) / static_cast<double>(repeats)));
        cells.resize(found.size());
        for (std::size_t m = 0; m < found.size(); ++m) {
            cells[m].value.add(found[m].value);
            cells[m].floor.add(found[m].floor);
            cells[m].null_value.add(found[m].null_value);
            if (repeat == 0)
                continue;
            out[m].rechecks += found[m].rechecks;
            for (const Warning& warning : found[m].warnings)
                if (std::ranges::find(out[m].warnings, warning) == out[m].warnings.end())
                    out[m].warnings.push_back(warning);
        }
        if (repeat == 0)
            out = std::move(found);
    }
    for (std::size_t m = 0; m < out.size(); ++m) {
        out[m].definition.repeats = repeats;
        out[m].definition.error_subsets = 0;
        out[m].value = cells[m].value.mean();
        out[m].standard_error = cells[m].value.deviation();
        out[m].floor = cells[m].floor.mean();
        out[m].null_value = cells[m].null_value.mean();
        out[m].subset_values.clear();
        out[m].image_means = nullptr;
    }
    return out;
}

} // namespace stratoscope::measures
