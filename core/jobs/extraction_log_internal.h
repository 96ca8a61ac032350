// What an extraction has finished so far, in a file beside its output: it makes going on after any kind of
// end possible, and it keeps the rows out of memory until the output is written.
//
// The file is a head (what was asked, word for word) and then one record a batch, in order, each with its
// length and a check sum: a record cut short by a crash is found and dropped. A record has, for each picture
// of the batch, whether it could be read; then the thumbnails, the statistics and each layer's rows of those
// that could.
#pragma once

#include "core/data/image_set.h"
#include "core/data/row_source.h"
#include "core/images/statistics.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::jobs {

inline constexpr std::size_t thumbnail_side = 64;
inline constexpr std::size_t thumbnail_bytes = thumbnail_side * thumbnail_side * 3;
using StatisticsRow = std::array<float, images::statistic_names.size()>;

/// What became of one picture.
struct PictureRecord {
    std::string unreadable; ///< why; empty when all went well
    std::vector<std::uint8_t> thumbnail;
    StatisticsRow statistics{};
    [[nodiscard]] bool readable() const noexcept { return unreadable.empty(); }
};

/// How the numbers of a batch lie in its record.
struct LogShape {
    std::size_t pictures = 0;         ///< of the whole extraction
    std::size_t batch = 0;            ///< pictures a record; the last may have fewer
    std::vector<std::size_t> columns; ///< of each layer's rows
    bool half = false;
};

class ExtractionLog {
  public:
    /// Opens the file or makes it. An existing one must have been begun with the same question, unless
    /// `restart` throws it away. Throws Error(cannot_write): another question's file is there, another run
    /// writes to it, the folder can't be written to.
    ExtractionLog(std::filesystem::path path, std::string question, LogShape shape, bool restart);
    ~ExtractionLog();
    ExtractionLog(const ExtractionLog&) = delete;
    ExtractionLog& operator=(const ExtractionLog&) = delete;

    [[nodiscard]] std::size_t batches() const noexcept {
        return (shape_.pictures + shape_.batch - 1) / shape_.batch;
    }
    [[nodiscard]] std::size_t finished() const noexcept { return records_.size(); }
    /// Of batch b.
    [[nodiscard]] std::size_t pictures_in(std::size_t b) const noexcept;

    /// The next batch: rows[layer] has columns[layer] floats for each readable picture. Throws Error:
    /// cannot_write (with room lacking, what is there stays good), bad_data (a value beyond float16).
    void append(const std::vector<PictureRecord>& pictures, const std::vector<std::vector<float>>& rows);

    /// Where a picture's record is. slot: its place in the order of processing.
    struct Place {
        std::size_t batch = 0;
        std::size_t rank = 0; ///< among the readable ones of its batch
    };
    /// Places of the readable pictures among the slots of finished batches, by slot; nothing for the others.
    [[nodiscard]] std::vector<std::optional<Place>> places() const;
    /// Slots of pictures that could not be read, with the reason.
    [[nodiscard]] const std::vector<std::pair<std::size_t, std::string>>& unreadable() const noexcept {
        return unreadable_;
    }

    /// Reading back, for rows in any order. The log must outlive what these give.
    [[nodiscard]] std::shared_ptr<const RowSource> rows(std::size_t layer, std::vector<Place> order) const;
    [[nodiscard]] std::shared_ptr<const ThumbnailSource> thumbnails(std::vector<Place> order) const;
    [[nodiscard]] ImageStatistics statistics(const std::vector<Place>& order) const;

    /// Removes the file: its content has been written elsewhere, or is of no use.
    void remove();

    /// What an existing file was begun for; empty where there is none or it is damaged.
    [[nodiscard]] static std::string question_in(const std::filesystem::path& path);

  private:
    friend class LogRows;
    friend class LogThumbnails;
    struct Record {
        std::uint64_t start = 0; ///< of the thumbnails in the file
        std::vector<bool> readable;
        std::size_t good = 0;
    };
    [[nodiscard]] std::size_t value_bytes() const noexcept { return shape_.half ? 2 : 4; }
    [[nodiscard]] std::size_t body_bytes(std::size_t good) const;
    [[nodiscard]] std::uint64_t statistics_start(const Record& record) const;
    [[nodiscard]] std::uint64_t rows_start(const Record& record, std::size_t layer) const;
    void begin();
    void go_on();
    bool read_record(std::uint64_t& at);
    bool accept(const std::vector<std::uint8_t>& payload, std::uint64_t start);
    void read_at(std::uint64_t offset, void* out, std::size_t bytes) const;
    void write_all(const void* bytes, std::size_t count);

    std::filesystem::path path_;
    std::string question_;
    LogShape shape_;
    int file_ = -1;
    std::uint64_t end_ = 0;
    std::vector<Record> records_;
    std::vector<std::pair<std::size_t, std::string>> unreadable_;
};

} // namespace stratoscope::jobs
