// What the pair and the image that are picked have to tell: divergences and neighbours, computed when the
// selection changes.
#pragma once

#include "core/analysis/image_ranking.h"
#include "core/jobs/pair_jobs.h"
#include "ui/pair_facts.h"
#include "ui/selection.h"
#include "ui/session.h"

#include <optional>

namespace stratoscope::ui {

/// How the gallery is sorted.
struct RankingChoice {
    bool specificToPair = true; ///< less what the image does in every cell
    bool forward = true;        ///< c_i(a→b), else c_i(b→a)
    bool operator==(const RankingChoice&) const = default;
};

/// Row and column of a pair; nothing where the comparison has it not.
[[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> cellOfPair(const Comparison& comparison,
                                                                            const LayerPair& pair);

class PairInspector : public QObject {
    Q_OBJECT

  public:
    PairInspector(Session& session, Selection& selection, JobRunner& runner, QObject* parent = nullptr);

    [[nodiscard]] const std::optional<measures::PairDivergence>& divergence() const { return divergence_; }
    [[nodiscard]] const std::optional<measures::PairNeighbours>& neighbours() const { return neighbours_; }
    [[nodiscard]] RankingChoice ranking() const { return ranking_; }
    void setRanking(RankingChoice ranking);
    /// Images in the chosen order; nothing while the divergences aren't there.
    [[nodiscard]] const std::optional<analysis::RankedImages>& ranked() const { return ranked_; }
    /// The image that is looked at: the picked one, and while none is, the first of the order, so that a
    /// first look shows neighbours too.
    [[nodiscard]] std::optional<std::size_t> image() const;
    /// Whether a ranking specific to the pair can be made: it takes the means of a finished comparison.
    [[nodiscard]] bool canBeSpecific() const;
    /// Whether that is what is shown: as chosen, where it can be made.
    [[nodiscard]] bool specific() const { return ranking_.specificToPair && canBeSpecific(); }
    [[nodiscard]] bool waiting() const { return waiting_; }
    /// The cell that is picked, in the comparison on the screen.
    [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> cell() const;
    /// Of the comparison on the screen.
    [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> cellOf(const LayerPair& pair) const;

    [[nodiscard]] PairFacts& facts() { return *facts_; }

  Q_SIGNALS:
    void divergenceChanged();
    void neighboursChanged();

  private:
    void update();
    void askDivergence();
    void askNeighbours();
    void rank();
    [[nodiscard]] std::optional<jobs::PairQuestion> question() const;

    Session& session_;
    Selection& selection_;
    JobRunner& runner_;
    PairFacts* facts_;
    RankingChoice ranking_;
    std::optional<measures::PairDivergence> divergence_;
    std::optional<measures::PairNeighbours> neighbours_;
    std::optional<analysis::RankedImages> ranked_;
    std::optional<jobs::PairQuestion> asked_;
    std::optional<std::size_t> askedImage_;
    bool waiting_ = false;
    std::size_t divergenceQuestion_ = 0;
    std::size_t neighbourQuestion_ = 0;
    jobs::JobHandle divergenceJob_;
    jobs::JobHandle neighbourJob_;
};

} // namespace stratoscope::ui
