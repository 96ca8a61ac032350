#include "core/jobs/extract_job.h"

#include "core/base/thread_pool.h"
#include "core/data/memory_rows.h"
#include "core/data/memory_thumbnails.h"
#include "core/jobs/extraction_log_internal.h"
#include "core/jobs/extraction_plan_internal.h"
#include "core/jobs/picture_pipeline_internal.h"
#include "core/models/load_model.h"
#include "core/storage/activations_writer.h"
#include "core/storage/leftovers.h"
#include "core/storage/open.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>

namespace stratoscope::jobs {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// A snapshot is of so many images, each larger one replacing the last.
constexpr std::array<std::size_t, 3> snapshot_sizes{256, 1024, 2048};
constexpr std::size_t snapshot_bytes = std::size_t{512} << 20;
constexpr double forward_share = 0.95; // of the time; writing the file is the rest

fs::path part_of(const fs::path& output) {
    return output.string() + ".part";
}

void check_output(const fs::path& output) {
    const std::string suffix = output.extension().string();
    if (suffix != ".h5" && suffix != ".hdf5")
        throw Error(ErrorKind::usage, {.what = "activations are written as HDF5",
                                       .where = output.string(),
                                       .expected = "a name that ends in .h5"});
    const fs::path folder = fs::absolute(output).parent_path();
    std::error_code missing;
    if (!fs::is_directory(folder, missing))
        throw Error(ErrorKind::cannot_write, {.what = "the folder for the output is not there",
                                              .where = folder.string(),
                                              .advice = "Make it, or write elsewhere"});
}

/// One run of the job: what its steps share.
class Extraction {
  public:
    Extraction(const ExtractJob& job, const JobContext<ExtractJob::Snapshot>& context)
        : job_(job), context_(context), task_(context.task) {}

    ExtractJob::Result run() {
        check_output(job_.output);
        if (!job_.pictures || job_.pictures->ids.empty())
            throw Error(ErrorKind::usage, {.what = "there are no pictures to extract from"});
        if (job_.batch == 0)
            throw Error(ErrorKind::usage, {.what = "a batch has at least one picture"});
        task_.report(0.0, "loading the model");
        model_ = models::load_model(
            job_.model, {.input = models::InputSize{0, job_.preprocessing.size, job_.preprocessing.size},
                         .device = job_.device,
                         .cancellation = task_.cancellation});
        plan_ = plan_extraction(job_, model_->description());
        result_.output = job_.output;
        result_.model = plan_.model_name;
        result_.layers = plan_.layers.size();
        if (finished_before())
            return std::move(result_);
        open_log();
        storage::remove_leftovers(job_.output); // the log is ours alone, so nobody else writes to the output
        result_.resumed_at = std::min(log_->finished() * job_.batch, pictures_.list.ids.size());
        go_through_pictures();
        write_output();
        log_->remove();
        return std::move(result_);
    }

  private:
    /// A run that ended between writing the output and removing its part has nothing left to do. Settles
    /// pictures_.
    bool finished_before() {
        const std::string before =
            job_.restart ? std::string() : ExtractionLog::question_in(part_of(job_.output));
        std::error_code missing;
        const bool exists = fs::exists(job_.output, missing);
        const bool begun_anew = before.find("\nextends 0\n") != std::string::npos;
        const bool begun_extending = before.find("\nextends 1\n") != std::string::npos;
        if (exists && (begun_anew || begun_extending)) {
            try {
                // Asked for a name that no model has, so that this one's presence is not an error.
                PlannedPictures as_begun = plan_pictures(job_, "", begun_extending, unreported_);
                const bool same = question_of(job_, plan_, as_begun, unreported_) == before;
                if (same && has_model()) {
                    pictures_ = std::move(as_begun);
                    log_ = std::make_unique<ExtractionLog>(part_of(job_.output), before, shape(), false);
                    if (log_->finished() == log_->batches()) {
                        result_.resumed_at = pictures_.list.ids.size();
                        tell_skipped();
                        result_.images = pictures_.list.ids.size() - result_.skipped.size();
                        log_->remove();
                        return true;
                    }
                    log_.reset();
                }
            } catch (const Error&) {
                // Not that case; what is wrong is found and said below.
            }
        }
        pictures_ = plan_pictures(job_, plan_.model_name, exists, unreported_);
        return false;
    }

    [[nodiscard]] bool has_model() const {
        const Dataset existing = storage::open_dataset({job_.output}, {}, unreported_);
        return std::ranges::find(existing.models, plan_.model_name, &Model::name) != existing.models.end();
    }

    [[nodiscard]] LogShape shape() const {
        LogShape shape{pictures_.list.ids.size(), job_.batch, {}, job_.half};
        for (const PlannedLayer& layer : plan_.layers)
            shape.columns.push_back(layer.columns);
        return shape;
    }

    void open_log() {
        result_.notes = plan_.notes;
        result_.notes.insert(result_.notes.end(), pictures_.notes.begin(), pictures_.notes.end());
        log_ = std::make_unique<ExtractionLog>(
            part_of(job_.output), question_of(job_, plan_, pictures_, unreported_), shape(), job_.restart);
        order_ = mixed_order(pictures_.list.ids.size());
    }

    void go_through_pictures() {
        const std::size_t all = pictures_.list.ids.size();
        const std::size_t before = result_.resumed_at;
        const auto pass = model_->prepare(plan_.outputs);
        const models::InputSize input = model_->description().input;
        PipelinePlan plan{.pictures = {},
                          .batch = job_.batch,
                          .first_batch = log_->finished(),
                          .channels = input.channels,
                          .preprocessing = job_.preprocessing,
                          .threads = task_.pool.size()};
        for (const std::size_t picture : order_)
            plan.pictures.push_back(pictures_.list.paths[picture]);
        PicturePipeline pipeline(std::move(plan), task_.cancellation);
        const Clock::time_point start = Clock::now();
        std::size_t done = before;
        while (std::optional<ReadyBatch> batch = pipeline.next()) {
            task_.check();
            if (pictures_.extends)
                require_readable(*batch);
            log_->append(batch->pictures, forward(*pass, *batch, input));
            done += batch->pictures.size();
            const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
            result_.images_per_second = static_cast<double>(done - before) / std::max(seconds, 1e-6);
            report(done, all, static_cast<double>(done - before) / static_cast<double>(all - before));
            give_snapshot(done);
        }
    }

    /// Rows of an existing file can't be left out.
    void require_readable(const ReadyBatch& batch) const {
        const auto bad = std::ranges::find_if(
            batch.pictures, [](const PictureRecord& picture) { return !picture.readable(); });
        if (bad == batch.pictures.end())
            return;
        const auto place = static_cast<std::size_t>(bad - batch.pictures.begin());
        const std::size_t picture = order_[log_->finished() * job_.batch + place];
        log_->remove(); // the picture put back is another one to it, so it would be in the way
        throw Error(ErrorKind::bad_data,
                    {.what = "an image of the file can't be read any more, so the model can't be added",
                     .where = pictures_.list.paths[picture].string(),
                     .found = bad->unreadable,
                     .advice = "Put the picture back and start again, or write to another file"});
    }

    std::vector<std::vector<float>> forward(models::ForwardPass& pass, const ReadyBatch& batch,
                                            const models::InputSize& input) const {
        std::vector<std::vector<float>> rows(plan_.layers.size());
        for (std::size_t l = 0; l < rows.size(); ++l)
            rows[l].resize(batch.readable * plan_.layers[l].columns);
        if (batch.readable == 0)
            return rows;
        const auto pool_tap = [&](const models::TapValue& tap) {
            const std::size_t count = tap.shape.front();
            const std::size_t width = tap.values.size() / count;
            std::vector<double> row;
            for (std::size_t l = 0; l < rows.size(); ++l) {
                const PlannedLayer& planned = plan_.layers[l];
                if (planned.output != tap.output)
                    continue;
                row.resize(planned.columns);
                for (std::size_t i = 0; i < count; ++i) {
                    pool(tap.values.subspan(i * width, width), tap.shape.subspan(1), planned.pooling, row);
                    std::ranges::transform(
                        row, rows[l].begin() + static_cast<std::ptrdiff_t>((tap.first + i) * planned.columns),
                        [](double value) { return static_cast<float>(value); });
                }
            }
        };
        pass.run({batch.values, batch.readable, input.channels, input.height, input.width}, pool_tap,
                 {task_.pool, task_.cancellation, {}});
        return rows;
    }

    void report(std::size_t done, std::size_t all, double fraction) const {
        std::ostringstream stage;
        stage.precision(3);
        stage << done << " of " << all << " images, " << result_.images_per_second << " a second";
        task_.report(forward_share * fraction, stage.str());
    }

    /// The readable pictures of finished batches in the order of the list.
    struct Kept {
        std::vector<std::size_t> pictures;
        std::vector<ExtractionLog::Place> places;
    };
    [[nodiscard]] Kept kept() const {
        const auto places = log_->places(); // by slot
        std::vector<std::optional<ExtractionLog::Place>> by_picture(order_.size());
        for (std::size_t slot = 0; slot < order_.size(); ++slot)
            by_picture[order_[slot]] = places[slot];
        Kept kept;
        for (std::size_t picture = 0; picture < by_picture.size(); ++picture)
            if (by_picture[picture]) {
                kept.pictures.push_back(picture);
                kept.places.push_back(*by_picture[picture]);
            }
        return kept;
    }

    [[nodiscard]] ImageSet images_of(const Kept& kept) const {
        ImageSet images;
        images.label_names = pictures_.list.label_names;
        for (const std::size_t picture : kept.pictures) {
            images.ids.push_back(pictures_.list.ids[picture]);
            images.paths.push_back(pictures_.list.paths[picture]);
            if (!pictures_.list.labels.empty())
                images.labels.push_back(pictures_.list.labels[picture]);
        }
        images.statistics = log_->statistics(kept.places);
        return images;
    }

    void give_snapshot(std::size_t done) {
        if (!context_.on_snapshot || snapshots_ == snapshot_sizes.size() ||
            done < snapshot_sizes[snapshots_] || log_->finished() == log_->batches())
            return;
        while (snapshots_ < snapshot_sizes.size() && done >= snapshot_sizes[snapshots_])
            ++snapshots_;
        std::size_t columns = 0;
        for (const PlannedLayer& layer : plan_.layers)
            columns += layer.columns;
        const Kept kept = this->kept();
        const std::size_t n = kept.pictures.size();
        if (n == 0 || columns > snapshot_bytes / sizeof(float) / n)
            return;
        auto dataset = std::make_shared<Dataset>();
        dataset->images = images_of(kept);
        const auto thumbnails = log_->thumbnails(kept.places);
        std::vector<std::uint8_t> pixels;
        for (std::size_t i = 0; i < n; ++i) {
            const Thumbnail thumbnail = thumbnails->read(i);
            pixels.insert(pixels.end(), thumbnail.rgb.begin(), thumbnail.rgb.end());
        }
        dataset->images.thumbnails = thumbnails_in_memory(thumbnail_side, thumbnail_side, std::move(pixels));
        Model model = plan_.model;
        for (std::size_t l = 0; l < plan_.layers.size(); ++l) {
            Matrix<float> values(n, plan_.layers[l].columns);
            log_->rows(l, kept.places)->read(0, values.view());
            Layer layer = plan_.layers[l].layer;
            layer.rows = rows_in_memory(std::move(values));
            model.layers.push_back(std::move(layer));
        }
        dataset->models.push_back(std::move(model));
        context_.on_snapshot(std::move(dataset));
    }

    void tell_skipped() {
        order_ = mixed_order(pictures_.list.ids.size());
        std::vector<std::pair<std::size_t, std::string>> by_picture;
        for (const auto& [slot, reason] : log_->unreadable())
            by_picture.emplace_back(order_[slot], reason);
        std::ranges::sort(by_picture);
        for (const auto& [picture, reason] : by_picture)
            result_.skipped.push_back({pictures_.list.paths[picture], reason});
    }

    void write_output() {
        tell_skipped();
        const Kept kept = this->kept();
        result_.images = kept.pictures.size();
        if (kept.pictures.empty()) {
            log_->remove(); // there is nothing in it to go on with
            throw Error(ErrorKind::bad_data, {.what = "none of the pictures can be read",
                                              .where = result_.skipped.front().picture.string(),
                                              .found = result_.skipped.front().reason,
                                              .advice = "Check the pictures"});
        }
        task_.report(forward_share, "writing the file");
        try {
            write_activations(kept);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::cannot_write)
                throw;
            ErrorParts parts = error.parts();
            parts.where = job_.output.string();
            parts.advice = "Make room on the disk, or whatever else is in the way, and start the same again: "
                           "the activations are kept, only writing the file is left";
            throw Error(error.kind(), parts);
        }
    }

    void write_activations(const Kept& kept) const {
        ImageSet images = images_of(kept);
        images.thumbnails = log_->thumbnails(kept.places);
        storage::ActivationsWriter writer = pictures_.extends
                                                ? storage::ActivationsWriter::extending(job_.output)
                                                : storage::ActivationsWriter(job_.output, images);
        writer.add_model(plan_.model);
        for (std::size_t l = 0; l < plan_.layers.size(); ++l) {
            task_.check();
            writer.add_layer(plan_.model_name, plan_.layers[l].layer, *log_->rows(l, kept.places),
                             {.type = job_.half ? ElementType::float16 : ElementType::float32, .gzip = {}});
            task_.report(forward_share + (1.0 - forward_share) * static_cast<double>(l + 1) /
                                             static_cast<double>(plan_.layers.size()),
                         "writing the file");
        }
        task_.check();
        writer.commit();
    }

    const ExtractJob& job_;
    const JobContext<ExtractJob::Snapshot>& context_;
    const Task& task_;
    /// For what takes part of a second: its own 0…1 is not the extraction's.
    const Task unreported_{task_.pool, task_.cancellation, {}};
    std::shared_ptr<const models::LoadedModel> model_;
    ExtractionPlan plan_;
    PlannedPictures pictures_;
    std::unique_ptr<ExtractionLog> log_;
    std::vector<std::size_t> order_; ///< slot → picture
    std::size_t snapshots_ = 0;
    ExtractJob::Result result_;
};

} // namespace

std::string ExtractJob::title() const {
    return "Extracting from " + model.filename().string();
}

ExtractJob::Result ExtractJob::run(const JobContext<Snapshot>& context) const {
    return Extraction(*this, context).run();
}

} // namespace stratoscope::jobs
