// A model file and pictures looked at before anything is extracted: what the assistant asks.
//
//     queue.submit(InspectModelJob{.file = "resnet18.pt"}, {.on_done = [](InspectModelJob::Result report) {
//         report->description.modules …           // the tree: path, type, parameters, outputs[i].shape,
//         untappable report->steps …                         // names of outputs to tick at first;
//         report->preprocessing likewise
//     }});
//     queue.submit(ListPicturesJob{.sources = {"photos/"}}, …);        // ids, paths, labels
//     queue.submit(PreviewJob{.picture = list->paths[0], .preprocessing = …}, …);
#pragma once

#include "core/images/raster.h"
#include "core/jobs/job.h"
#include "core/models/loaded_model.h"
#include "core/models/preprocessing.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stratoscope::jobs {

/// Loads the model (the first time this takes a second or two) and runs it once on noise.
struct InspectModelJob {
    struct Report {
        models::ModelDescription description;
        std::vector<std::string> steps;      ///< names of outputs suggested as processing steps
        std::string family;                  ///< suggested: cnn, transformer or other
        std::string preset;                  ///< suggested, by input size: imagenet or cifar
        models::Preprocessing preprocessing; ///< the preset's, for the model's size
    };
    using Result = std::shared_ptr<const Report>;
    static constexpr JobLane lane = JobLane::interactive;

    std::filesystem::path file = {};
    std::size_t input_size = 0; ///< side of the square the model takes; 0: found by trying
    std::string device = "cpu";

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

/// The pictures of folders, and what they are called.
struct PictureList {
    /// A picture's path inside the folder it was found in; with several folders behind the folder's name.
    std::vector<std::string> ids; ///< unique
    std::vector<std::filesystem::path> paths;
    std::vector<std::int64_t> labels; ///< one a picture, or empty
    std::vector<std::string> label_names;
    std::vector<std::string> table_columns; ///< heading of the table of labels, where there is one
    std::string label_column;               ///< the one of them that was taken
    std::vector<std::string> notes;         ///< for a person: pictures without a label, …
};

/// Throws Error: no_input (a folder or file is missing), bad_data (no pictures; a table that fits none of
/// them).
struct ListPicturesJob {
    using Result = std::shared_ptr<const PictureList>;
    static constexpr JobLane lane = JobLane::interactive;

    /// Folders (searched through), pictures, and text files that name pictures one a line, relative to
    /// themselves.
    std::vector<std::filesystem::path> sources = {};
    /// A CSV with a heading line: the first column whose values name pictures (id, path, file name, stem)
    /// gives the picture, `label_column` the label. Empty: labels are the names of the folders the pictures
    /// lie in, where there are two or more.
    std::filesystem::path label_table = {};
    std::string label_column = {}; ///< empty: "label", else "class", else the column after the picture's

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

/// What the model sees of one picture: resized and cut, before mean and deviation.
struct PreviewJob {
    struct Result {
        images::Raster picture; ///< the whole picture, its longer side at most 512
        images::Raster seen;    ///< size × size
    };
    static constexpr JobLane lane = JobLane::interactive;

    std::filesystem::path picture = {};
    models::Preprocessing preprocessing = {};

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

} // namespace stratoscope::jobs
