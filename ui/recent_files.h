// What was opened before, newest first.
#pragma once

#include <QSettings>
#include <QStringList>

namespace stratoscope::ui {

class RecentFiles {
  public:
    explicit RecentFiles(QSettings& settings) : settings_(settings) {}

    /// Files that were opened together are one entry, joined by newlines.
    [[nodiscard]] QStringList entries() const {
        return settings_.value(QStringLiteral("recent")).toStringList();
    }

    void add(const QStringList& files) {
        QStringList all = entries();
        const QString entry = files.join(QLatin1Char('\n'));
        all.removeAll(entry);
        all.prepend(entry);
        settings_.setValue(QStringLiteral("recent"), all.mid(0, most));
    }

  private:
    static constexpr int most = 8;
    QSettings& settings_;
};

} // namespace stratoscope::ui
