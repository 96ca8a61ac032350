#include "ui/path_questions.h"

#include <QFileDialog>

namespace stratoscope::ui {

PathQuestions pathDialogs() {
    return {[](QWidget* parent) {
                return QFileDialog::getOpenFileNames(
                    parent, QStringLiteral("Open activations"), {},
                    QStringLiteral("Activations (*.h5 *.hdf5 *.hdf *.npy *.npz *.pt *.pth *.safetensors);;"
                                   "All files (*)"));
            },
            [](QWidget* parent) {
                return QFileDialog::getExistingDirectory(parent, QStringLiteral("Folder of images"));
            },
            [](QWidget* parent, const QString& suggested, const QString& filter) {
                return QFileDialog::getSaveFileName(parent, QStringLiteral("Save as"), suggested, filter);
            },
            [](QWidget* parent) {
                return QFileDialog::getExistingDirectory(parent,
                                                         QStringLiteral("Folder of arrays (.npy, .pt, …)"));
            },
            [](QWidget* parent) {
                return QFileDialog::getOpenFileName(
                    parent, QStringLiteral("Model file"), {},
                    QStringLiteral("Models (*.pt *.pth *.ts *.onnx);;All files (*)"));
            },
            [](QWidget* parent) {
                return QFileDialog::getOpenFileName(parent, QStringLiteral("Table of labels"), {},
                                                    QStringLiteral("Tables (*.csv);;All files (*)"));
            },
            [](QWidget* parent, const QString& suggested) {
                return QFileDialog::getSaveFileName(
                    parent, QStringLiteral("Activations go into"), suggested,
                    QStringLiteral("Activations (*.h5)"), nullptr,
                    QFileDialog::DontConfirmOverwrite); // nothing is overwritten: a model is added
            }};
}

} // namespace stratoscope::ui
