#include "core/base/natural_order.h"
#include "core/storage/hdf5_internal.h"

#include <algorithm>

namespace stratoscope::storage::hdf5 {

std::unique_lock<std::recursive_mutex> lock() {
    // One for the process, because the library's own state is.
    static std::recursive_mutex library;
    std::unique_lock held(library);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return held;
}

bool Handle::reset() noexcept {
    if (id_ < 0)
        return true;
    const auto held = lock();
    const bool closed = close_(id_) >= 0;
    id_ = -1;
    return closed;
}

std::string last_error() {
    const auto held = lock();
    std::string text;
    const auto take_first = [](unsigned, const H5E_error2_t* error, void* out) -> herr_t {
        if (error->desc != nullptr)
            *static_cast<std::string*>(out) = error->desc;
        return 1; // the walk goes upward from the most specific: one line is enough
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &text);
    return text.empty() ? "HDF5 gives no reason" : text;
}

namespace {

[[noreturn]] void refuse(ErrorKind kind, const std::filesystem::path& path, std::string what,
                         std::string found, std::string advice) {
    throw Error(kind, {.what = std::move(what),
                       .where = path.string(),
                       .found = std::move(found),
                       .advice = std::move(advice)});
}

} // namespace

std::shared_ptr<const File> File::open(const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status))
        refuse(ErrorKind::no_input, path, "there is no such file", {}, "Check the path");
    if (fs::is_directory(status))
        refuse(ErrorKind::bad_data, path, "this is a folder, not a file of activations", {},
               "Name the .h5 files inside it");
    if (!fs::is_regular_file(status))
        refuse(ErrorKind::bad_data, path, "this is not an ordinary file", {}, "Name a file of activations");
    const std::uintmax_t bytes = fs::file_size(path, error);
    if (error)
        refuse(ErrorKind::io, path, "the file can't be read", error.message(), "Check its permissions");
    if (bytes == 0)
        refuse(ErrorKind::bad_data, path, "the file is empty (0 bytes)", {},
               "The program that wrote it may have been stopped; write it again");

    const auto held = lock();
    const Handle access = reading_access();
    Handle id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
    if (!id) {
        const std::string reason = last_error();
        const htri_t looks_like_hdf5 = H5Fis_hdf5(path.c_str());
        if (looks_like_hdf5 == 0)
            refuse(ErrorKind::bad_data, path, "this is not a file of activations", {},
                   "Activations are read from HDF5 (.h5), NumPy (.npy, .npz), safetensors and torch (.pt) "
                   "files");
        if (looks_like_hdf5 < 0)
            refuse(ErrorKind::io, path, "the file can't be read", reason, "Check its permissions");
        refuse(ErrorKind::bad_data, path, "the HDF5 file can't be opened: it is cut short or damaged", reason,
               "Write or copy it again");
    }
    return std::shared_ptr<const File>(new File(std::move(id), path, bytes));
}

std::string File::where(const std::string& object) const {
    return path_.filename().string() + ": " + object;
}

std::vector<Link> links_of(hid_t group) {
    const auto held = lock();
    std::vector<Link> links;
    unsigned order = 0;
    const Handle creation(H5Gget_create_plist(group), H5Pclose);
    if (creation)
        H5Pget_link_creation_order(creation.get(), &order);
    const bool ordered = (order & H5P_CRT_ORDER_TRACKED) != 0;
    const auto collect = [](hid_t, const char* name, const H5L_info_t* info, void* out) -> herr_t {
        static_cast<std::vector<Link>*>(out)->push_back(
            {.name = name, .external = info->type != H5L_TYPE_HARD && info->type != H5L_TYPE_SOFT});
        return 0;
    };
    hsize_t position = 0;
    H5Literate(group, ordered ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME, H5_ITER_INC, &position, collect, &links);
    if (!ordered) {
        std::ranges::sort(links, natural_less, &Link::name);
        for (Link& link : links)
            link.placed_by_name = true;
    }
    return links;
}

Handle open_object(hid_t location, const std::string& name) {
    const auto held = lock();
    return {H5Oopen(location, name.c_str(), H5P_DEFAULT), H5Oclose};
}

bool is_group(hid_t object) {
    const auto held = lock();
    return H5Iget_type(object) == H5I_GROUP;
}

bool is_dataset(hid_t object) {
    const auto held = lock();
    return H5Iget_type(object) == H5I_DATASET;
}

bool has_link(hid_t location, const std::string& name) {
    const auto held = lock();
    return H5Lexists(location, name.c_str(), H5P_DEFAULT) > 0;
}

} // namespace stratoscope::storage::hdf5
