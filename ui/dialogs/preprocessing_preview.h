// A picture with what is cut from it, beside what the model sees of it.
#pragma once

#include "core/jobs/model_jobs.h"

#include <QImage>
#include <QString>
#include <QWidget>

namespace stratoscope::ui {

class PreprocessingPreview : public QWidget {
    Q_OBJECT

  public:
    explicit PreprocessingPreview(QWidget* parent = nullptr);

    void show(const jobs::PreviewJob::Result& result, const models::Preprocessing& preprocessing,
              const QString& name);
    void clear();
    [[nodiscard]] const QImage& seen() const { return seen_; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QImage picture_;
    QImage seen_;
    QRectF cut_; ///< in the picture
    QString name_;
};

} // namespace stratoscope::ui
