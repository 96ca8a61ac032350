#include "core/images/dataset_statistics.h"

#include "core/base/thread_pool.h"
#include "core/data/memory_rows.h"
#include "core/images/statistics.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

namespace stratoscope::images {
namespace {

Raster picture_of(const ImageSet& images, std::size_t image) {
    if (!images.paths.empty() && !images.paths[image].empty())
        return decode(images.paths[image]);
    Thumbnail thumbnail = images.thumbnails ? images.thumbnails->read(image) : Thumbnail{};
    if (thumbnail.empty())
        throw Error(ErrorKind::bad_data, {.what = "there is no picture of an image, so it has no statistics",
                                          .where = "image \"" + images.ids[image] + "\"",
                                          .advice = "attach the folder of images"});
    return {thumbnail.height, thumbnail.width, std::move(thumbnail.rgb)};
}

struct Group {
    std::string_view name;
    std::vector<std::string_view> columns;
};

const std::vector<Group>& groups() {
    static const std::vector<Group> all{{"luminance", {"luminance"}},
                                        {"contrast", {"contrast"}},
                                        {"colour", {"red", "green", "blue"}},
                                        {"edges", {"edge_density"}},
                                        {"spectrum", {"spectral_slope"}}};
    return all;
}

// A column less its mean over its deviation; nothing for a constant or undefined one.
std::optional<std::vector<float>> z_scored(const Matrix<float>& values, std::size_t column) {
    const auto n = static_cast<double>(values.rows());
    double mean = 0.0;
    for (std::size_t i = 0; i < values.rows(); ++i)
        mean += values(i, column) / n;
    double variance = 0.0;
    for (std::size_t i = 0; i < values.rows(); ++i)
        variance += (values(i, column) - mean) * (values(i, column) - mean) / n;
    const double deviation = std::sqrt(variance);
    if (!std::isfinite(deviation) || deviation <= 1e-7 * std::abs(mean) || deviation == 0.0)
        return std::nullopt;
    std::vector<float> out(values.rows());
    for (std::size_t i = 0; i < values.rows(); ++i)
        out[i] = static_cast<float>((values(i, column) - mean) / deviation);
    return out;
}

Layer layer_of(std::string name, std::size_t index, const std::vector<const std::vector<float>*>& columns) {
    Matrix<float> rows(columns.front()->size(), columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c)
        for (std::size_t i = 0; i < rows.rows(); ++i)
            rows(i, c) = (*columns[c])[i];
    Layer layer;
    layer.name = std::move(name);
    layer.index = index;
    layer.pooling = "none";
    layer.rows = rows_in_memory(std::move(rows));
    return layer;
}

} // namespace

ImageStatistics compute_statistics(const ImageSet& images, const Task& task) {
    ImageStatistics out{{statistic_names.begin(), statistic_names.end()},
                        Matrix<float>(images.size(), statistic_names.size())};
    std::mutex reporting;
    std::size_t done = 0;
    task.pool.parallel_for(images.size(), [&](std::size_t image, std::size_t) {
        task.check();
        // At one size, so that statistics of edges and contrast compare between pictures of many and of few
        // pixels.
        const auto row = statistics_of(shrunk(picture_of(images, image), 256));
        std::ranges::copy(row, out.values.row(image).begin());
        const std::lock_guard lock(reporting);
        task.report(static_cast<double>(++done) / static_cast<double>(images.size()), "looking at pictures");
    });
    return out;
}

Dataset with_statistics(Dataset dataset, ImageStatistics statistics) {
    if (statistics.values.rows() != dataset.images.size() ||
        statistics.values.cols() != statistics.names.size())
        throw Error(ErrorKind::bad_data, {.what = "the statistics do not fit the images",
                                          .expected = std::to_string(dataset.images.size()) + " rows of " +
                                                      std::to_string(statistics.names.size()),
                                          .found = std::to_string(statistics.values.rows()) + " rows of " +
                                                   std::to_string(statistics.values.cols())});
    std::erase_if(dataset.models, [](const Model& model) { return model.family == statistics_family; });
    std::erase_if(dataset.warnings,
                  [](const Warning& warning) { return warning.code == "constant_statistic"; });

    std::vector<std::optional<std::vector<float>>> columns;
    std::vector<const std::vector<float>*> all;
    columns.reserve(statistics.names.size());
    for (std::size_t c = 0; c < statistics.names.size(); ++c) {
        columns.push_back(z_scored(statistics.values, c));
        if (columns.back())
            all.push_back(&*columns.back());
        else
            dataset.warnings.push_back({"constant_statistic", std::string(statistics_model),
                                        "the statistic \"" + statistics.names[c] +
                                            "\" is the same for every image and is left out"});
    }
    if (!all.empty()) {
        Model model;
        model.name = statistics_model;
        model.title = "Image statistics";
        model.family = statistics_family;
        model.layers.push_back(layer_of("all", 0, all));
        for (const Group& group : groups()) {
            std::vector<const std::vector<float>*> members;
            for (const std::string_view name : group.columns)
                for (std::size_t c = 0; c < columns.size(); ++c)
                    if (statistics.names[c] == name && columns[c])
                        members.push_back(&*columns[c]);
            if (!members.empty() && members.size() < all.size())
                model.layers.push_back(layer_of(std::string(group.name), model.layers.size(), members));
        }
        dataset.models.push_back(std::move(model));
    }
    dataset.images.statistics = std::move(statistics);
    return dataset;
}

} // namespace stratoscope::images
