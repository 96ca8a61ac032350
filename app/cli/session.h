// What every command needs: the files opened, threads, progress, and where its output goes.
#pragma once

#include "app/cli/command_line.h"
#include "app/cli/progress_line.h"
#include "core/base/task.h"
#include "core/base/thread_pool.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"
#include "core/storage/open.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace stratoscope::cli {

struct InputOptions {
    std::vector<std::filesystem::path> files;
    std::string pooling; ///< empty: mean for foreign layouts, every pooling of native ones
    std::string join;    ///< empty or "position"
    std::size_t threads = 0;
    std::string device = "cpu";

    void add_to(CLI::App& command);
};

/// One run of one command.
class Session {
  public:
    Session(const Streams& streams, const Cancellation& cancellation, const InputOptions& input);

    /// Opens the files; the statistics they hold become a model of their own, and with several poolings of a
    /// module only the asked one stays. Throws Error.
    [[nodiscard]] Dataset open();
    [[nodiscard]] Task task();
    [[nodiscard]] const Streams& streams() const noexcept { return streams_; }
    /// Ends the progress line, so that messages start on a line of their own.
    void end_progress() { progress_.end(); }

  private:
    const Streams& streams_;
    const InputOptions& input_;
    Cancellation cancellation_;
    ThreadPool pool_;
    ProgressLine progress_;
};

/// Layers whose "model/layer" matches one of the patterns (* and ?; several with commas). Error(usage) that
/// names a pattern without a match.
[[nodiscard]] std::vector<LayerId> layers_matching(const Dataset& dataset, const std::string& patterns);
/// The one layer of that path. Error(usage) that names the nearest.
[[nodiscard]] LayerId layer_named(const Dataset& dataset, const std::string& path);

/// The distance of that name. Error(usage) that tells which there are.
[[nodiscard]] Distance asked_distance_named(const std::string& name);

/// To standard output when `path` is "-", else to a file, whole or not at all.
void write_output(const std::string& path, const std::string& text, const Streams& streams);

/// "name,name" → names, none of them empty.
[[nodiscard]] std::vector<std::string> split(const std::string& list);

} // namespace stratoscope::cli
