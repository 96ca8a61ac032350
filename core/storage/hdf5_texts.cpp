// HDF5 keeps texts of varying length in heaps beside the values, and of a value only where its text is. Its
// own code (1.10.8) believes every length and number there: one damaged byte, and it writes behind its
// buffers. So it is asked only for the places, as they are in the file, and the heaps are read here.
#include "core/base/matrix.h"
#include "core/storage/hdf5_driver_internal.h"
#include "core/storage/hdf5_texts_internal.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>

namespace stratoscope::storage::hdf5 {
namespace {

constexpr std::size_t longest_text = std::size_t{1} << 20;
constexpr std::size_t longest_texts = std::size_t{1} << 30; // all together

using Bytes = std::span<const std::uint8_t>;

std::uint64_t number(Bytes bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;)
        value = value << 8U | bytes[at + i];
    return value;
}

/// The conversion of texts to places: none, the bytes stay.
herr_t leave_as_is(hid_t from, hid_t to, H5T_cdata_t* about, std::size_t, std::size_t, std::size_t, void*,
                   void*, hid_t) {
    if (about->command == H5T_CONV_INIT)
        about->need_bkg = H5T_BKG_NO;
    return about->command != H5T_CONV_CONV || H5Tget_size(from) == H5Tget_size(to) ? 0 : -1;
}

Handle opaque(std::size_t bytes) {
    return {H5Tcreate(H5T_OPAQUE, bytes), H5Tclose};
}

bool conversion_is_known() {
    static const bool known = [] { // HDF5 keeps it as long as it lives
        const Handle text(H5Tcopy(H5T_C_S1), H5Tclose);
        H5Tset_size(text.get(), H5T_VARIABLE);
        return H5Tregister(H5T_PERS_SOFT, "text to place", text.get(), opaque(1).get(), leave_as_is) >= 0;
    }();
    return known;
}

/// The heaps of one file ("global heap collections" in the format's specification).
class Heaps {
  public:
    Heaps(const DriverFile& file, haddr_t base, std::size_t length_bytes)
        : file_(file), base_(base), length_bytes_(length_bytes) {}

    /// Nothing where there is no such object.
    std::optional<std::string_view> object(haddr_t address, std::uint64_t index) {
        const auto known = heaps_.find(address);
        const Heap& heap =
            known != heaps_.end() ? known->second : heaps_.emplace(address, read(address)).first->second;
        const auto found = heap.objects.find(index);
        if (found == heap.objects.end())
            return std::nullopt;
        return std::string_view(heap.bytes).substr(found->second.first, found->second.second);
    }

  private:
    struct Heap {
        std::string bytes;
        std::map<std::uint64_t, std::pair<std::size_t, std::size_t>> objects; ///< start and length of each
    };

    static std::size_t aligned(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

    bool read_at(haddr_t address, std::string& out) const {
        return read_some(file_, address, out.size(), out.data()) == static_cast<std::ptrdiff_t>(out.size());
    }

    /// Empty where there is none. Heaps do not overlap, so all together are no larger than the file.
    Heap read(haddr_t address) {
        Heap heap;
        std::string head(aligned(8 + length_bytes_), '\0');
        if (address > file_.end || base_ > file_.end - address || !read_at(base_ + address, head) ||
            !head.starts_with("GCOL\1"))
            return heap;
        const std::uint64_t size = number(bytes_of(head), 8, length_bytes_);
        if (size < head.size() || size > file_.end - base_ - address || size > file_.end - read_)
            return heap;
        read_ += size;
        heap.bytes.resize(size);
        if (!read_at(base_ + address, heap.bytes))
            return {};
        const std::size_t head_of_object = aligned(8 + length_bytes_);
        const Bytes bytes = bytes_of(heap.bytes);
        for (std::size_t at = head.size(); head_of_object <= size - at;) {
            const std::uint64_t index = number(bytes, at, 2);
            const std::uint64_t length = number(bytes, at + 8, length_bytes_);
            at += head_of_object;
            if (index == 0 || length > size - at) // free up to the end, or damaged
                break;
            heap.objects.emplace(index, std::pair(at, static_cast<std::size_t>(length)));
            at = std::min<std::size_t>(size, at + aligned(length));
        }
        return heap;
    }

    static Bytes bytes_of(const std::string& text) {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }

    const DriverFile& file_;
    haddr_t base_; ///< what addresses count from
    std::size_t length_bytes_;
    std::map<haddr_t, Heap> heaps_;
    std::uint64_t read_ = 0;
};

} // namespace

std::optional<std::vector<std::string>> varying_texts(hid_t object, std::size_t count,
                                                      const ReadValues& read) {
    const Handle file(H5Iget_file_id(object), H5Fclose);
    const DriverFile* bytes_of_file = file ? reading_driver_file(file.get()) : nullptr;
    const Handle creation(file ? H5Fget_create_plist(file.get()) : -1, H5Pclose);
    std::size_t address_bytes = 0;
    std::size_t length_bytes = 0;
    hsize_t base = 0;
    if (bytes_of_file == nullptr || !conversion_is_known() ||
        H5Pget_sizes(creation.get(), &address_bytes, &length_bytes) < 0 ||
        H5Pget_userblock(creation.get(), &base) < 0 || address_bytes > sizeof(haddr_t) ||
        length_bytes > sizeof(std::uint64_t))
        return std::nullopt;
    const std::size_t place_bytes = 4 + address_bytes + 4; // length, address of the heap, number in it
    std::vector<std::uint8_t> places(checked_product(count, place_bytes, "a block of texts"));
    if (read(opaque(place_bytes).get(), places.data()) < 0)
        return std::nullopt;
    Heaps heaps(*bytes_of_file, base, length_bytes);
    std::vector<std::string> texts(count);
    std::size_t all = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const Bytes place = Bytes(places).subspan(i * place_bytes, place_bytes);
        const std::uint64_t length = number(place, 0, 4);
        const haddr_t address = number(place, 4, address_bytes);
        if (address == 0 || length == 0)
            continue;
        const auto text = heaps.object(address, number(place, 4 + address_bytes, 4));
        if (!text || text->size() < length || length > longest_text || (all += length) > longest_texts)
            return std::nullopt;
        texts[i] = text->substr(0, std::min<std::size_t>(length, text->find('\0')));
    }
    return texts;
}

} // namespace stratoscope::storage::hdf5
