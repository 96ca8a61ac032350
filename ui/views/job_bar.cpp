#include "ui/views/job_bar.h"

#include "ui/painting/value_scale.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {

QString durationText(double seconds) {
    const auto whole = static_cast<long>(std::ceil(seconds));
    if (whole < 100)
        return QStringLiteral("%1 s").arg(whole);
    const long minutes = (whole + 30) / 60;
    if (minutes < 100)
        return QStringLiteral("%1 min").arg(minutes);
    return QStringLiteral("%1 h %2 min").arg(minutes / 60).arg(minutes % 60);
}

JobBar::JobBar(JobRunner& runner, Session& session, QWidget* parent)
    : QWidget(parent), runner_(runner), session_(session), words_(new QLabel(this)),
      progress_(new QProgressBar(this)), cancel_(new QToolButton(this)) {
    setObjectName(QStringLiteral("jobBar"));
    words_->setObjectName(QStringLiteral("jobWords"));
    progress_->setObjectName(QStringLiteral("jobProgress"));
    progress_->setTextVisible(false);
    progress_->setRange(0, 1000);
    progress_->setFixedWidth(180);
    cancel_->setObjectName(QStringLiteral("cancelJob"));
    cancel_->setText(QStringLiteral("Cancel"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(10);
    row->addWidget(words_);
    row->addWidget(progress_);
    row->addWidget(cancel_);
    // Its height stays: what is above must not move whenever something is computed.
    QSizePolicy kept = cancel_->sizePolicy();
    kept.setRetainSizeWhenHidden(true);
    cancel_->setSizePolicy(kept);
    connect(cancel_, &QToolButton::clicked, this, [this] { runner_.cancel(shown_); });
    connect(&runner, &JobRunner::statusChanged, this, &JobBar::refresh);
    refresh();
}

void JobBar::refresh() {
    // The job that began first is the one that is waited for.
    const auto& all = runner_.statuses();
    const auto loud = std::ranges::find_if(all, [](const JobStatus& status) { return !status.quiet; });
    const bool any = loud != all.end();
    words_->setVisible(any);
    progress_->setVisible(any);
    cancel_->setVisible(any);
    if (!any)
        return;
    shown_ = loud->id;
    QStringList parts{loud->title};
    if (!loud->stage.isEmpty())
        parts << loud->stage;
    if (loud->fraction > 0.0)
        parts << QStringLiteral("%1 %").arg(std::lround(100.0 * loud->fraction));
    if (loud->lane == jobs::JobLane::comparison && session_.imagesDone() &&
        std::isfinite(session_.progressError()) && session_.computing())
        parts << QStringLiteral("so far ± %1").arg(shortNumber(session_.progressError()));
    if (loud->secondsLeft)
        parts << QStringLiteral("%1 left").arg(durationText(*loud->secondsLeft));
    const auto more = std::ranges::count_if(all, [](const JobStatus& status) { return !status.quiet; }) - 1;
    if (more > 0)
        parts << QStringLiteral("%1 more").arg(more);
    words_->setText(parts.join(QStringLiteral(" · ")));
    progress_->setValue(static_cast<int>(std::lround(1000.0 * loud->fraction)));
}

} // namespace stratoscope::ui
