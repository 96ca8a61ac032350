// Other people's HDF5 files, and HDF5 datasets as foreign ones.
#include "core/storage/foreign_dataset_internal.h"
#include "core/storage/hdf5_layouts_internal.h"
#include "core/storage/hdf5_rows_internal.h"

#include <set>

namespace stratoscope::storage {
namespace {

using hdf5::File;
using hdf5::Handle;

std::string joined(const std::vector<std::string>& parts) {
    return ForeignDataset{.parts = parts}.path();
}

class Walk {
  public:
    Walk(const std::shared_ptr<const File>& file, const Task& task, std::vector<Warning>& warnings)
        : file_(file), task_(task), warnings_(warnings) {}

    [[nodiscard]] std::vector<ForeignDataset> all() {
        visit(hdf5::open_object(file_->id(), "/"), {});
        return std::move(found_);
    }

  private:
    void pass_over(const std::vector<std::string>& parts, const std::string& why) {
        warnings_.push_back({"passed_over", "", joined(parts) + " " + why + "; it is passed over"});
    }

    void visit(const Handle& group, std::vector<std::string> parts) {
        if (!group || parts.size() > deepest_path || !is_new(group))
            return;
        for (const hdf5::Link& link : hdf5::links_of(group.get())) {
            task_.check();
            if (++objects_ > most_datasets)
                return;
            parts.push_back(link.name);
            const Handle object = link.external ? Handle() : hdf5::open_object(group.get(), link.name);
            if (!object)
                pass_over(parts, "leads to another file or to nothing");
            else if (hdf5::is_group(object.get()))
                visit(object, parts);
            else if (hdf5::is_dataset(object.get()) && is_new(object)) {
                ForeignDataset& found = found_.emplace_back(
                    foreign_dataset(file_, joined(parts), parts, hdf5::describe(object.get(), *file_)));
                found.placed_by_name = link.placed_by_name;
                found.index = hdf5::count_attribute(object.get(), "index");
            }
            parts.pop_back();
        }
    }

    /// A file may link a group to itself, or one dataset from several places: the first place counts.
    bool is_new(const Handle& object) {
        const auto held = hdf5::lock();
        H5O_info_t info;
        return H5Oget_info2(object.get(), &info, H5O_INFO_BASIC) < 0 || seen_.insert(info.addr).second;
    }

    const std::shared_ptr<const File>& file_;
    const Task& task_;
    std::vector<Warning>& warnings_;
    std::vector<ForeignDataset> found_;
    std::set<haddr_t> seen_;
    std::size_t objects_ = 0;
};

} // namespace

ForeignDataset foreign_dataset(std::shared_ptr<const File> file, const std::string& path,
                               std::vector<std::string> parts, const hdf5::DatasetInfo& info) {
    using Kind = ForeignDataset::Kind;
    ForeignDataset out{.parts = std::move(parts), .shape = info.shape, .unreadable = info.unreadable};
    out.kind = info.type == H5T_STRING    ? Kind::texts
               : info.type == H5T_INTEGER ? Kind::integers
                                          : Kind::reals;
    out.element_bytes = info.element_bytes;
    out.texts = [file, path] {
        return hdf5::read_strings(hdf5::open_object(file->id(), path).get(), *file, path);
    };
    out.integers = [file, path] {
        return hdf5::read_integers(hdf5::open_object(file->id(), path).get(), *file, path);
    };
    out.rows = [file, path, info](bool first_only) { return hdf5::rows_of(file, path, info, first_only); };
    out.thumbnails = [file, path, info] { return hdf5::thumbnails_of(file, path, info); };
    return out;
}

FileContents read_foreign_layout(const std::shared_ptr<const File>& file, const OpenOptions& options,
                                 const Task& task) {
    FileContents out;
    out.path = file->path();
    std::vector<ForeignDataset> found = Walk(file, task, out.warnings).all();
    take_foreign_layout(out, std::move(found), folders_beside(file->path()), options, task);
    return out;
}

} // namespace stratoscope::storage
