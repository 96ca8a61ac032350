#include "core/base/error.h"
#include "core/base/float16.h"
#include "core/jobs/extraction_log_internal.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace stratoscope::jobs {
namespace {

namespace fs = std::filesystem;

constexpr std::array<char, 16> head_mark{'s', 't', 'r', 'a', 't', 'o', 's', 'c',
                                         'o', 'p', 'e', ' ', 'p', 't', '1', '\n'};
constexpr std::uint64_t record_mark = 0x7374726174626174U;
constexpr std::uint64_t longest_question = std::uint64_t{1} << 26;
constexpr std::size_t longest_reason = 1000;

struct Heading {
    std::uint64_t mark;
    std::uint64_t number; ///< of the batch
    std::uint64_t bytes;
    std::uint64_t sum;
};

/// Tells damage, not malice: eight bytes at a time, as fast as they come from the disk.
std::uint64_t check_sum(std::span<const std::uint8_t> bytes) {
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15U;
    std::uint64_t sum = bytes.size() * factor;
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, 8);
        sum = std::rotl(sum ^ word, 29) * factor;
    }
    for (; at < bytes.size(); ++at)
        sum = std::rotl(sum ^ bytes[at], 29) * factor;
    return sum ^ (sum >> 32);
}

std::uint64_t check_sum(const std::string& text) {
    return check_sum({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

[[noreturn]] void refuse(const fs::path& path, int number) {
    // The disk, a person's share of it, or what one file may have.
    const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    throw Error(ErrorKind::cannot_write,
                {.what = "what is finished so far can't be written",
                 .where = path.string(),
                 .found = std::generic_category().message(number),
                 .advice = full
                               ? "Make room on the disk and start the same again: it goes on where it stopped"
                               : "Check that the folder exists and may be written to"});
}

bool read_exactly(int file, std::uint64_t offset, void* out, std::size_t bytes) {
    auto* to = static_cast<char*>(out);
    while (bytes != 0) {
        const ssize_t got = ::pread(file, to, bytes, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        offset += static_cast<std::uint64_t>(got);
        bytes -= static_cast<std::size_t>(got);
    }
    return true;
}

std::uint64_t size_of(int file) {
    struct stat status {};
    return ::fstat(file, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

constexpr std::uint64_t question_start = head_mark.size() + 2 * sizeof(std::uint64_t);

/// The question at the beginning of a file; empty where it isn't whole.
std::string read_question(int file) {
    std::array<char, head_mark.size()> mark{};
    std::array<std::uint64_t, 2> numbers{}; // length, sum
    if (!read_exactly(file, 0, mark.data(), mark.size()) || mark != head_mark ||
        !read_exactly(file, mark.size(), numbers.data(), sizeof(numbers)) || numbers[0] > longest_question)
        return {};
    std::string question(numbers[0], '\0');
    if (!read_exactly(file, question_start, question.data(), question.size()) ||
        check_sum(question) != numbers[1])
        return {};
    return question;
}

void put(std::vector<std::uint8_t>& out, const void* bytes, std::size_t count) {
    const auto* from = static_cast<const std::uint8_t*>(bytes);
    out.insert(out.end(), from, from + count);
}

} // namespace

/// Rows of one layer in the order asked.
class LogRows final : public RowSource {
  public:
    LogRows(const ExtractionLog& log, std::size_t layer, std::vector<ExtractionLog::Place> order)
        : log_(log), layer_(layer), order_(std::move(order)) {}
    [[nodiscard]] std::size_t rows() const override { return order_.size(); }
    [[nodiscard]] std::size_t cols() const override { return log_.shape_.columns[layer_]; }
    [[nodiscard]] ElementType element_type() const override {
        return log_.shape_.half ? ElementType::float16 : ElementType::float32;
    }
    void read(std::size_t first, MatrixView<float> out) const override {
        std::vector<std::uint16_t> halves(log_.shape_.half ? cols() : 0);
        for (std::size_t i = 0; i < out.rows; ++i) {
            const ExtractionLog::Place& place = order_[first + i];
            const std::size_t bytes = cols() * log_.value_bytes();
            const std::uint64_t at = log_.rows_start(log_.records_[place.batch], layer_) + place.rank * bytes;
            if (log_.shape_.half) {
                log_.read_at(at, halves.data(), bytes);
                float16_to_float32(halves, out.row(i));
            } else {
                log_.read_at(at, out.row(i).data(), bytes);
            }
        }
    }
    void read(std::size_t first, MatrixView<double> out) const override {
        Matrix<float> narrow(1, cols());
        for (std::size_t i = 0; i < out.rows; ++i) {
            read(first + i, narrow.view());
            std::ranges::copy(narrow.values(), out.row(i).begin());
        }
    }

  private:
    const ExtractionLog& log_;
    std::size_t layer_;
    std::vector<ExtractionLog::Place> order_;
};

class LogThumbnails final : public ThumbnailSource {
  public:
    LogThumbnails(const ExtractionLog& log, std::vector<ExtractionLog::Place> order)
        : log_(log), order_(std::move(order)) {}
    [[nodiscard]] Thumbnail read(std::size_t image) const override {
        Thumbnail thumbnail{thumbnail_side, thumbnail_side, std::vector<std::uint8_t>(thumbnail_bytes)};
        const ExtractionLog::Place& place = order_.at(image);
        log_.read_at(log_.records_[place.batch].start + place.rank * thumbnail_bytes, thumbnail.rgb.data(),
                     thumbnail_bytes);
        return thumbnail;
    }

  private:
    const ExtractionLog& log_;
    std::vector<ExtractionLog::Place> order_;
};

ExtractionLog::ExtractionLog(fs::path path, std::string question, LogShape shape, bool restart)
    : path_(std::move(path)), question_(std::move(question)), shape_(std::move(shape)) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0)
        refuse(path_, errno);
    try {
        if (::flock(file_, LOCK_EX | LOCK_NB) != 0)
            throw Error(ErrorKind::cannot_write, {.what = "another extraction is writing to this file now",
                                                  .where = path_.string(),
                                                  .advice = "Wait for it, or write to another file"});
        const std::string before = read_question(file_);
        if (restart || before.empty())
            begin();
        else if (before != question_)
            throw Error(
                ErrorKind::cannot_write,
                {.what = "an unfinished extraction with other settings or other pictures is in the way",
                 .where = path_.string(),
                 .advice = "Go on with its settings, or throw it away: --restart, or delete the file"});
        else
            go_on();
    } catch (...) {
        ::close(file_);
        throw;
    }
}

ExtractionLog::~ExtractionLog() {
    if (file_ >= 0)
        ::close(file_);
}

std::string ExtractionLog::question_in(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return {};
    std::string question = read_question(file);
    ::close(file);
    return question;
}

std::size_t ExtractionLog::pictures_in(std::size_t b) const noexcept {
    return std::min(shape_.batch, shape_.pictures - b * shape_.batch);
}

void ExtractionLog::begin() {
    if (::ftruncate(file_, 0) != 0)
        refuse(path_, errno);
    end_ = 0;
    const std::array<std::uint64_t, 2> numbers{question_.size(), check_sum(question_)};
    std::vector<std::uint8_t> head;
    put(head, head_mark.data(), head_mark.size());
    put(head, numbers.data(), sizeof(numbers));
    put(head, question_.data(), question_.size());
    write_all(head.data(), head.size());
}

void ExtractionLog::go_on() {
    std::uint64_t at = question_start + question_.size();
    while (records_.size() < batches() && read_record(at)) {
    }
    // What follows the last whole record was being written when the run ended.
    if (::ftruncate(file_, static_cast<off_t>(at)) != 0)
        refuse(path_, errno);
    end_ = at;
}

bool ExtractionLog::read_record(std::uint64_t& at) {
    Heading heading{};
    const std::uint64_t size = size_of(file_);
    if (!read_exactly(file_, at, &heading, sizeof(heading)) || heading.mark != record_mark ||
        heading.number != records_.size() || heading.bytes > size)
        return false;
    std::vector<std::uint8_t> payload(heading.bytes);
    if (!read_exactly(file_, at + sizeof(heading), payload.data(), payload.size()) ||
        check_sum(payload) != heading.sum || !accept(payload, at + sizeof(heading)))
        return false;
    at += sizeof(heading) + heading.bytes;
    return true;
}

/// Takes a record's payload, which lies at `start` of the file, into the index; false where it makes no
/// sense.
bool ExtractionLog::accept(const std::vector<std::uint8_t>& payload, std::uint64_t start) {
    Record record;
    std::vector<std::pair<std::size_t, std::string>> unreadable;
    std::size_t at = 0;
    for (std::size_t i = 0; i < pictures_in(records_.size()); ++i) {
        std::uint32_t reason = 0;
        if (at + sizeof(reason) > payload.size())
            return false;
        std::memcpy(&reason, payload.data() + at, sizeof(reason));
        at += sizeof(reason);
        if (reason > payload.size() - at)
            return false;
        record.readable.push_back(reason == 0);
        if (reason == 0)
            ++record.good;
        else
            unreadable.emplace_back(records_.size() * shape_.batch + i,
                                    std::string(reinterpret_cast<const char*>(payload.data()) + at, reason));
        at += reason;
    }
    if (payload.size() - at != body_bytes(record.good))
        return false;
    record.start = start + at;
    records_.push_back(std::move(record));
    unreadable_.insert(unreadable_.end(), unreadable.begin(), unreadable.end());
    return true;
}

std::size_t ExtractionLog::body_bytes(std::size_t good) const {
    std::size_t values = 0;
    for (const std::size_t columns : shape_.columns)
        values += columns;
    return good * (thumbnail_bytes + sizeof(StatisticsRow) + values * value_bytes());
}

std::uint64_t ExtractionLog::statistics_start(const Record& record) const {
    return record.start + record.good * thumbnail_bytes;
}

std::uint64_t ExtractionLog::rows_start(const Record& record, std::size_t layer) const {
    std::uint64_t at = statistics_start(record) + record.good * sizeof(StatisticsRow);
    for (std::size_t i = 0; i < layer; ++i)
        at += record.good * shape_.columns[i] * value_bytes();
    return at;
}

void ExtractionLog::append(const std::vector<PictureRecord>& pictures,
                           const std::vector<std::vector<float>>& rows) {
    std::vector<std::uint8_t> bytes(sizeof(Heading));
    for (const PictureRecord& picture : pictures) {
        const auto reason = static_cast<std::uint32_t>(std::min(picture.unreadable.size(), longest_reason));
        put(bytes, &reason, sizeof(reason));
        put(bytes, picture.unreadable.data(), reason);
    }
    for (const PictureRecord& picture : pictures)
        if (picture.readable())
            put(bytes, picture.thumbnail.data(), thumbnail_bytes);
    for (const PictureRecord& picture : pictures)
        if (picture.readable())
            put(bytes, picture.statistics.data(), sizeof(StatisticsRow));
    std::vector<std::uint16_t> halves;
    for (const std::vector<float>& values : rows) {
        if (!shape_.half) {
            put(bytes, values.data(), values.size() * sizeof(float));
            continue;
        }
        halves.resize(values.size());
        float32_to_float16(values, halves);
        for (std::size_t i = 0; i < values.size(); ++i)
            if ((halves[i] & 0x7fffU) == 0x7c00U && std::isfinite(values[i]))
                throw Error(ErrorKind::bad_data, {.what = "an activation is too large for float16",
                                                  .expected = "at most 65504",
                                                  .found = std::to_string(values[i]),
                                                  .advice = "Write float32 (--float32)"});
        put(bytes, halves.data(), halves.size() * sizeof(std::uint16_t));
    }
    const std::vector<std::uint8_t> payload(bytes.begin() + sizeof(Heading), bytes.end());
    const Heading heading{record_mark, records_.size(), payload.size(), check_sum(payload)};
    std::memcpy(bytes.data(), &heading, sizeof(heading));
    const std::uint64_t start = end_ + sizeof(heading);
    write_all(bytes.data(), bytes.size());
    if (!accept(payload, start))
        throw Error(ErrorKind::internal,
                    {.what = "a batch does not fit its record", .where = path_.string()});
}

std::vector<std::optional<ExtractionLog::Place>> ExtractionLog::places() const {
    std::vector<std::optional<Place>> all(shape_.pictures);
    for (std::size_t b = 0; b < records_.size(); ++b) {
        std::size_t rank = 0;
        for (std::size_t i = 0; i < records_[b].readable.size(); ++i)
            if (records_[b].readable[i])
                all[b * shape_.batch + i] = Place{b, rank++};
    }
    return all;
}

std::shared_ptr<const RowSource> ExtractionLog::rows(std::size_t layer, std::vector<Place> order) const {
    return std::make_shared<LogRows>(*this, layer, std::move(order));
}

std::shared_ptr<const ThumbnailSource> ExtractionLog::thumbnails(std::vector<Place> order) const {
    return std::make_shared<LogThumbnails>(*this, std::move(order));
}

ImageStatistics ExtractionLog::statistics(const std::vector<Place>& order) const {
    ImageStatistics out{{images::statistic_names.begin(), images::statistic_names.end()},
                        Matrix<float>(order.size(), images::statistic_names.size())};
    for (std::size_t i = 0; i < order.size(); ++i)
        read_at(statistics_start(records_[order[i].batch]) + order[i].rank * sizeof(StatisticsRow),
                out.values.row(i).data(), sizeof(StatisticsRow));
    return out;
}

void ExtractionLog::read_at(std::uint64_t offset, void* out, std::size_t bytes) const {
    if (!read_exactly(file_, offset, out, bytes))
        throw Error(ErrorKind::io,
                    {.what = "what was finished so far can't be read back", .where = path_.string()});
}

void ExtractionLog::write_all(const void* bytes, std::size_t count) {
    const auto* from = static_cast<const char*>(bytes);
    std::uint64_t at = end_;
    while (count != 0) {
        const ssize_t written = ::pwrite(file_, from, count, static_cast<off_t>(at));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            refuse(path_, written < 0 ? errno : ENOSPC);
        from += written;
        at += static_cast<std::uint64_t>(written);
        count -= static_cast<std::size_t>(written);
    }
    end_ = at;
}

void ExtractionLog::remove() {
    std::error_code ignored;
    fs::remove(path_, ignored);
}

} // namespace stratoscope::jobs
