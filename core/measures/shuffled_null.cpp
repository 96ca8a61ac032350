#include "core/measures/shuffled_null.h"

#include "core/base/error.h"
#include "core/data/memory_rows.h"
#include "core/engine/layer_store.h"
#include "core/engine/pass.h"
#include "core/measures/cell_statistics.h"
#include "core/measures/image_subset.h"

#include <algorithm>
#include <map>

namespace stratoscope::measures {
namespace {

// Rows of one layer in memory, since they are read again for each shuffle and in any order.
template <class T>
Matrix<T> all_rows(const RowSource& source) {
    Matrix<T> out = Matrix<T>::unfilled(source.rows(), source.cols());
    source.read(0, out.view());
    return out;
}

template <class T>
std::shared_ptr<const RowSource> shuffled_rows(const Matrix<T>& rows,
                                               const std::vector<std::uint32_t>& order) {
    Matrix<T> out = Matrix<T>::unfilled(rows.rows(), rows.cols());
    for (std::size_t i = 0; i < order.size(); ++i)
        std::ranges::copy(rows.row(order[i]), out.row(i).begin());
    return rows_in_memory(std::move(out));
}

class Shuffler {
  public:
    Shuffler(const Dataset& dataset, const CompareRequest& request)
        : dataset_(request.subset ? draw_images(dataset, *request.subset, request.seed) : dataset),
          request_(request), models_(dataset.models.size()) {
        if (request_.rows.empty())
            request_.rows = dataset.all_layers();
        if (request_.columns.empty())
            request_.columns = request_.rows;
        request_.subset.reset();
        // Columns are those of a second set of models, the same but for the order of their images.
        dataset_.models.insert(dataset_.models.end(), dataset.models.begin(), dataset.models.end());
        for (LayerId& id : request_.columns) {
            const Layer& layer = dataset_.layer(id);
            if (layer.usable() && layer.rows->element_type() == ElementType::float64)
                doubles_.emplace(id, all_rows<double>(*layer.rows));
            else if (layer.usable())
                floats_.emplace(id, all_rows<float>(*layer.rows));
            id.model += models_;
        }
    }

    [[nodiscard]] std::vector<Comparison> compared(std::size_t shuffle, engine::LayerStore& store,
                                                   const Task& task) {
        const std::vector<std::uint32_t> order =
            engine::shuffled(dataset_.images.size(), request_.seed + 0x9e3779b97f4a7c15ULL * (shuffle + 1));
        for (const auto& [id, rows] : floats_)
            dataset_.models[id.model + models_].layers[id.layer].rows = shuffled_rows(rows, order);
        for (const auto& [id, rows] : doubles_)
            dataset_.models[id.model + models_].layers[id.layer].rows = shuffled_rows(rows, order);
        return compare(dataset_, request_, store, task);
    }

  private:
    Dataset dataset_;
    CompareRequest request_;
    std::size_t models_;
    std::map<LayerId, Matrix<float>> floats_;
    std::map<LayerId, Matrix<double>> doubles_;
};

} // namespace

void check_shuffles(const Dataset& dataset, const CompareRequest& request) {
    const std::size_t images = request.subset.value_or(dataset.images.size());
    if (images > most_shuffled_images)
        throw Error(ErrorKind::usage,
                    {.what = "a null by shuffles is for few images: it belongs to its N",
                     .expected = "at most " + std::to_string(most_shuffled_images) + " images",
                     .found = std::to_string(images),
                     .advice = "ask for a subset, such as --subset " + std::to_string(most_shuffled_images)});
}

void add_shuffled_null(const Dataset& dataset, const CompareRequest& request, std::size_t shuffles,
                       std::vector<Comparison>& comparisons, const Task& task) {
    check_shuffles(dataset, request);
    Shuffler shuffler(dataset, request);
    engine::LayerStore store(std::size_t{1} << 30); // the rows stay as they are; shuffled columns leave it
    std::vector<CellStatistics> cells(comparisons.size());
    for (std::size_t shuffle = 0; shuffle < shuffles; ++shuffle) {
        const double from = static_cast<double>(shuffle) / static_cast<double>(shuffles);
        task.report(from, "shuffling images");
        const std::vector<Comparison> found =
            shuffler.compared(shuffle, store, Task{task.pool, task.cancellation, {}});
        for (std::size_t m = 0; m < found.size(); ++m)
            cells[m].add(found[m].value);
    }
    for (std::size_t m = 0; m < comparisons.size(); ++m) {
        comparisons[m].definition.shuffles = shuffles;
        comparisons[m].shuffled_null = cells[m].mean();
        comparisons[m].shuffled_deviation = cells[m].deviation();
    }
}

} // namespace stratoscope::measures
