#include "core/base/error.h"
#include "core/base/natural_order.h"
#include "core/jobs/comma_table_internal.h"
#include "core/jobs/model_jobs.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <set>

namespace stratoscope::jobs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_pictures = 10'000'000;

struct Found {
    std::string id;
    fs::path path;
};

void add_folder(const fs::path& folder, const std::string& prefix, const Task& task,
                std::vector<Found>& out) {
    std::error_code failed;
    constexpr auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator at(folder, options, failed), end; !failed && at != end;
         at.increment(failed)) {
        task.check();
        std::error_code unreadable;
        if (out.size() < most_pictures && images::looks_like_picture(at->path()) &&
            at->is_regular_file(unreadable))
            out.push_back(
                {prefix + at->path().lexically_relative(folder).generic_string(), fs::absolute(at->path())});
    }
    if (failed)
        throw Error(
            ErrorKind::no_input,
            {.what = "the folder can't be read", .where = folder.string(), .found = failed.message()});
}

/// A text file that names a picture a line.
void add_list(const fs::path& list, const std::string& prefix, std::vector<Found>& out) {
    std::ifstream in(list);
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
            line.pop_back();
        if (line.empty() || line.front() == '#')
            continue;
        const fs::path path = fs::absolute(list).parent_path() / line;
        std::error_code missing;
        if (!fs::is_regular_file(path, missing))
            throw Error(ErrorKind::no_input,
                        {.what = "the list names a picture that is not there",
                         .where = list.string() + ", line " + std::to_string(number),
                         .found = path.string(),
                         .advice = "A list has the path of one picture a line, relative to itself"});
        out.push_back({prefix + line, path.lexically_normal()});
    }
}

std::vector<Found> all_of(const std::vector<fs::path>& sources, const Task& task) {
    std::vector<Found> found;
    std::set<std::string> prefixes;
    for (const fs::path& source : sources) {
        std::error_code failed; // beside its absence: no access, a link to itself, a name too long
        const fs::file_status status = fs::status(source, failed);
        if (!fs::exists(status))
            throw Error(ErrorKind::no_input, {.what = "there is no such folder or picture",
                                              .where = source.string(),
                                              .found = failed.message(),
                                              .advice = "Check the path"});
        // Two folders may hold pictures of one name.
        std::string prefix;
        if (sources.size() > 1 && !images::looks_like_picture(source)) {
            const std::string name =
                (source.filename().empty() ? source.parent_path() : source).filename().string();
            prefix = name + "/";
            for (int more = 2; !prefixes.insert(prefix).second; ++more)
                prefix = name + " " + std::to_string(more) + "/";
        }
        if (fs::is_directory(status))
            add_folder(source, prefix, task, found);
        else if (images::looks_like_picture(source))
            found.push_back({source.filename().string(), fs::absolute(source)});
        else
            add_list(source, prefix, found);
    }
    std::ranges::stable_sort(found, natural_less, &Found::id);
    return found;
}

void check(const std::vector<Found>& found, const std::vector<fs::path>& sources) {
    if (found.empty())
        throw Error(ErrorKind::bad_data,
                    {.what = "there are no pictures",
                     .where = sources.empty() ? "" : sources.front().string(),
                     .expected = "JPEG, PNG, WebP, TIFF or BMP files, in the folder or folders in it"});
    for (std::size_t i = 1; i < found.size(); ++i)
        if (found[i].id == found[i - 1].id)
            throw Error(ErrorKind::bad_data,
                        {.what = "two pictures have the same name",
                         .where = found[i - 1].path.string() + " and " + found[i].path.string(),
                         .advice = "Give the folders they lie in, not the pictures"});
}

/// Numbers for names, in natural order of the names.
void label_by(PictureList& list, const std::vector<std::string>& texts) {
    std::set<std::string,
             decltype([](const std::string& a, const std::string& b) { return natural_less(a, b); })>
        names(texts.begin(), texts.end());
    list.label_names.assign(names.begin(), names.end());
    std::map<std::string, std::int64_t> numbers;
    for (const std::string& name : list.label_names)
        numbers.emplace(name, static_cast<std::int64_t>(numbers.size()));
    for (const std::string& text : texts)
        list.labels.push_back(numbers.at(text));
}

void label_by_folders(PictureList& list) {
    std::vector<std::string> folders;
    for (const std::string& id : list.ids)
        folders.push_back(fs::path(id).parent_path().generic_string());
    if (std::ranges::all_of(folders, [&](const std::string& folder) { return folder == folders.front(); }))
        return;
    label_by(list, folders);
}

class NamedPictures {
  public:
    explicit NamedPictures(const PictureList& list) {
        for (std::size_t i = 0; i < list.ids.size(); ++i) {
            const fs::path id = list.ids[i];
            for (const std::string& name :
                 {id.generic_string(), fs::path(id).replace_extension().generic_string(),
                  id.filename().string(), id.stem().string()}) {
                const auto [at, fresh] = pictures_.try_emplace(name, i);
                if (!fresh && at->second != i)
                    at->second.reset();
            }
        }
    }
    /// Nothing where no picture, or more than one, has that name.
    [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const {
        const auto at = pictures_.find(name);
        return at == pictures_.end() ? std::nullopt : at->second;
    }

  private:
    std::map<std::string, std::optional<std::size_t>> pictures_;
};

std::size_t picture_column(const CommaTable& table, const NamedPictures& named, const fs::path& path) {
    for (std::size_t c = 0; c < table.heading.size(); ++c)
        for (const auto& row : table.rows)
            if (named.find(row[c]))
                return c;
    throw Error(ErrorKind::bad_data,
                {.what = "no column of the table names any of the pictures",
                 .where = path.string(),
                 .expected = "file names, with or without folder and suffix",
                 .found = table.rows.empty() ? "a heading alone"
                                             : "\"" + table.rows.front().front() + "\" and so on"});
}

std::size_t label_column(const CommaTable& table, const std::string& asked, std::size_t pictures,
                         const fs::path& path) {
    std::string heading;
    for (const std::string& name : table.heading)
        heading += (heading.empty() ? "" : ", ") + name;
    const auto column = [&](const std::string& name) -> std::optional<std::size_t> {
        const auto at = std::ranges::find(table.heading, name);
        if (at == table.heading.end())
            return std::nullopt;
        return static_cast<std::size_t>(at - table.heading.begin());
    };
    if (!asked.empty()) {
        if (const auto at = column(asked))
            return *at;
        throw Error(
            ErrorKind::usage,
            {.what = "the table has no column \"" + asked + "\"", .where = path.string(), .found = heading});
    }
    for (const char* usual : {"label", "class"})
        if (const auto at = column(usual))
            return *at;
    if (pictures + 1 < table.heading.size())
        return pictures + 1;
    throw Error(ErrorKind::bad_data, {.what = "the table has no column of labels",
                                      .where = path.string(),
                                      .expected = "a column \"label\", or one after that of the pictures",
                                      .found = heading});
}

void label_by_table(PictureList& list, const fs::path& path, const std::string& asked) {
    const CommaTable table = read_comma_table(path);
    const NamedPictures named(list);
    const std::size_t pictures = picture_column(table, named, path);
    const std::size_t labels = label_column(table, asked, pictures, path);
    list.table_columns = table.heading;
    list.label_column = table.heading[labels];
    std::vector<std::string> texts(list.ids.size());
    std::vector<bool> has(list.ids.size(), false);
    for (const auto& row : table.rows)
        if (const auto picture = named.find(row[pictures])) {
            texts[*picture] = row[labels];
            has[*picture] = true;
        }
    const auto missing = static_cast<std::size_t>(std::ranges::count(has, false));
    if (missing != 0)
        list.notes.push_back(std::to_string(missing) + " of " + std::to_string(has.size()) +
                             " pictures have no label in " + path.filename().string());
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::int64_t number = 0;
        const char* end = texts[i].data() + texts[i].size();
        const auto [stopped, failed] = std::from_chars(texts[i].data(), end, number);
        if (has[i] && (failed != std::errc() || stopped != end))
            break;
        numbers.push_back(has[i] ? number : -1);
    }
    if (numbers.size() == texts.size())
        list.labels = std::move(numbers);
    else
        label_by(list, texts);
}

} // namespace

std::string ListPicturesJob::title() const {
    return "Looking for pictures";
}

ListPicturesJob::Result ListPicturesJob::run(const JobContext<>& context) const {
    const std::vector<Found> found = all_of(sources, context.task);
    check(found, sources);
    auto list = std::make_shared<PictureList>();
    for (const Found& picture : found) {
        list->ids.push_back(picture.id);
        list->paths.push_back(picture.path);
    }
    if (label_table.empty())
        label_by_folders(*list);
    else
        label_by_table(*list, label_table, label_column);
    return list;
}

} // namespace stratoscope::jobs
