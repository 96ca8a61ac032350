#include "core/base/physical_memory.h"

#include <unistd.h>

namespace stratoscope {

std::size_t physical_memory() {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page = sysconf(_SC_PAGE_SIZE);
    if (pages <= 0 || page <= 0)
        return std::size_t{4} << 30;
    return static_cast<std::size_t>(pages) * static_cast<std::size_t>(page);
}

} // namespace stratoscope
