// Where one has been: what was asked (measure, k, distance, …) and what was looked at, with back and forward.
#pragma once

#include "ui/selection.h"
#include "ui/session.h"

#include <QElapsedTimer>
#include <QObject>

#include <vector>

namespace stratoscope::ui {

class History : public QObject {
    Q_OBJECT

  public:
    History(Session& session, Selection& selection, QObject* parent = nullptr);

    [[nodiscard]] bool canGoBack() const { return at_ > 0; }
    [[nodiscard]] bool canGoForward() const { return at_ + 1 < places_.size(); }
    void back();
    void forward();

    /// Steps of one setting that follow each other faster, k counted up say, are one step back.
    static constexpr int oneStepMilliseconds = 1500;

  Q_SIGNALS:
    void changed();

  private:
    struct Place {
        Settings asked;
        Picked picked;
        bool operator==(const Place&) const = default;
    };

    [[nodiscard]] Place now() const { return {session_.settings(), selection_.picked()}; }
    void begin();
    void note();
    [[nodiscard]] bool goesOnWith(const Settings& asked) const;
    void goTo(std::size_t place);

    static constexpr std::size_t longest = 200;
    Session& session_;
    Selection& selection_;
    std::vector<Place> places_;
    std::size_t at_ = 0;
    bool going_ = false;       ///< between the settings and the picks of a place
    QElapsedTimer sinceAsked_; ///< since the newest place got its settings by a step of theirs; else invalid
};

} // namespace stratoscope::ui
