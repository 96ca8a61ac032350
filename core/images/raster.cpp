#include "core/images/raster.h"

#include "core/base/error.h"
#include "core/images/picture_size_internal.h"

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <optional>
#include <string>

namespace stratoscope::images {
namespace {

constexpr std::size_t most_bytes = std::size_t{512} << 20;

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed)
        throw Error(ErrorKind::no_input,
                    {.what = "the picture can't be read", .where = path.string(), .found = failed.message()});
    if (size == 0 || size > most_bytes)
        throw Error(ErrorKind::bad_data,
                    {.what = size == 0 ? "the picture's file is empty" : "the picture's file is too large",
                     .where = path.string(),
                     .found = std::to_string(size) + " bytes"});
    std::vector<std::uint8_t> bytes(size);
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size)))
        throw Error(ErrorKind::io, {.what = "the picture can't be read", .where = path.string()});
    return bytes;
}

} // namespace

bool looks_like_picture(const std::filesystem::path& path) {
    std::string suffix = path.extension().string();
    std::ranges::transform(suffix, suffix.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    static constexpr std::array<const char*, 9> known{".jpg",  ".jpeg", ".png", ".webp", ".tif",
                                                      ".tiff", ".bmp",  ".ppm", ".pgm"};
    return std::ranges::find(known, suffix) != known.end();
}

Raster decode(const std::filesystem::path& path) {
    const std::vector<std::uint8_t> bytes = bytes_of(path);
    // OpenCV has a limit of its own, 2^30 pixels, which is 3 GB. What has no size here it would take as well,
    // in formats of which nobody has said that they are pictures.
    const std::optional<std::uint64_t> pixels = claimed_pixels(bytes);
    if (pixels && *pixels > most_pixels)
        throw Error(ErrorKind::bad_data, {.what = "the picture is too large",
                                          .where = path.string(),
                                          .expected = "at most " + std::to_string(most_pixels) + " pixels",
                                          .found = std::to_string(*pixels)});
    cv::Mat picture;
    try {
        if (pixels)
            picture = cv::imdecode(bytes, cv::IMREAD_COLOR);
    } catch (const cv::Exception&) {
        picture.release();
    }
    if (picture.empty())
        throw Error(ErrorKind::bad_data, {.what = "the file is no picture that can be decoded",
                                          .where = path.string(),
                                          .expected = "JPEG, PNG, WebP, TIFF or BMP"});
    cv::cvtColor(picture, picture, cv::COLOR_BGR2RGB);
    Raster raster{static_cast<std::size_t>(picture.rows), static_cast<std::size_t>(picture.cols), {}};
    raster.rgb.assign(picture.datastart, picture.dataend);
    return raster;
}

Raster shrunk(const Raster& raster, std::size_t side) {
    const std::size_t longer = std::max(raster.height, raster.width);
    if (longer <= side)
        return raster;
    const auto scaled = [&](std::size_t size) {
        return static_cast<int>(std::max<std::size_t>(1, (size * side + longer / 2) / longer));
    };
    // OpenCV takes a pointer to non-const and only reads.
    const cv::Mat from(static_cast<int>(raster.height), static_cast<int>(raster.width), CV_8UC3,
                       const_cast<std::uint8_t*>(raster.rgb.data()));
    cv::Mat to;
    cv::resize(from, to, {scaled(raster.width), scaled(raster.height)}, 0.0, 0.0, cv::INTER_AREA);
    return {static_cast<std::size_t>(to.rows), static_cast<std::size_t>(to.cols), {to.datastart, to.dataend}};
}

} // namespace stratoscope::images
