// How the window asks for paths; tests answer in a person's place.
#pragma once

#include <QString>
#include <QStringList>

#include <functional>

class QWidget;

namespace stratoscope::ui {

/// Empty = the person thought better of it.
struct PathQuestions {
    std::function<QStringList(QWidget*)> filesToOpen;
    std::function<QString(QWidget*)> folderOfImages;
    /// suggested: a file name with its suffix; filter: as QFileDialog's
    std::function<QString(QWidget*, const QString& suggested, const QString& filter)> fileToWrite;
    std::function<QString(QWidget*)> folderOfArrays = {};
    std::function<QString(QWidget*)> modelFile = {};
    std::function<QString(QWidget*)> tableOfLabels = {};
    /// A file of activations to write or, where it exists, to add a model to.
    std::function<QString(QWidget*, const QString& suggested)> activationsToWrite = {};
};
[[nodiscard]] PathQuestions pathDialogs();

} // namespace stratoscope::ui
