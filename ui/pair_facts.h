// What the shown pair of layers has to tell beside its cell of the matrix: how its value depends on k and
// pooling, and what the other quick measures say of it. The shown pair is the one under the mouse, else the
// picked one.
#pragma once

#include "core/jobs/pair_jobs.h"
#include "ui/selection.h"
#include "ui/session.h"

#include <QTimer>

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::ui {

class PairFacts : public QObject {
    Q_OBJECT

  public:
    PairFacts(Session& session, Selection& selection, JobRunner& runner, QObject* parent = nullptr);

    /// Of the shown pair; null while it isn't known, and where nothing can be varied.
    [[nodiscard]] const measures::Sensitivity* sensitivity() const;
    /// Of the shown pair by several measures: rows and columns are its two layers; null while it isn't known.
    [[nodiscard]] const std::vector<Comparison>* others() const;

    /// An answer is on its way.
    [[nodiscard]] bool busy() const {
        return delay_.isActive() || sensitivityJob_.active() || othersJob_.active();
    }

  Q_SIGNALS:
    void changed();

  private:
    struct Subject {
        LayerPair pair;
        std::string measure;
        std::size_t k = 0;
        Distance distance = Distance::euclidean;
        bool operator==(const Subject&) const = default;
    };
    struct Known {
        Subject subject;
        std::optional<measures::Sensitivity> sensitivity;
        std::optional<std::vector<Comparison>> others;
    };

    void update();
    void compute();
    [[nodiscard]] std::optional<Subject> subjectNow() const;
    [[nodiscard]] const Known* known() const;
    Known& entryOf(const Subject& subject);

    static constexpr std::size_t longestMemory = 64;
    Session& session_;
    Selection& selection_;
    JobRunner& runner_;
    QTimer delay_;
    std::optional<Subject> subject_;
    std::shared_ptr<const Dataset> dataset_;
    std::deque<Known> known_;
    std::size_t question_ = 0; ///< answers to an earlier question are dropped
    jobs::JobHandle sensitivityJob_;
    jobs::JobHandle othersJob_;
};

} // namespace stratoscope::ui
