// An array of numbers or texts in somebody else's file: NumPy's, safetensors', torch's.
#pragma once

#include "core/storage/byte_source_internal.h"
#include "core/storage/foreign_dataset_internal.h"
#include "core/storage/number_type_internal.h"

#include <optional>

namespace stratoscope::storage {

/// Texts of a fixed width: NumPy's 'S' (a byte a character) and 'U' (four).
struct TextType {
    std::size_t characters = 0;
    bool wide = false;
    bool big_endian = false;
};

struct Array {
    std::vector<std::size_t> shape = {};
    /// In elements, one a dimension; empty for C order.
    std::vector<std::size_t> strides = {};
    NumberType type = {};
    std::optional<TextType> text = {}; ///< instead of type
    Bytes bytes = nullptr;             ///< from the first element on
    std::string unreadable = {};       ///< why it can't be read; empty when it can

    [[nodiscard]] std::size_t element_bytes() const;
};

/// Completes `unreadable`: an empty array, sizes that no address holds, fewer bytes than the shape needs, an
/// order of elements that would have to be read number by number.
void check(Array& array);

/// An array that was checked, as a dataset of the foreign layout.
[[nodiscard]] ForeignDataset foreign_dataset(Array array, std::vector<std::string> parts);

/// What the files of arrays hold. `stem` names the array of a file that holds one without a name. Throw
/// Error(bad_data) where nothing can be told; what can't be read within is unreadable or in the warnings.
struct ArrayFile {
    std::vector<ForeignDataset> datasets;
    std::vector<Warning> warnings;
};
[[nodiscard]] Array read_npy(const Bytes& bytes);
[[nodiscard]] ArrayFile read_npz(const Bytes& bytes, const Task& task);
[[nodiscard]] ArrayFile read_safetensors(const Bytes& bytes, const Task& task);
[[nodiscard]] ArrayFile read_torch(const Bytes& bytes, const std::string& stem, const Task& task);

/// What a file is by its first bytes.
enum class ArrayFormat { npy, npz, safetensors, torch, torch_before_1_6, none };
[[nodiscard]] ArrayFormat array_format_of(const std::filesystem::path& path);

/// A file of one of these formats. Throws Error.
[[nodiscard]] FileContents read_array_file(const std::filesystem::path& path, ArrayFormat format,
                                           const OpenOptions& options, const Task& task);
/// A folder of them: a file with one array is a layer, folders within are models. Throws Error.
[[nodiscard]] FileContents read_array_folder(const std::filesystem::path& path, const OpenOptions& options,
                                             const Task& task);

/// The files of such a folder that say something: arrays, and lists of ids or labels; always in one order.
[[nodiscard]] std::vector<std::filesystem::path> arrays_and_lists_of(const std::filesystem::path& folder,
                                                                     const Task& task);

} // namespace stratoscope::storage
