// Deflated bytes, read from any place: forwards it is one pass, and backwards it starts again from the last
// place remembered.
#include "core/base/error.h"
#include "core/storage/byte_source_internal.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <new>
#include <optional>
#include <zlib.h>

namespace stratoscope::storage {
namespace {

constexpr std::size_t input_bytes = std::size_t{1} << 16;
// A place to start again from costs some 40 KiB and saves unpacking this much.
constexpr std::uint64_t least_spacing = std::uint64_t{8} << 20;
constexpr std::uint64_t most_places = 64;

/// zlib's state at one place of the stream.
class Inflation {
  public:
    Inflation() {
        if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK)
            throw std::bad_alloc();
    }
    ~Inflation() { inflateEnd(&stream_); }
    Inflation(const Inflation&) = delete;
    Inflation& operator=(const Inflation&) = delete;

    /// At the same place, with no input left over.
    [[nodiscard]] std::unique_ptr<Inflation> copy() const {
        auto out = std::unique_ptr<Inflation>(new Inflation(Uninitialized{}));
        // zlib only reads its source, and asks for a pointer to non-const all the same.
        if (inflateCopy(&out->stream_, const_cast<z_stream*>(&stream_)) != Z_OK)
            throw std::bad_alloc();
        out->consumed_ = consumed_ - stream_.avail_in;
        out->stream_.avail_in = 0;
        out->stream_.next_in = nullptr;
        out->produced_ = produced_;
        out->crc_ = crc_;
        return out;
    }

    [[nodiscard]] std::uint64_t produced() const noexcept { return produced_; }
    [[nodiscard]] std::uint32_t crc() const noexcept { return static_cast<std::uint32_t>(crc_); }

    void produce(const ByteSource& packed, std::span<std::byte> out, const std::string& name) {
        while (!out.empty()) {
            if (stream_.avail_in == 0)
                fetch(packed);
            const std::size_t most = std::min<std::size_t>(out.size(), std::size_t{1} << 30);
            stream_.next_out = reinterpret_cast<Bytef*>(out.data());
            stream_.avail_out = static_cast<uInt>(most);
            const int state = inflate(&stream_, Z_NO_FLUSH);
            const std::size_t made = most - stream_.avail_out;
            crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(made));
            produced_ += made;
            out = out.subspan(made);
            if ((state != Z_OK && state != Z_STREAM_END) || (state == Z_STREAM_END && !out.empty()))
                throw Error(ErrorKind::bad_data,
                            {.what = "the compressed data are damaged",
                             .where = name,
                             .found = stream_.msg != nullptr  ? stream_.msg
                                      : state == Z_STREAM_END ? "they end before the array does"
                                                              : "they can't be unpacked",
                             .advice = "Write or copy the file again"});
        }
    }

  private:
    struct Uninitialized {};
    explicit Inflation(Uninitialized) {}

    void fetch(const ByteSource& packed) {
        const auto left = packed.size() - std::min(consumed_, packed.size());
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, input_bytes));
        input_.resize(count);
        packed.read(consumed_, input_); // of nothing: zlib then says what is missing
        consumed_ += count;
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(count);
    }

    z_stream stream_ = {};
    std::vector<std::byte> input_;
    std::uint64_t consumed_ = 0; // of the packed bytes, those in input_ included
    std::uint64_t produced_ = 0;
    uLong crc_ = crc32(0, nullptr, 0);
};

class InflatedBytes final : public ByteSource {
  public:
    InflatedBytes(Bytes packed, std::uint64_t size, std::uint32_t crc, std::string name)
        : ByteSource(std::move(name), size), packed_(std::move(packed)), crc_(crc),
          spacing_(std::max(least_spacing, size / most_places)) {}

  private:
    void read_within(std::uint64_t offset, std::span<std::byte> out) const override {
        const std::scoped_lock held(mutex_);
        try {
            go_to(offset);
            advance(out);
        } catch (...) {
            at_.reset(); // what failed half way is not where it says it is
            throw;
        }
    }

    void go_to(std::uint64_t offset) const {
        const auto after = std::ranges::upper_bound(places_, offset, {},
                                                    [](const auto& place) { return place->produced(); });
        const Inflation* nearest = after == places_.begin() ? nullptr : std::prev(after)->get();
        const bool here = at_ && at_->produced() <= offset;
        if (!here || (nearest != nullptr && nearest->produced() > at_->produced()))
            at_ = nearest != nullptr ? nearest->copy() : std::make_unique<Inflation>();
        std::vector<std::byte> skipped(input_bytes);
        while (at_->produced() < offset)
            advance(std::span(skipped).first(
                static_cast<std::size_t>(std::min<std::uint64_t>(input_bytes, offset - at_->produced()))));
    }

    void advance(std::span<std::byte> out) const {
        while (!out.empty()) {
            const std::uint64_t next = (at_->produced() / spacing_ + 1) * spacing_;
            const auto step =
                static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), next - at_->produced()));
            at_->produce(*packed_, out.first(step), name());
            out = out.subspan(step);
            if (at_->produced() == next && (places_.empty() || places_.back()->produced() < next))
                places_.push_back(at_->copy());
        }
        if (at_->produced() == size() && at_->crc() != crc_)
            throw Error(ErrorKind::bad_data, {.what = "the data are damaged: their checksum is wrong",
                                              .where = name(),
                                              .advice = "Write or copy the file again"});
    }

    Bytes packed_;
    std::uint32_t crc_;
    std::uint64_t spacing_;
    mutable std::mutex mutex_;
    mutable std::unique_ptr<Inflation> at_;
    mutable std::vector<std::unique_ptr<Inflation>> places_; // rising
};

} // namespace

Bytes inflated(Bytes packed, std::uint64_t size, std::uint32_t crc, std::string name) {
    return std::make_shared<InflatedBytes>(std::move(packed), size, crc, std::move(name));
}

} // namespace stratoscope::storage
