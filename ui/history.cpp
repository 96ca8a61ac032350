#include "ui/history.h"

#include <array>

namespace stratoscope::ui {
namespace {

// Which of the settings differ.
std::array<bool, 6> differences(const Settings& a, const Settings& b) {
    return {a.measure != b.measure,   a.beside != b.beside,   a.k != b.k,
            a.distance != b.distance, a.pooling != b.pooling, a.scale != b.scale};
}

} // namespace

History::History(Session& session, Selection& selection, QObject* parent)
    : QObject(parent), session_(session), selection_(selection), places_{now()} {
    connect(&selection, &Selection::begun, this, &History::begin);
    connect(&selection, &Selection::changed, this, &History::note);
    connect(&session, &Session::settingsChanged, this, &History::note);
}

void History::begin() {
    places_.assign(1, now());
    at_ = 0;
    sinceAsked_.invalidate();
    Q_EMIT changed();
}

void History::note() {
    const Place place = now();
    if (going_ || place == places_[at_])
        return;
    if (!session_.dataset()) { // nothing was seen yet
        begin();
        return;
    }
    const bool asked = place.asked != places_[at_].asked;
    if (asked && goesOnWith(place.asked)) {
        places_[at_] = place;
    } else {
        places_.resize(at_ + 1);
        places_.push_back(place);
        if (places_.size() > longest)
            places_.erase(places_.begin());
        at_ = places_.size() - 1;
    }
    if (asked)
        sinceAsked_.start();
    else
        sinceAsked_.invalidate();
    Q_EMIT changed();
}

// The newest place was come to by the same setting, just now. Stepped back to where it began, it stays: that
// is two places alike, which hurts less than one that is lost.
bool History::goesOnWith(const Settings& asked) const {
    return at_ > 0 && !canGoForward() && sinceAsked_.isValid() &&
           sinceAsked_.elapsed() < oneStepMilliseconds &&
           differences(places_[at_].asked, asked) == differences(places_[at_ - 1].asked, places_[at_].asked);
}

void History::goTo(std::size_t place) {
    at_ = place;
    sinceAsked_.invalidate();
    const Place wanted = places_[at_]; // a copy: who is told may come here again
    going_ = true;
    session_.setSettings(wanted.asked);
    selection_.show(wanted.picked);
    going_ = false;
    Q_EMIT changed();
}

void History::back() {
    if (canGoBack())
        goTo(at_ - 1);
}

void History::forward() {
    if (canGoForward())
        goTo(at_ + 1);
}

} // namespace stratoscope::ui
