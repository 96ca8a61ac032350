#include "core/jobs/checkpoint_file.h"

#include "core/base/error.h"
#include "core/storage/write_text.h"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace stratoscope::jobs {

measures::Checkpoint checkpoint_in(const std::filesystem::path& path, std::chrono::milliseconds every) {
    measures::Checkpoint::Place place{path.string(), {}, [path](measures::Checkpoint::Parts parts) {
                                          storage::write_bytes_atomically(path, parts);
                                      }};
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
        std::ifstream in(path, std::ios::binary);
        const auto size =
            std::filesystem::is_regular_file(path, ignored) ? std::filesystem::file_size(path, ignored) : 0;
        // Of what is no checkpoint, perhaps the activations themselves, only the beginning is read.
        const auto read_to = [&](std::uintmax_t end) {
            const std::size_t start = place.bytes.size();
            place.bytes.resize(end);
            return bool(in.read(place.bytes.data() + start, static_cast<std::streamsize>(end - start)));
        };
        const auto telling = std::min<std::uintmax_t>(size, measures::Checkpoint::telling_bytes);
        if (!in || size == 0 || !read_to(telling) ||
            (measures::Checkpoint::can_begin_with(place.bytes) && !read_to(size)))
            throw Error(ErrorKind::io, {.what = "the checkpoint can't be read",
                                        .where = path.string(),
                                        .found = size == 0 ? "an empty file, or none at all" : "",
                                        .advice = "remove the file to begin anew, or name another"});
    }
    return measures::Checkpoint(std::move(place), every);
}

} // namespace stratoscope::jobs
