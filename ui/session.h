// What is open and what is asked of it: files, settings, the comparison on the screen. Views read it and are
// told when it changes.
#pragma once

#include "core/data/comparison.h"
#include "core/data/health.h"
#include "core/jobs/compare_job.h"
#include "core/jobs/decodability_job.h"
#include "core/jobs/dimension_job.h"
#include "ui/job_runner.h"
#include "ui/painting/value_scale.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace stratoscope::ui {

struct Settings {
    std::string measure = "information_imbalance";
    std::optional<std::string> beside; ///< a second measure, of the same k and distance
    std::optional<std::size_t> k;      ///< nothing: the default of the number of images
    Distance distance = Distance::euclidean;
    std::string pooling = "mean"; ///< of 3-D and 4-D activations, and among several poolings of a step
    ScaleKind scale = ScaleKind::logarithmic;
    bool operator==(const Settings&) const = default;
};

class Session : public QObject {
    Q_OBJECT

  public:
    explicit Session(JobRunner& runner, QObject* parent = nullptr);

    // Each returns at once; the signals tell what came of it.
    void open(const std::vector<std::filesystem::path>& files);
    /// What a running extraction has so far: open, but of no file yet.
    void showUnfinished(std::shared_ptr<const Dataset> dataset);
    void attachFolder(const std::filesystem::path& folder);
    void computeStatistics();
    void computeDecodability();
    void computeDimensions();
    void setSettings(const Settings& settings);
    /// Layers by path that are left out of every picture.
    void setHidden(std::set<std::string> hidden);
    void saveNumbers(const std::filesystem::path& path);
    void cancelComparison();
    void recompute();

    [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return files_; }
    [[nodiscard]] std::shared_ptr<const Dataset> dataset() const { return dataset_; }
    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] std::size_t k() const; ///< as asked, or the default
    [[nodiscard]] std::shared_ptr<engine::LayerStore> layers() const { return layers_; }
    [[nodiscard]] const std::optional<Health>& health() const { return health_; }
    [[nodiscard]] const std::optional<jobs::DecodabilityJob::Result>& decodability() const {
        return decodability_;
    }
    [[nodiscard]] const std::optional<jobs::DimensionJob::Result>& dimensions() const { return dimensions_; }
    [[nodiscard]] const std::set<std::string>& hidden() const { return hidden_; }

    /// With the shown layers alone; null before there is any.
    [[nodiscard]] std::shared_ptr<const Comparison> comparison() const { return main_.shown; }
    /// Of other settings than those asked for now.
    [[nodiscard]] bool stale() const { return main_.stale; }
    /// A snapshot of a pass in the making: how many images are in it.
    [[nodiscard]] std::optional<std::size_t> imagesDone() const { return main_.imagesDone; }
    /// Median error of a snapshot's values.
    [[nodiscard]] double progressError() const { return main_.progressError; }
    [[nodiscard]] bool computing() const { return main_.computing || beside_.computing; }
    /// comparison() is there, of all images and the settings asked for, and nothing is on its way.
    [[nodiscard]] bool settled() const { return comparison() && !computing() && !stale() && !imagesDone(); }
    /// And that of the second measure is, where one is asked for.
    [[nodiscard]] bool finished() const;
    /// By the second measure; null where none is asked for or none is there yet. Rows and columns are those
    /// of comparison() while neither is stale.
    [[nodiscard]] std::shared_ptr<const Comparison> beside() const { return beside_.shown; }
    [[nodiscard]] bool besideStale() const { return beside_.stale; }
    /// n of Style::model() of each model, by name; the same whatever is hidden.
    [[nodiscard]] const std::map<std::string, std::size_t>& modelColours() const { return colours_; }
    /// During datasetChanged(): the same files were read again for the sake of another pooling.
    [[nodiscard]] bool pooledAnew() const { return pooledAnew_; }
    /// Poolings to choose from: several only where the files have them or let one be chosen.
    [[nodiscard]] std::vector<std::string> poolings() const;

  Q_SIGNALS:
    void datasetChanged(); ///< other images or layers: selections are void
    void imagesChanged();  ///< pictures or statistics were added to the same dataset
    void settingsChanged();
    void comparisonChanged();
    void healthChanged();
    void decodabilityChanged();
    void dimensionsChanged();
    void openFailed(const QString& text);
    void comparisonFailed(const jobs::Failure& failure);
    void notice(const QString& text);

  private:
    /// A comparison on the screen, and the one that is to follow it.
    struct Side {
        std::shared_ptr<const Comparison> whole;
        std::shared_ptr<const Comparison> shown; ///< without the hidden layers
        bool stale = false;
        bool computing = false;
        std::optional<std::size_t> imagesDone;
        double progressError = 0.0;
        std::size_t question = 0; ///< answers to an earlier question are dropped
        jobs::JobHandle job;
    };

    void read(const std::vector<std::filesystem::path>& files, bool pooledAnew);
    void opened(std::shared_ptr<const Dataset> dataset);
    void checkHealth();
    void compare(bool mainToo);
    void ask(const std::vector<Side*>& sides);
    void show(Side& side, std::shared_ptr<const Comparison> comparison);
    void refilter(Side& side) const;
    [[nodiscard]] bool onePassAnswersBoth() const;

    JobRunner& runner_;
    std::vector<std::filesystem::path> files_;
    std::shared_ptr<const Dataset> dataset_;
    std::shared_ptr<engine::LayerStore> layers_ = std::make_shared<engine::LayerStore>();
    Settings settings_;
    std::set<std::string> hidden_;
    std::map<std::string, std::size_t> colours_;
    std::optional<Health> health_;
    std::optional<jobs::DecodabilityJob::Result> decodability_;
    std::optional<jobs::DimensionJob::Result> dimensions_;
    jobs::JobHandle measuringDimensions_;

    Side main_;
    Side beside_;
    bool healthAsked_ = false;
    bool pooledAnew_ = false;
    std::size_t question_ = 0;
    std::size_t opening_ = 0;
    jobs::JobHandle checking_;
    jobs::JobHandle reading_;
};

} // namespace stratoscope::ui
