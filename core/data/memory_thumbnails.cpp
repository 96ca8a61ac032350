#include "core/data/memory_thumbnails.h"

#include "core/base/error.h"

namespace stratoscope {
namespace {

class MemoryThumbnails final : public ThumbnailSource {
  public:
    MemoryThumbnails(std::size_t height, std::size_t width, std::vector<std::uint8_t> rgb)
        : height_(height), width_(width), size_(height * width * 3), rgb_(std::move(rgb)) {
        if (size_ == 0 || rgb_.size() % size_ != 0)
            throw Error(ErrorKind::internal, {.what = "the thumbnails do not fill whole pictures",
                                              .expected = "a multiple of " + std::to_string(size_) + " bytes",
                                              .found = std::to_string(rgb_.size()) + " bytes"});
    }

    [[nodiscard]] Thumbnail read(std::size_t image) const override {
        if (image >= rgb_.size() / size_)
            return {};
        const auto first = rgb_.begin() + static_cast<std::ptrdiff_t>(image * size_);
        return {
            .height = height_, .width = width_, .rgb = {first, first + static_cast<std::ptrdiff_t>(size_)}};
    }

  private:
    std::size_t height_;
    std::size_t width_;
    std::size_t size_;
    std::vector<std::uint8_t> rgb_;
};

} // namespace

std::shared_ptr<const ThumbnailSource> thumbnails_in_memory(std::size_t height, std::size_t width,
                                                            std::vector<std::uint8_t> rgb) {
    return std::make_shared<MemoryThumbnails>(height, width, std::move(rgb));
}

} // namespace stratoscope
