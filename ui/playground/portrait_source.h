// What the program says of two small representations: asked in a worker, since even a millisecond may come at
// a bad moment, one question at a time. While one is being answered only the newest of those asked waits, so
// that answers never lag behind a dragged point and never come in another order.
#pragma once

#include "core/jobs/pair_portrait_job.h"
#include "ui/job_runner.h"
#include "ui/playground/examples.h"

#include <QObject>

#include <memory>
#include <optional>

namespace stratoscope::ui {

class PortraitSource : public QObject {
    Q_OBJECT

  public:
    explicit PortraitSource(JobRunner& runner, QObject* parent = nullptr);

    void ask(const Places& a, const Places& b, std::size_t k);
    /// To the last answered question; null before the first.
    [[nodiscard]] const jobs::PairPortrait* portrait() const { return portrait_ ? &*portrait_ : nullptr; }
    /// The answer to the last question is not there yet.
    [[nodiscard]] bool busy() const { return running_; }

  Q_SIGNALS:
    void answered();
    void failed(const QString& text);

  private:
    struct Question {
        Places a;
        Places b;
        std::size_t k = 1;
    };
    void run(const Question& question);
    void next();

    JobRunner& runner_;
    bool running_ = false;
    std::optional<Question> waiting_;
    std::optional<jobs::PairPortrait> portrait_;
};

/// Of which the portrait has a comparison each, in this order; the first is the information imbalance.
[[nodiscard]] std::vector<std::string> playgroundMeasures();

/// The two as layers of one model, "a" and "b"; image 1 is the first place.
[[nodiscard]] std::shared_ptr<const Dataset> datasetOf(const Places& a, const Places& b);

} // namespace stratoscope::ui
