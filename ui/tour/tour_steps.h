// What the tour of the demo shows, in order: each step brings the window to something worth seeing and says
// what it is, with the numbers that are on the screen.
#pragma once

#include "ui/selection.h"
#include "ui/session.h"
#include "ui/workspace.h"

#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace stratoscope::ui {

/// What a step acts on and reads from.
struct TourStage {
    Session& session;
    Selection& selection;
    Workspace& workspace;
};

struct TourStep {
    /// Where it is to be seen; nothing: in the tool bar.
    std::optional<WorkspacePart> part;
    QString title;
    std::function<void(const TourStage&)> act;
    /// Rich text. Numbers that are not there yet are told as "…".
    std::function<QString(const TourStage&)> text;
};

/// Of the bundled demo: its models are named.
[[nodiscard]] std::vector<TourStep> demoTour();

} // namespace stratoscope::ui
