// An extraction in the background: its first few hundred images are shown as soon as they are there, its file
// when it is done, unless something else was opened meanwhile.
#pragma once

#include "core/jobs/extract_job.h"
#include "ui/job_runner.h"
#include "ui/session.h"

#include <QObject>

namespace stratoscope::ui {

struct ExtractOrder {
    enum class Then { open, add, nothing }; ///< with the file, once it is written
    jobs::ExtractJob job;
    Then then = Then::open;
};

class Extraction : public QObject {
    Q_OBJECT

  public:
    Extraction(Session& session, JobRunner& runner, QObject* parent = nullptr);

    void start(const stratoscope::ui::ExtractOrder& order);

  Q_SIGNALS:
    void failed(const QString& text);
    void notice(const QString& text);
    void remarks(const QString& title, const QString& text); ///< pictures skipped, poolings replaced
    void written(const QString& file);

  private:
    struct Running;
    void showSoFar(Running& running, std::shared_ptr<const Dataset> dataset);
    void finish(const Running& running, const jobs::ExtractJob::Result& result);

    Session& session_;
    JobRunner& runner_;
};

} // namespace stratoscope::ui
