#include "core/base/matrix.h"
#include "core/storage/hdf5_internal.h"
#include "core/storage/hdf5_texts_internal.h"

#include <algorithm>
#include <limits>

namespace stratoscope::storage::hdf5 {
namespace {

// Attributes are small; one that claims more than this is damaged or not for us.
constexpr std::size_t most_attribute_values = 1u << 16;
constexpr std::size_t longest_fixed_string = 1u << 16;
// The best that deflate can do; what claims to be packed tighter is a lie.
constexpr std::size_t highest_compression = 1100;
// Ids, labels and paths are read at once; nobody compares as many images.
constexpr std::size_t longest_list = std::size_t{1} << 24;
constexpr std::size_t largest_chunk = std::size_t{1} << 30;

/// count strings of a dataset or an attribute; nothing when reading fails.
std::optional<std::vector<std::string>> strings(hid_t object, hid_t type, std::size_t count,
                                                const ReadValues& read) {
    if (H5Tis_variable_str(type) > 0)
        return varying_texts(object, count, read);
    std::vector<std::string> out(count);
    const std::size_t length = H5Tget_size(type);
    if (length == 0 || length > longest_fixed_string)
        return std::nullopt;
    std::vector<char> bytes(checked_product(count, length, "a block of strings"));
    if (read(type, bytes.data()) < 0)
        return std::nullopt;
    const bool padded_by_spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
    for (std::size_t i = 0; i < count; ++i) {
        const char* first = bytes.data() + i * length;
        out[i].assign(first, std::find(first, first + length, '\0'));
        if (padded_by_spaces)
            out[i].erase(out[i].find_last_not_of(' ') + 1);
    }
    return out;
}

/// Whether the bits a number is made of lie within its bytes. HDF5 believes a damaged type and reads beyond.
bool is_sound_number(hid_t type) {
    constexpr std::size_t longest = 16;
    const std::size_t bytes = H5Tget_size(type);
    const std::size_t bits = 8 * bytes;
    const auto within = [bits](std::size_t first, std::size_t count) {
        return count > 0 && first <= bits && count <= bits - first;
    };
    const int offset = H5Tget_offset(type);
    if (bytes == 0 || bytes > longest || offset < 0 ||
        !within(static_cast<std::size_t>(offset), H5Tget_precision(type)))
        return false;
    if (H5Tget_class(type) != H5T_FLOAT)
        return true;
    std::size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
    return H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) >= 0 &&
           within(sign, 1) && within(exponent, exponent_bits) && within(mantissa, mantissa_bits);
}

struct OpenAttribute {
    Handle id, type, space;
    H5T_class_t type_class = H5T_NO_CLASS;
    std::size_t count = 0;
};

std::optional<OpenAttribute> open_attribute(hid_t object, const char* name) {
    if (H5Aexists(object, name) <= 0)
        return std::nullopt;
    OpenAttribute a;
    a.id = Handle(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
    if (!a.id)
        return std::nullopt;
    a.type = Handle(H5Aget_type(a.id.get()), H5Tclose);
    a.space = Handle(H5Aget_space(a.id.get()), H5Sclose);
    if (!a.type || !a.space)
        return std::nullopt;
    a.type_class = H5Tget_class(a.type.get());
    if ((a.type_class == H5T_INTEGER || a.type_class == H5T_FLOAT) && !is_sound_number(a.type.get()))
        return std::nullopt;
    const hssize_t count = H5Sget_simple_extent_npoints(a.space.get());
    if (count < 1 || static_cast<std::size_t>(count) > most_attribute_values)
        return std::nullopt;
    a.count = static_cast<std::size_t>(count);
    return a;
}

/// Whether the bytes a dataset keeps in the file can possibly hold what its shape declares.
std::string implausible_size(hid_t dataset, hid_t creation, std::size_t declared, const File& file) {
    const hsize_t stored = H5Dget_storage_size(dataset);
    const H5D_layout_t layout = H5Pget_layout(creation);
    if (stored == 0 && declared > 0)
        return "declares values but stores none";
    if (stored > file.bytes())
        return "claims more bytes than the whole file has";
    if (layout != H5D_CHUNKED)
        return stored < declared ? "stores fewer bytes than its shape needs" : std::string();
    hsize_t chunk[H5S_MAX_RANK] = {};
    const int rank = H5Pget_chunk(creation, H5S_MAX_RANK, chunk);
    const Handle type(H5Dget_type(dataset), H5Tclose);
    std::size_t chunk_bytes = H5Tget_size(type.get());
    for (int d = 0; d < rank; ++d)
        chunk_bytes = checked_product(chunk_bytes, chunk[d], "a chunk");
    if (chunk_bytes > largest_chunk)
        return "is stored in chunks of more than 1 GiB";
    // A chunk is stored and read as a whole, also where it reaches beyond the values.
    if (std::max(declared, chunk_bytes) / highest_compression > stored)
        return "declares far more values than the file holds";
    return {};
}

std::string missing_filter(hid_t creation) {
    const int filters = H5Pget_nfilters(creation);
    for (int f = 0; f < filters; ++f) {
        unsigned flags = 0;
        std::size_t values = 0;
        char name[64] = {};
        const H5Z_filter_t filter = H5Pget_filter2(creation, static_cast<unsigned>(f), &flags, &values,
                                                   nullptr, sizeof name, name, nullptr);
        if (filter < 0 || H5Zfilter_avail(filter) <= 0)
            return "is compressed by a filter this program lacks (" +
                   (name[0] != '\0' ? std::string(name) : "number " + std::to_string(filter)) +
                   "); write it with gzip or without compression";
    }
    return {};
}

std::string kind_of(H5T_class_t type) {
    switch (type) {
    case H5T_COMPOUND:
        return "holds records of several fields (a compound type), not plain numbers";
    case H5T_REFERENCE:
        return "holds references to other objects, not numbers";
    case H5T_ENUM:
        return "holds named or yes/no values, not numbers";
    case H5T_VLEN:
        return "holds lists of varying length, not a table of numbers";
    case H5T_ARRAY:
        return "holds arrays as single values; store them as further dimensions";
    case H5T_STRING:
        return "holds text, not numbers";
    default:
        return "holds values of a kind this program can't read";
    }
}

bool is_half(hid_t type) {
    std::size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
    return H5Tget_size(type) == 2 &&
           H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) >= 0 &&
           sign == 15 && exponent == 10 && exponent_bits == 5 && mantissa == 0 && mantissa_bits == 10 &&
           H5Tget_ebias(type) == 15;
}

} // namespace

std::optional<std::string> string_attribute(hid_t object, const char* name) {
    const std::vector<std::string> all = strings_attribute(object, name);
    return all.size() == 1 ? std::optional(all.front()) : std::nullopt;
}

std::vector<std::string> strings_attribute(hid_t object, const char* name) {
    const auto held = lock();
    const auto a = open_attribute(object, name);
    if (!a || a->type_class != H5T_STRING)
        return {};
    return strings(a->id.get(), a->type.get(), a->count,
                   [&](hid_t memory, void* out) { return H5Aread(a->id.get(), memory, out); })
        .value_or(std::vector<std::string>{});
}

std::optional<double> number_attribute(hid_t object, const char* name) {
    const std::vector<double> all = numbers_attribute(object, name);
    return all.size() == 1 ? std::optional(all.front()) : std::nullopt;
}

std::vector<double> numbers_attribute(hid_t object, const char* name) {
    const auto held = lock();
    const auto a = open_attribute(object, name);
    if (!a || (a->type_class != H5T_INTEGER && a->type_class != H5T_FLOAT))
        return {};
    std::vector<double> values(a->count);
    if (H5Aread(a->id.get(), H5T_NATIVE_DOUBLE, values.data()) < 0)
        return {};
    return values;
}

std::optional<std::uint64_t> count_attribute(hid_t object, const char* name) {
    const auto held = lock();
    const auto a = open_attribute(object, name);
    std::uint64_t value = 0;
    if (!a || a->type_class != H5T_INTEGER || a->count != 1 ||
        H5Aread(a->id.get(), H5T_NATIVE_UINT64, &value) < 0)
        return std::nullopt;
    return value;
}

DatasetInfo describe(hid_t dataset, const File& file) {
    const auto held = lock();
    DatasetInfo info;
    const Handle type(H5Dget_type(dataset), H5Tclose);
    const Handle space(H5Dget_space(dataset), H5Sclose);
    const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
    if (!type || !space || !creation) {
        info.unreadable = "is damaged: " + last_error();
        return info;
    }
    info.type = H5Tget_class(type.get());
    info.element_bytes = H5Tget_size(type.get());
    hsize_t dims[H5S_MAX_RANK] = {};
    const int rank = H5Sget_simple_extent_dims(space.get(), dims, nullptr);
    if (H5Sget_simple_extent_type(space.get()) != H5S_SIMPLE || rank < 1) {
        info.unreadable = "holds a single value, not one row an image";
        return info;
    }
    info.shape.assign(dims, dims + rank);
    if (info.type != H5T_INTEGER && info.type != H5T_FLOAT && info.type != H5T_STRING) {
        info.unreadable = kind_of(info.type);
        return info;
    }
    if (info.type != H5T_STRING && !is_sound_number(type.get())) {
        info.unreadable = "holds numbers whose bits lie outside their bytes: it is damaged";
        return info;
    }
    if (info.type == H5T_FLOAT) {
        info.half = is_half(type.get());
        if (info.element_bytes < 4 && !info.half) {
            info.unreadable = "holds floating-point numbers of " + std::to_string(info.element_bytes) +
                              " bytes that are not IEEE half precision; store them as float16 or float32";
            return info;
        }
    }
    std::size_t declared = std::max<std::size_t>(info.element_bytes, 1);
    for (const std::size_t n : info.shape) {
        if (n == 0) {
            info.unreadable = "holds no values";
            return info;
        }
        if (declared > std::numeric_limits<std::size_t>::max() / n / 16) {
            info.unreadable = "declares more values than any memory holds";
            return info;
        }
        declared *= n;
    }
    info.unreadable = missing_filter(creation.get());
    if (info.unreadable.empty())
        info.unreadable = implausible_size(dataset, creation.get(), declared, file);
    return info;
}

std::vector<std::string> read_strings(hid_t dataset, const File& file, const std::string& name) {
    const auto held = lock();
    const DatasetInfo info = describe(dataset, file);
    const auto refuse = [&](std::string what) {
        throw Error(ErrorKind::bad_data,
                    {.what = std::move(what),
                     .where = file.where(name),
                     .expected = "one string an image",
                     .advice = "Store it as a one-dimensional dataset of UTF-8 strings"});
    };
    if (!info.unreadable.empty())
        refuse("it " + info.unreadable);
    if (info.shape.size() != 1)
        refuse("it has " + std::to_string(info.shape.size()) + " dimensions");
    if (info.rows() > longest_list)
        refuse("it has more entries than " + std::to_string(longest_list));
    std::vector<std::string> out;
    if (info.type == H5T_INTEGER) {
        for (const std::int64_t value : read_integers(dataset, file, name))
            out.push_back(std::to_string(value));
        return out;
    }
    if (info.type != H5T_STRING)
        refuse("it holds numbers with fractions, not strings");
    const Handle type(H5Dget_type(dataset), H5Tclose);
    auto texts = strings(dataset, type.get(), info.rows(), [&](hid_t memory, void* values) {
        return H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    });
    if (!texts)
        refuse("the strings can't be read: " + last_error());
    return std::move(*texts);
}

std::vector<std::int64_t> read_integers(hid_t dataset, const File& file, const std::string& name) {
    const auto held = lock();
    const DatasetInfo info = describe(dataset, file);
    const auto refuse = [&](std::string what) {
        throw Error(ErrorKind::bad_data,
                    {.what = std::move(what), .where = file.where(name), .expected = "one integer an image"});
    };
    if (!info.unreadable.empty())
        refuse("it " + info.unreadable);
    if (info.shape.size() != 1 || info.type != H5T_INTEGER)
        refuse("it is not a one-dimensional dataset of integers");
    if (info.rows() > longest_list)
        refuse("it has more entries than " + std::to_string(longest_list));
    std::vector<std::int64_t> values(info.rows());
    if (H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        refuse("the numbers can't be read: " + last_error());
    return values;
}

} // namespace stratoscope::storage::hdf5
