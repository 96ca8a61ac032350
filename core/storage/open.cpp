#include "core/storage/open.h"

#include "core/storage/array_internal.h"
#include "core/storage/hdf5_layouts_internal.h"
#include "core/storage/pooling_internal.h"

namespace stratoscope::storage {
namespace {

Dataset open_one(const std::filesystem::path& path, const OpenOptions& options, const Task& task) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return finish(read_array_folder(path, options, task));
    if (std::filesystem::is_regular_file(path, ignored))
        if (const ArrayFormat format = array_format_of(path); format != ArrayFormat::none)
            return finish(read_array_file(path, format, options, task));
    const auto file = hdf5::File::open(path);
    return finish(has_native_layout(*file) ? read_native_layout(file, options, task)
                                           : read_foreign_layout(file, options, task));
}

} // namespace

Dataset open_dataset(const std::vector<std::filesystem::path>& files, const OpenOptions& options,
                     const Task& task) {
    if (files.empty())
        throw Error(ErrorKind::usage, {.what = "no file was named", .advice = "Name a file of activations"});
    (void)pooling_named(options.pooling); // an unknown name is an error even where nothing is pooled
    std::vector<Dataset> parts;
    for (std::size_t f = 0; f < files.size(); ++f) {
        task.check();
        task.report(static_cast<double>(f) / static_cast<double>(files.size()),
                    "opening " + files[f].filename().string());
        parts.push_back(open_one(files[f], options, task));
    }
    Dataset dataset = parts.size() == 1 ? std::move(parts.front()) : join(std::move(parts), options);
    task.report(1.0, "opened");
    return dataset;
}

} // namespace stratoscope::storage
