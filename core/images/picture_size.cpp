#include "core/images/picture_size_internal.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <limits>
#include <string_view>

namespace stratoscope::images {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Pixels = std::optional<std::uint64_t>;

bool has(Bytes bytes, std::size_t at, std::size_t count) {
    return at <= bytes.size() && count <= bytes.size() - at;
}

bool reads(Bytes bytes, std::size_t at, std::string_view mark) {
    return has(bytes, at, mark.size()) &&
           std::equal(mark.begin(), mark.end(), bytes.begin() + at, [](char expected, std::uint8_t found) {
               return static_cast<std::uint8_t>(expected) == found;
           });
}

/// 0 beyond the end.
std::uint64_t number(Bytes bytes, std::size_t at, std::size_t count, std::endian order) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count && has(bytes, at, count); ++i)
        value = (value << 8) | bytes[at + (order == std::endian::big ? i : count - 1 - i)];
    return value;
}

std::uint64_t product(std::uint64_t width, std::uint64_t height) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    return width != 0 && height > most / width ? most : width * height;
}

Pixels if_there(Bytes bytes, std::size_t end, std::uint64_t width, std::uint64_t height) {
    return has(bytes, 0, end) ? Pixels(product(width, height)) : std::nullopt;
}

Pixels png(Bytes bytes) {
    return if_there(bytes, 24, number(bytes, 16, 4, std::endian::big),
                    number(bytes, 20, 4, std::endian::big));
}

Pixels bmp(Bytes bytes) {
    constexpr std::uint64_t old_header = 12; // of OS/2: sizes of 16 bits
    const bool old = number(bytes, 14, 4, std::endian::little) == old_header;
    const std::size_t count = old ? 2 : 4;
    const auto side = [&](std::size_t at) {
        const std::uint64_t value = number(bytes, at, count, std::endian::little);
        // A height below 0 says that the rows come from above.
        const auto signed_value = static_cast<std::int64_t>(static_cast<std::int32_t>(value));
        return old ? value : static_cast<std::uint64_t>(signed_value < 0 ? -signed_value : signed_value);
    };
    return if_there(bytes, 18 + 2 * count, side(18), side(18 + count));
}

/// The first frame header, found as libjpeg finds it: what lies between segments is passed over.
Pixels jpeg(Bytes bytes) {
    for (std::size_t at = 2; at + 1 < bytes.size();) {
        if (bytes[at] != 0xff || bytes[at + 1] == 0xff) {
            ++at;
            continue;
        }
        const std::uint8_t marker = bytes[at + 1];
        at += 2;
        const bool alone = marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
        if (alone)
            continue;
        if (marker == 0xd9 || marker == 0xda) // the end, or the picture itself
            break;
        const bool frame =
            marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame)
            return if_there(bytes, at + 7, number(bytes, at + 5, 2, std::endian::big),
                            number(bytes, at + 3, 2, std::endian::big));
        at += number(bytes, at, 2, std::endian::big);
    }
    return std::nullopt;
}

Pixels webp(Bytes bytes) {
    constexpr std::uint64_t fourteen_bits = 0x3fff;
    const auto little = [&](std::size_t at, std::size_t count) {
        return number(bytes, at, count, std::endian::little);
    };
    if (reads(bytes, 12, "VP8X")) // one less than the sides
        return if_there(bytes, 30, little(24, 3) + 1, little(27, 3) + 1);
    if (reads(bytes, 12, "VP8L"))
        return if_there(bytes, 25, (little(21, 4) & fourteen_bits) + 1,
                        ((little(21, 4) >> 14) & fourteen_bits) + 1);
    if (reads(bytes, 12, "VP8 "))
        return if_there(bytes, 30, little(26, 2) & fourteen_bits, little(28, 2) & fourteen_bits);
    return std::nullopt;
}

/// Of the first directory; where a tag comes twice, the larger value.
Pixels tiff(Bytes bytes) {
    const std::endian order = bytes[0] == 'I' ? std::endian::little : std::endian::big;
    const bool big = number(bytes, 2, 2, order) == 43; // BigTIFF: numbers of 64 bits
    const std::size_t word = big ? 8 : 4;
    const std::size_t entry_bytes = 4 + 2 * word;
    std::uint64_t at = number(bytes, big ? 8 : 4, word, order);
    if (!has(bytes, at, big ? 8 : 2))
        return std::nullopt;
    const std::uint64_t entries = number(bytes, at, big ? 8 : 2, order);
    at += big ? 8 : 2;
    std::uint64_t width = 0;
    std::uint64_t height = 0;
    for (std::uint64_t i = 0; i < entries && has(bytes, at, entry_bytes); ++i, at += entry_bytes) {
        constexpr std::uint64_t width_tag = 256;
        constexpr std::uint64_t height_tag = 257;
        const std::uint64_t tag = number(bytes, at, 2, order);
        const std::uint64_t type = number(bytes, at + 2, 2, order);
        const std::size_t count = type == 1 ? 1 : type == 3 ? 2 : type == 4 ? 4 : word;
        const std::uint64_t value = number(bytes, at + 4 + word, count, order);
        if (tag == width_tag)
            width = std::max(width, value);
        if (tag == height_tag)
            height = std::max(height, value);
    }
    return width != 0 && height != 0 ? Pixels(product(width, height)) : std::nullopt;
}

/// "P6", white space and comments, width, height.
Pixels pnm(Bytes bytes) {
    std::size_t at = 2;
    const auto next = [&]() -> Pixels {
        for (bool comment = false; at < bytes.size(); ++at) {
            const std::uint8_t c = bytes[at];
            comment = c == '#' || (comment && c != '\n' && c != '\r');
            if (!comment && c >= '0' && c <= '9')
                break;
        }
        Pixels value;
        for (; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9'; ++at)
            value = std::min<std::uint64_t>(value.value_or(0) * 10 + (bytes[at] - '0'),
                                            std::numeric_limits<std::uint32_t>::max());
        return value;
    };
    const Pixels width = next();
    const Pixels height = next();
    return width && height ? Pixels(product(*width, *height)) : std::nullopt;
}

} // namespace

Pixels claimed_pixels(Bytes bytes) noexcept {
    using namespace std::string_view_literals;
    if (reads(bytes, 0, "\x89PNG"))
        return png(bytes);
    if (reads(bytes, 0, "\xff\xd8"))
        return jpeg(bytes);
    if (reads(bytes, 0, "RIFF") && reads(bytes, 8, "WEBP"))
        return webp(bytes);
    if (reads(bytes, 0, "II*\0"sv) || reads(bytes, 0, "MM\0*"sv) || reads(bytes, 0, "II+\0"sv) ||
        reads(bytes, 0, "MM\0+"sv))
        return tiff(bytes);
    if (reads(bytes, 0, "BM"))
        return bmp(bytes);
    if (bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6')
        return pnm(bytes);
    return std::nullopt;
}

} // namespace stratoscope::images
