#include "core/measures/image_subset.h"

#include "core/engine/pass.h"
#include "core/engine/subsets.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace stratoscope::measures {
namespace {

using Chosen = std::shared_ptr<const std::vector<std::uint32_t>>;

class ChosenRows final : public RowSource {
  public:
    ChosenRows(std::shared_ptr<const RowSource> all, Chosen chosen)
        : all_(std::move(all)), chosen_(std::move(chosen)) {}

    [[nodiscard]] std::size_t rows() const override { return chosen_->size(); }
    [[nodiscard]] std::size_t cols() const override { return all_->cols(); }
    [[nodiscard]] ElementType element_type() const override { return all_->element_type(); }
    void read(std::size_t first, MatrixView<float> out) const override { read_runs(first, out); }
    void read(std::size_t first, MatrixView<double> out) const override { read_runs(first, out); }

  private:
    template <class T>
    void read_runs(std::size_t first, MatrixView<T> out) const {
        for (std::size_t r = 0; r < out.rows;) {
            std::size_t run = 1;
            while (r + run < out.rows && (*chosen_)[first + r + run] == (*chosen_)[first + r] + run)
                ++run;
            all_->read((*chosen_)[first + r], out.middle_rows(r, run));
            r += run;
        }
    }

    std::shared_ptr<const RowSource> all_;
    Chosen chosen_;
};

class ChosenThumbnails final : public ThumbnailSource {
  public:
    ChosenThumbnails(std::shared_ptr<const ThumbnailSource> all, Chosen chosen)
        : all_(std::move(all)), chosen_(std::move(chosen)) {}
    [[nodiscard]] Thumbnail read(std::size_t image) const override { return all_->read(chosen_->at(image)); }

  private:
    std::shared_ptr<const ThumbnailSource> all_;
    Chosen chosen_;
};

template <class T>
std::vector<T> taken(const std::vector<T>& all, const std::vector<std::uint32_t>& chosen) {
    std::vector<T> out;
    if (all.empty())
        return out;
    out.reserve(chosen.size());
    for (const std::uint32_t image : chosen)
        out.push_back(all[image]);
    return out;
}

Dataset with_images(const Dataset& dataset, std::vector<std::uint32_t> list) {
    const Chosen chosen = std::make_shared<const std::vector<std::uint32_t>>(std::move(list));
    Dataset out = dataset;
    out.images.ids = taken(dataset.images.ids, *chosen);
    out.images.labels = taken(dataset.images.labels, *chosen);
    out.images.paths = taken(dataset.images.paths, *chosen);
    if (dataset.images.thumbnails)
        out.images.thumbnails = std::make_shared<const ChosenThumbnails>(dataset.images.thumbnails, chosen);
    if (!dataset.images.statistics.values.empty()) {
        const Matrix<float>& all = dataset.images.statistics.values;
        Matrix<float> values(chosen->size(), all.cols());
        for (std::size_t r = 0; r < chosen->size(); ++r)
            std::ranges::copy(all.row((*chosen)[r]), values.row(r).begin());
        out.images.statistics.values = std::move(values);
    }
    for (Model& model : out.models)
        for (Layer& layer : model.layers)
            if (layer.usable())
                layer.rows = std::make_shared<const ChosenRows>(layer.rows, chosen);
    return out;
}

} // namespace

Dataset draw_images(const Dataset& dataset, std::size_t count, std::uint64_t seed) {
    const std::size_t images = dataset.images.size();
    const std::vector<std::uint32_t> drawn = engine::shuffled(images, seed);
    std::vector<bool> wanted(images, false);
    for (std::size_t i = 0; i < count; ++i)
        wanted[drawn[i]] = true;
    const std::vector<std::uint32_t> position = engine::sorted_positions(dataset.images);
    std::vector<std::uint32_t> list;
    for (std::uint32_t image = 0; image < images; ++image)
        if (wanted[position[image]])
            list.push_back(image);
    return with_images(dataset, std::move(list));
}

Dataset spread_images(const Dataset& dataset, std::size_t runs, std::size_t length) {
    const std::size_t images = dataset.images.size();
    std::vector<std::uint32_t> list;
    for (std::size_t run = 0; run < runs; ++run)
        for (std::size_t i = 0; i < length; ++i)
            list.push_back(static_cast<std::uint32_t>(run * images / runs + i));
    return with_images(dataset, std::move(list));
}

} // namespace stratoscope::measures
