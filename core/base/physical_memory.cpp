#include "core/base/physical_memory.h"

#include <fstream>
#include <unistd.h>

namespace stratoscope {

std::size_t physical_memory() {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page = sysconf(_SC_PAGE_SIZE);
    if (pages <= 0 || page <= 0)
        return std::size_t{4} << 30;
    return static_cast<std::size_t>(pages) * static_cast<std::size_t>(page);
}

std::size_t resident_memory() {
    std::ifstream statm("/proc/self/statm"); // pages: all that is mapped, then what of it is in memory
    std::size_t mapped = 0;
    std::size_t resident = 0;
    const long page = sysconf(_SC_PAGE_SIZE);
    if (!(statm >> mapped >> resident) || page <= 0)
        return 0;
    return resident * static_cast<std::size_t>(page);
}

} // namespace stratoscope
