#include "tests/ui/expect_picture.h"

#include <QDir>
#include <gtest/gtest.h>

#include <cmath>

namespace stratoscope::ui {

Difference differenceOf(const QImage& a, const QImage& b) {
    double sum = 0.0;
    double plain = 0.0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y);
            const QRgb q = b.pixel(x, y);
            const int apart =
                std::abs(qRed(p) - qRed(q)) + std::abs(qGreen(p) - qGreen(q)) + std::abs(qBlue(p) - qBlue(q));
            sum += apart / 3.0;
            plain += apart > 120 ? 1.0 : 0.0;
        }
    const double pixels = static_cast<double>(a.width()) * a.height();
    return {sum / pixels, plain / pixels};
}

void expectPicture(const QString& name, const QSize& size, bool dark, const Paint& paint) {
    const QFont font(QStringLiteral("DejaVu Sans"), 9);
    const Style style = dark ? darkStyle(font) : lightStyle(font);
    QImage picture(size, QImage::Format_RGB32);
    picture.fill(style.card);
    QPainter painter(&picture);
    paint(painter, QRectF(QPointF(0, 0), QSizeF(size)), style);
    painter.end();
    const QString baseline = QStringLiteral(STRATOSCOPE_SOURCE_DIR "/tests/ui/baselines/%1.png").arg(name);
    if (qEnvironmentVariableIsSet("STRATOSCOPE_WRITE_BASELINES")) {
        ASSERT_TRUE(picture.save(baseline));
        return;
    }
    const QImage expected = QImage(baseline).convertToFormat(QImage::Format_RGB32);
    ASSERT_FALSE(expected.isNull()) << "there is no " << baseline.toStdString();
    const bool sameSize = expected.size() == picture.size();
    const Difference found = sameSize ? differenceOf(expected, picture) : Difference{255.0, 1.0};
    if (found.mean < 1.5 && found.share < 0.012)
        return;
    const QString kept =
        QDir(QStringLiteral(STRATOSCOPE_PICTURES)).filePath(name + QStringLiteral(".failed.png"));
    QDir().mkpath(QStringLiteral(STRATOSCOPE_PICTURES));
    picture.save(kept);
    ADD_FAILURE() << name.toStdString() << " differs: " << found.mean << " a channel on average, "
                  << 100.0 * found.share << " % of pixels plainly. Compare " << kept.toStdString() << " with "
                  << baseline.toStdString();
}

} // namespace stratoscope::ui
