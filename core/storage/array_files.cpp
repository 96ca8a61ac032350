// Files of arrays, and folders of such files, as the foreign layout.
#include "core/base/error.h"
#include "core/base/natural_order.h"
#include "core/storage/array_folder.h"
#include "core/storage/array_internal.h"
#include "core/storage/zip_archive_internal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <map>
#include <set>

namespace stratoscope::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 100000; // of any kind: a folder of more is none of activations

struct Found {
    fs::path path;
    std::vector<std::string>
        parts; ///< folders within the opened one, then the file's name without its ending
};

bool has_array_ending(const fs::path& path) {
    static const std::set<std::string> endings{".npy", ".npz", ".pt", ".pth", ".safetensors"};
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
    return endings.contains(ending);
}

bool is_hidden(const fs::path& path) {
    return path.filename().string().starts_with('.');
}

template <class Wanted>
std::vector<Found> files_in(const fs::path& root, Wanted wanted, const Task& task) {
    std::vector<Found> found;
    std::error_code error;
    // Links to folders are not followed: they may lead round in a circle.
    fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, error);
    if (error)
        throw Error(ErrorKind::io, {.what = "the folder can't be read",
                                    .where = root.string(),
                                    .found = error.message(),
                                    .advice = "Check its permissions"});
    for (std::size_t seen = 0; at != fs::recursive_directory_iterator() && seen < most_files; ++seen) {
        task.check();
        std::error_code ignored;
        const fs::path path = at->path();
        if (is_hidden(path) || at.depth() >= static_cast<int>(deepest_path) - 1)
            at.disable_recursion_pending();
        if (!is_hidden(path) && wanted(path) && at->is_regular_file(ignored)) {
            Found one{.path = path, .parts = {}};
            for (const fs::path& part : path.lexically_relative(root).parent_path())
                one.parts.push_back(clean_text(part.string()));
            one.parts.push_back(clean_text(path.stem().string()));
            found.push_back(std::move(one));
        }
        at.increment(error);
        if (error)
            break;
    }
    std::ranges::sort(found, [](const Found& a, const Found& b) {
        return std::ranges::lexicographical_compare(a.parts, b.parts, natural_less);
    });
    return found;
}

ArrayFile read_one(const Bytes& bytes, ArrayFormat format, const std::string& stem, const Task& task) {
    switch (format) {
    case ArrayFormat::npy: {
        ArrayFile out;
        out.datasets.push_back(foreign_dataset(read_npy(bytes), {stem}));
        return out;
    }
    case ArrayFormat::npz:
        return read_npz(bytes, task);
    case ArrayFormat::safetensors:
        return read_safetensors(bytes, task);
    case ArrayFormat::torch:
        return read_torch(bytes, stem, task);
    case ArrayFormat::torch_before_1_6:
        throw Error(
            ErrorKind::bad_data,
            {.what = "this is in the format of torch.save before 1.6, a stream of code rather than data",
             .where = bytes->name(),
             .advice = "Load it in Python and save it again with a torch of this decade, or by "
                       "numpy.save"});
    case ArrayFormat::none:
        break;
    }
    throw Error(ErrorKind::bad_data, {.what = "this is no file of arrays",
                                      .where = bytes->name(),
                                      .expected = ".npy, .npz, .safetensors, or what torch.save writes"});
}

/// thingsvision's features_0-512.npy, features_512-1000.npy: the rows of one layer, in pieces.
struct Piece {
    std::string stem;
    std::size_t first = 0;
    std::size_t end = 0;
};

std::optional<Piece> piece_of(const std::string& name) {
    const std::size_t dash = name.rfind('-');
    const std::size_t line = dash == std::string::npos ? dash : name.rfind('_', dash);
    if (line == std::string::npos || line == 0)
        return std::nullopt;
    Piece out{.stem = name.substr(0, line)};
    const auto whole = [&](std::size_t from, std::size_t to, std::size_t& value) {
        const auto [stop, error] = std::from_chars(name.data() + from, name.data() + to, value);
        return error == std::errc() && stop == name.data() + to;
    };
    if (!whole(line + 1, dash, out.first) || !whole(dash + 1, name.size(), out.end) || out.end <= out.first)
        return std::nullopt;
    return out;
}

class PiecedRows final : public RowSource {
  public:
    explicit PiecedRows(std::vector<std::shared_ptr<const RowSource>> pieces) : pieces_(std::move(pieces)) {
        for (const auto& piece : pieces_)
            rows_ += piece->rows();
    }
    [[nodiscard]] std::size_t rows() const override { return rows_; }
    [[nodiscard]] std::size_t cols() const override { return pieces_.front()->cols(); }
    [[nodiscard]] ElementType element_type() const override { return pieces_.front()->element_type(); }
    void read(std::size_t first, MatrixView<float> out) const override { read_as(first, out); }
    void read(std::size_t first, MatrixView<double> out) const override { read_as(first, out); }

  private:
    template <class T>
    void read_as(std::size_t first, MatrixView<T> out) const {
        std::size_t done = 0;
        std::size_t start = 0; // of the piece
        for (const auto& piece : pieces_) {
            const std::size_t end = start + piece->rows();
            if (done < out.rows && first + done < end) {
                const std::size_t count = std::min(out.rows - done, end - first - done);
                piece->read(first + done - start, out.middle_rows(done, count));
                done += count;
            }
            start = end;
        }
    }

    std::vector<std::shared_ptr<const RowSource>> pieces_;
    std::size_t rows_ = 0;
};

/// Puts pieces that follow on one another from 0 on, of equal shape and type, together.
void join_pieces(std::vector<ForeignDataset>& datasets) {
    std::map<std::vector<std::string>, std::map<std::size_t, std::size_t>>
        found; // layer → first row → dataset
    for (std::size_t i = 0; i < datasets.size(); ++i)
        if (const auto piece = piece_of(datasets[i].parts.back());
            piece && datasets[i].unreadable.empty() && datasets[i].shape.size() >= 2 &&
            datasets[i].n() == piece->end - piece->first) {
            std::vector<std::string> parts = datasets[i].parts;
            parts.back() = piece->stem;
            found[parts].emplace(piece->first, i);
        }
    std::set<std::size_t> joined;
    for (const auto& [parts, pieces] : found) {
        std::size_t rows = 0;
        const ForeignDataset& first = datasets[pieces.begin()->second];
        const bool fit = std::ranges::all_of(pieces, [&](const auto& piece) {
            const ForeignDataset& next = datasets[piece.second];
            const bool follows =
                piece.first == rows && next.kind == first.kind && next.element_bytes == first.element_bytes &&
                std::ranges::equal(std::span(next.shape).subspan(1), std::span(first.shape).subspan(1));
            rows += next.n();
            return follows;
        });
        if (!fit || pieces.size() < 2)
            continue;
        std::vector<std::function<std::shared_ptr<const RowSource>(bool)>> makers;
        for (const auto& [row, i] : pieces) {
            makers.push_back(datasets[i].rows);
            if (row != 0)
                joined.insert(i);
        }
        ForeignDataset& whole = datasets[pieces.begin()->second];
        whole.parts = parts;
        whole.shape.front() = rows;
        whole.thumbnails = [] { return nullptr; };
        whole.rows = [makers = std::move(makers)](bool first_only) {
            std::vector<std::shared_ptr<const RowSource>> rows_of_pieces;
            for (const auto& make : makers)
                rows_of_pieces.push_back(make(first_only));
            return std::make_shared<PiecedRows>(std::move(rows_of_pieces));
        };
    }
    std::size_t at = 0;
    std::erase_if(datasets, [&](const ForeignDataset&) { return joined.contains(at++); });
}

/// Lists of ids in different folders must say the same, or rows of different images would be compared.
void check_lists_agree(const fs::path& root, const std::vector<fs::path>& folders) {
    FileContents first;
    fs::path first_list;
    for (const fs::path& folder : folders) {
        FileContents next;
        const fs::path list = take_lists_beside(folder, next);
        if (list.empty())
            continue;
        if (!first_list.empty() && next.images.ids != first.images.ids)
            throw Error(
                ErrorKind::bad_data,
                {.what = "the folders within name their images differently",
                 .where = root.string(),
                 .found = first_list.lexically_relative(root).string() + " and " +
                          list.lexically_relative(root).string(),
                 .advice = "Open the folders one by one, together: rows are then matched by image id"});
        if (first_list.empty()) {
            first = std::move(next);
            first_list = list;
        }
    }
}

} // namespace

ArrayFormat array_format_of(const fs::path& path) {
    std::array<char, 16> start{};
    std::ifstream in(path, std::ios::binary);
    in.read(start.data(), start.size());
    const std::string_view bytes(start.data(), static_cast<std::size_t>(in.gcount()));
    if (bytes.starts_with("\x93NUMPY"))
        return ArrayFormat::npy;
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06")) {
        // An archive is what lies in it; one that can't be read is what its name says.
        try {
            const ZipArchive archive(file_bytes(path));
            return std::ranges::any_of(archive.entries(),
                                       [](const ZipEntry& entry) { return entry.name.ends_with(".npy"); })
                       ? ArrayFormat::npz
                       : ArrayFormat::torch;
        } catch (const Error&) {
            return ArrayFormat::npz;
        }
    }
    // A pickle that begins with torch's old magic number.
    if (bytes.starts_with(std::string_view("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 14)))
        return ArrayFormat::torch_before_1_6;
    if (path.extension() == ".safetensors" ||
        (bytes.size() > 9 && bytes[8] == '{' && bytes.substr(4, 4) == std::string_view("\0\0\0\0", 4)))
        return ArrayFormat::safetensors;
    return ArrayFormat::none;
}

FileContents read_array_file(const fs::path& path, ArrayFormat format, const OpenOptions& options,
                             const Task& task) {
    FileContents out;
    out.path = path;
    ArrayFile file = read_one(file_bytes(path), format, clean_text(path.stem().string()), task);
    out.warnings = std::move(file.warnings);
    take_foreign_layout(out, std::move(file.datasets), folders_beside(path), options, task);
    return out;
}

FileContents read_array_folder(const fs::path& path, const OpenOptions& options, const Task& task) {
    FileContents out;
    out.path = path;
    std::vector<ForeignDataset> datasets;
    std::vector<fs::path> folders{path};
    const std::vector<Found> files = files_in(path, has_array_ending, task);
    if (files.empty())
        throw Error(ErrorKind::bad_data, {.what = "there are no arrays in this folder",
                                          .where = path.string(),
                                          .expected = ".npy, .npz, .safetensors, .pt or .pth files",
                                          .advice = "Name the .h5 files in it one by one, if there are any"});
    for (std::size_t f = 0; f < files.size() && datasets.size() < most_datasets; ++f) {
        task.check();
        task.report(static_cast<double>(f) / static_cast<double>(files.size()),
                    "opening " + files[f].parts.back());
        for (fs::path folder = files[f].path.parent_path(); folder != path && folder.has_relative_path();
             folder = folder.parent_path())
            if (std::ranges::find(folders, folder) == folders.end())
                folders.push_back(folder);
        try {
            const std::string name = files[f].parts.back();
            ArrayFile file = read_one(file_bytes(files[f].path), array_format_of(files[f].path), name, task);
            const bool alone = file.datasets.size() == 1 && file.datasets.front().parts == std::vector{name};
            for (ForeignDataset& dataset : file.datasets) {
                std::vector<std::string> parts = files[f].parts;
                if (!alone)
                    parts.insert(parts.end(), dataset.parts.begin(), dataset.parts.end());
                dataset.parts = std::move(parts);
                dataset.placed_by_name = alone || dataset.placed_by_name;
                datasets.push_back(std::move(dataset));
            }
            out.warnings.insert(out.warnings.end(), file.warnings.begin(), file.warnings.end());
        } catch (const Error& error) {
            out.warnings.push_back({"passed_over", "", std::string(error.what()) + "; it is passed over"});
        }
    }
    check_lists_agree(path, folders);
    join_pieces(datasets);
    take_foreign_layout(out, std::move(datasets), folders, options, task);
    return out;
}

std::vector<fs::path> arrays_and_lists_of(const fs::path& folder, const Task& task) {
    const auto says_something = [](const fs::path& path) {
        return has_array_ending(path) || is_list_name(path.filename().string());
    };
    std::vector<fs::path> paths;
    for (const Found& found : files_in(folder, says_something, task))
        paths.push_back(found.path);
    std::ranges::sort(paths);
    return paths;
}

bool holds_arrays(const fs::path& folder) {
    constexpr std::size_t enough = 4096; // entries looked at: this must not keep a window waiting
    std::size_t seen = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error),
         end;
         !error && at != end && seen < enough; at.increment(error), ++seen) {
        if (at.depth() >= 2 || is_hidden(at->path()))
            at.disable_recursion_pending();
        if (has_array_ending(at->path()) && !is_hidden(at->path()))
            return true;
    }
    return false;
}

} // namespace stratoscope::storage
