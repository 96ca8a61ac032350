// Lists of ids and labels that lie as plain text beside arrays.
#include "core/base/error.h"
#include "core/storage/byte_source_internal.h"
#include "core/storage/foreign_dataset_internal.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace stratoscope::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::array id_lists{"file_names.txt", "ids.txt", "image_ids.txt"};
constexpr const char* label_list = "labels.txt";
constexpr std::uint64_t largest_list = std::uint64_t{256} << 20;

/// One entry a line; the last line may end the file. Throws Error(bad_data) on what is no text.
std::vector<std::string> lines_of(const fs::path& path) {
    const std::string text = all_of(*file_bytes(path), largest_list);
    if (text.find('\0') != std::string::npos)
        throw Error(ErrorKind::bad_data,
                    {.what = "this is not a list of lines of text", .where = path.string()});
    std::vector<std::string> lines;
    std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; // Windows' mark of UTF-8
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        if (line.ends_with('\r'))
            line.pop_back();
        lines.push_back(clean_text(line));
        at = end + 1;
    }
    while (!lines.empty() && lines.back().empty())
        lines.pop_back();
    return lines;
}

bool is_list(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && fs::file_size(path, ignored) > 0;
}

void take_labels(ImageSet& images, const std::vector<std::string>& lines) {
    std::vector<std::int64_t> numbers(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const char* end = lines[i].data() + lines[i].size();
        if (const auto [stop, error] = std::from_chars(lines[i].data(), end, numbers[i]);
            error != std::errc() || stop != end)
            return set_text_labels(images, lines);
    }
    images.labels = std::move(numbers);
}

} // namespace

std::vector<fs::path> folders_beside(const fs::path& file) {
    const fs::path folder = fs::absolute(file).lexically_normal().parent_path();
    if (file.stem().string().starts_with("features"))
        return {folder, folder.parent_path()};
    return {folder};
}

bool is_list_name(const std::string& name) {
    return name == label_list || std::ranges::find(id_lists, name) != id_lists.end();
}

fs::path take_lists_beside(const fs::path& folder, FileContents& out) {
    fs::path taken;
    const auto take = [&](const char* name, auto use) {
        const fs::path path = folder / name;
        if (!is_list(path))
            return false;
        try {
            use(lines_of(path));
            return true;
        } catch (const Error& error) {
            out.warnings.push_back({"passed_over", "", std::string(error.what())});
            return false;
        }
    };
    for (const char* name : id_lists)
        if (out.images.ids.empty() &&
            take(name, [&](std::vector<std::string> lines) { out.images.ids = std::move(lines); }))
            taken = folder / name;
    if (out.images.labels.empty())
        take(label_list, [&](const std::vector<std::string>& lines) { take_labels(out.images, lines); });
    return taken;
}

} // namespace stratoscope::storage
