// Pictures that nobody vouches for: decoded, or refused in words before memory is taken for them.
#include "core/base/error.h"
#include "core/images/picture_size_internal.h"
#include "core/images/raster.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include <cstring>
#include <fstream>

namespace stratoscope::images {
namespace {

constexpr int height = 40;
constexpr int width = 52;

using Bytes = std::vector<std::uint8_t>;

struct Kind {
    const char* name;
    const char* suffix;
    std::vector<int> options;
};

std::vector<Kind> kinds() {
    return {{"png", ".png", {}},
            {"jpeg", ".jpg", {}},
            {"progressive", ".jpg", {cv::IMWRITE_JPEG_PROGRESSIVE, 1}},
            {"bmp", ".bmp", {}},
            {"tiff", ".tiff", {}},
            {"webp", ".webp", {cv::IMWRITE_WEBP_QUALITY, 80}},
            {"webp without loss", ".webp", {cv::IMWRITE_WEBP_QUALITY, 101}},
            {"ppm", ".ppm", {}},
            {"pgm", ".pgm", {}}};
}

Bytes picture(const Kind& kind) {
    cv::Mat waves(height, width, std::strcmp(kind.suffix, ".pgm") == 0 ? CV_8UC1 : CV_8UC3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width * waves.channels(); ++x)
            waves.ptr(y)[x] = static_cast<std::uint8_t>(x * y / 7 + x);
    Bytes bytes;
    cv::imencode(kind.suffix, waves, bytes, kind.options);
    return bytes;
}

void put(Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t count, bool big_endian) {
    for (std::size_t i = 0; i < count; ++i)
        bytes[at + (big_endian ? count - 1 - i : i)] = static_cast<std::uint8_t>(value >> (8 * i));
}

class Pictures : public testing::Test {
  protected:
    /// "40 x 52" or the complaint.
    std::string answer(const Bytes& bytes) const {
        const auto path = folder.path() / "some.picture";
        std::ofstream(path, std::ios::binary | std::ios::trunc)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        try {
            const Raster raster = decode(path);
            EXPECT_EQ(raster.rgb.size(), raster.height * raster.width * 3);
            return std::to_string(raster.height) + " x " + std::to_string(raster.width);
        } catch (const Error& error) {
            return error.what();
        }
    }
    void expect_too_large(const Bytes& bytes, const char* what) const {
        const std::string text = answer(bytes);
        EXPECT_NE(text.find("too large"), std::string::npos) << what << ": " << text;
    }

    support::TemporaryFolder folder;
};

TEST_F(Pictures, OfEveryKindAreDecodedAndTellTheirSize) {
    for (const Kind& kind : kinds()) {
        const Bytes bytes = picture(kind);
        EXPECT_EQ(claimed_pixels(bytes), height * width) << kind.name;
        EXPECT_EQ(answer(bytes), "40 x 52") << kind.name;
    }
}

TEST_F(Pictures, ASmallFileThatClaimsToBeHugeIsRefused) {
    Bytes png = picture(kinds()[0]);
    put(png, 16, 60000, 4, true);
    put(png, 20, 50000, 4, true);
    expect_too_large(png, "png");

    Bytes bmp = picture(kinds()[3]);
    put(bmp, 18, 60000, 4, false);
    expect_too_large(
        [&] {
            put(bmp, 22, 50000, 4, false);
            return bmp;
        }(),
        "bmp");
    expect_too_large(
        [&] {
            put(bmp, 22, -50000, 4, false);
            return bmp;
        }(),
        "bmp from above");

    Bytes jpeg = picture(kinds()[1]);
    for (std::size_t at = 0; at + 9 < jpeg.size(); ++at)
        if (jpeg[at] == 0xff && jpeg[at + 1] == 0xc0) {
            put(jpeg, at + 5, 60000, 2, true);
            put(jpeg, at + 7, 50000, 2, true);
            // What lies between two segments libjpeg passes over, and so must whoever looks ahead.
            jpeg.insert(jpeg.begin() + static_cast<std::ptrdiff_t>(at), {0x12, 0x34, 0xff, 0xff});
            break;
        }
    expect_too_large(jpeg, "jpeg");

    Bytes webp = picture(kinds()[5]);
    put(webp, 26, 16000, 2, false);
    put(webp, 28, 16000, 2, false);
    expect_too_large(webp, "webp");

    Bytes tiff = picture(kinds()[4]);
    std::uint32_t directory = 0;
    std::memcpy(&directory, tiff.data() + 4, sizeof directory);
    for (std::size_t entry = 0; entry < 2; ++entry) { // the first two are width and height
        put(tiff, directory + 2 + entry * 12 + 2, 4, 2, false);
        put(tiff, directory + 2 + entry * 12 + 8, 30000, 4, false);
    }
    expect_too_large(tiff, "tiff");

    const std::string ppm = "P6 # two hundred bytes\n30000 30000 255\n" + std::string(200, 'x');
    expect_too_large(Bytes(ppm.begin(), ppm.end()), "ppm");
    const std::string endless = "P5 99999999999999999999 99999999999999999999 255\n";
    expect_too_large(Bytes(endless.begin(), endless.end()), "pgm");
}

TEST_F(Pictures, ABmpWhoseRowsComeFromAboveIsOne) {
    Bytes bmp = picture(kinds()[3]);
    put(bmp, 22, static_cast<std::uint64_t>(-height), 4, false);
    EXPECT_EQ(answer(bmp), "40 x 52");
}

TEST_F(Pictures, OfAKindThatNobodyNamedAreRefused) {
    const std::string sun("\x59\xa6\x6a\x95\0\0\xff\xff\0\0\x40\0\0\0\0\x18\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0",
                          32);
    EXPECT_NE(answer(Bytes(sun.begin(), sun.end())).find("no picture"), std::string::npos);
}

TEST_F(Pictures, NoDamageDoesMoreThanSpoilThem) {
    for (const Kind& kind : kinds()) {
        const Bytes bytes = picture(kind);
        for (std::size_t size = 1; size < bytes.size(); size += std::max<std::size_t>(1, bytes.size() / 60))
            EXPECT_FALSE(
                answer(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))).empty());
        for (std::size_t at = 0; at < std::min<std::size_t>(bytes.size(), 64); ++at)
            for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
                Bytes bad = bytes;
                bad[at] = static_cast<std::uint8_t>(bad[at] ^ flip);
                EXPECT_FALSE(answer(bad).empty()) << kind.name << " byte " << at;
            }
    }
}

} // namespace
} // namespace stratoscope::images
