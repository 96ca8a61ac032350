#include "core/storage/hdf5_writing_internal.h"

#include <algorithm>
#include <system_error>

namespace stratoscope::storage::hdf5 {
namespace {

/// Inside a file being written the path is not known; the writer's caller adds it.
void require(bool good, std::string_view what) {
    if (!good)
        throw Error(ErrorKind::cannot_write, {.what = std::string(what) + " can't be written",
                                              .found = last_error(),
                                              .advice = "Check that there is room on the disk"});
}

Handle string_type() {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), H5T_VARIABLE);
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    return type;
}

Handle dataspace(std::span<const hsize_t> shape) {
    return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose};
}

void write_attribute_values(hid_t object, const char* name, hid_t type, const Handle& space,
                            const void* values) {
    const Handle attribute(H5Acreate2(object, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    require(attribute && H5Awrite(attribute.get(), type, values) >= 0, name);
}

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<const char*> pointers;
    pointers.reserve(texts.size());
    for (const std::string& text : texts)
        pointers.push_back(text.c_str());
    return pointers;
}

Handle checked_access() {
    Handle access = writing_access();
    // Identifiers left open must not keep the file open behind a close that seemed to succeed.
    H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
    // Of HDF5 1.8 on (2008) what describes groups, datasets and attributes has checksums: damage to it is
    // told, where the older form would be believed.
    H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18);
    return access;
}

} // namespace

void require_written(bool good, const std::filesystem::path& path, std::string_view what) {
    if (!good)
        throw Error(ErrorKind::cannot_write, {.what = std::string(what) + " can't be written",
                                              .where = path.string(),
                                              .found = last_error(),
                                              .advice = "Check that there is room on the disk"});
}

void require_on_disk(const WriteFailure& failure, const std::filesystem::path& named) {
    if (failure.number != 0)
        throw Error(ErrorKind::cannot_write, {.what = "the file can't be written",
                                              .where = named.string(),
                                              .found = std::generic_category().message(failure.number),
                                              .advice = "Check that there is room on the disk"});
}

Handle create_file(const std::filesystem::path& temporary, const std::filesystem::path& named) {
    const auto held = lock();
    const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
    H5Pset_link_creation_order(creation.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    H5Pset_obj_track_times(creation.get(), false);
    const Handle access = checked_access();
    Handle file(H5Fcreate(temporary.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
    require_written(file.valid(), named, "the file");
    return file;
}

Handle open_for_writing(const std::filesystem::path& path, const std::filesystem::path& named) {
    const auto held = lock();
    const Handle access = checked_access();
    Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.get()), H5Fclose);
    require_written(file.valid(), named, "the file");
    return file;
}

void close_file(Handle& file, const std::filesystem::path& named) {
    const auto held = lock();
    const auto failure = failure_of(file.get());
    const bool flushed = H5Fflush(file.get(), H5F_SCOPE_LOCAL) >= 0;
    require_written(flushed, named, "the file");
    require_written(file.reset(), named, "the file");
    require_on_disk(*failure, named);
}

Handle create_group(hid_t parent, const std::string& name) {
    const auto held = lock();
    const Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
    H5Pset_link_creation_order(creation.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    H5Pset_obj_track_times(creation.get(), false);
    Handle group(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Gclose);
    require(group.valid(), "the group \"" + name + "\"");
    return group;
}

void write_attribute(hid_t object, const char* name, std::string_view text) {
    write_attribute(object, name, std::vector<std::string>{std::string(text)});
}

void write_attribute(hid_t object, const char* name, double number) {
    const auto held = lock();
    write_attribute_values(object, name, H5T_NATIVE_DOUBLE, Handle(H5Screate(H5S_SCALAR), H5Sclose), &number);
}

void write_attribute(hid_t object, const char* name, std::int64_t number) {
    const auto held = lock();
    write_attribute_values(object, name, H5T_NATIVE_INT64, Handle(H5Screate(H5S_SCALAR), H5Sclose), &number);
}

void write_attribute(hid_t object, const char* name, std::uint64_t number) {
    const auto held = lock();
    write_attribute_values(object, name, H5T_NATIVE_UINT64, Handle(H5Screate(H5S_SCALAR), H5Sclose), &number);
}

void write_attribute(hid_t object, const char* name, const std::vector<std::string>& texts) {
    const auto held = lock();
    const Handle type = string_type();
    const std::vector<const char*> pointers = pointers_to(texts);
    const hsize_t count = texts.size();
    const Handle space =
        texts.size() == 1 ? Handle(H5Screate(H5S_SCALAR), H5Sclose) : dataspace(std::span(&count, 1));
    write_attribute_values(object, name, type.get(), space, pointers.data());
}

void write_attribute(hid_t object, const char* name, const std::vector<std::int64_t>& numbers) {
    const auto held = lock();
    const hsize_t count = numbers.size();
    write_attribute_values(object, name, H5T_NATIVE_INT64, dataspace(std::span(&count, 1)), numbers.data());
}

Handle create_dataset(hid_t parent, const std::string& name, hid_t type, std::span<const hsize_t> shape,
                      const Storage& storage) {
    const auto held = lock();
    const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_obj_track_times(creation.get(), false); // the same content gives the same bytes
    if (!storage.chunk.empty()) {
        H5Pset_chunk(creation.get(), static_cast<int>(storage.chunk.size()), storage.chunk.data());
        if (storage.gzip) {
            H5Pset_shuffle(creation.get());
            H5Pset_deflate(creation.get(), static_cast<unsigned>(*storage.gzip));
        } else {
            H5Pset_fletcher32(creation.get());
        }
    }
    const Handle space = dataspace(shape);
    Handle dataset(
        H5Dcreate2(parent, name.c_str(), type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
        H5Dclose);
    require(dataset.valid(), "the dataset \"" + name + "\"");
    return dataset;
}

void write_strings(hid_t parent, const std::string& name, const std::vector<std::string>& texts) {
    const auto held = lock();
    const Handle type = string_type();
    const hsize_t count = texts.size();
    const Handle dataset = create_dataset(parent, name, type.get(), std::span(&count, 1));
    const std::vector<const char*> pointers = pointers_to(texts);
    require(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()) >= 0, name);
}

void write_integers(hid_t parent, const std::string& name, const std::vector<std::int64_t>& numbers) {
    const auto held = lock();
    const hsize_t count = numbers.size();
    const Handle dataset = create_dataset(parent, name, H5T_STD_I64LE, std::span(&count, 1));
    require(H5Dwrite(dataset.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) >= 0,
            name);
}

void write_numbers(hid_t parent, const std::string& name, std::span<const hsize_t> shape,
                   std::span<const double> numbers) {
    const auto held = lock();
    const Handle dataset = create_dataset(parent, name, H5T_IEEE_F64LE, shape);
    require(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) >= 0,
            name);
}

void write_numbers(hid_t parent, const std::string& name, std::span<const hsize_t> shape,
                   std::span<const float> numbers) {
    const auto held = lock();
    const Handle dataset = create_dataset(parent, name, H5T_IEEE_F32LE, shape);
    require(H5Dwrite(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) >= 0,
            name);
}

} // namespace stratoscope::storage::hdf5
