#include "core/base/matrix.h"

#include <cstdint>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace stratoscope {
namespace {

constexpr std::size_t large_page = std::size_t{2} << 20;

std::align_val_t alignment_of(std::size_t bytes) {
    return std::align_val_t{bytes >= 2 * large_page ? large_page : 64};
}

} // namespace

void* allocate_aligned(std::size_t bytes) {
    void* memory = ::operator new(bytes, alignment_of(bytes));
#if defined(__linux__)
    if (bytes >= 2 * large_page) // advice: that it may fail changes nothing
        madvise(memory, bytes / large_page * large_page, MADV_HUGEPAGE);
#endif
    return memory;
}

void free_aligned(void* memory, std::size_t bytes) noexcept {
    ::operator delete(memory, alignment_of(bytes));
}

} // namespace stratoscope
