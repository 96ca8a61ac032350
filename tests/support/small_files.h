// What a full disk is to a program, without one.
#pragma once

#include <csignal>
#include <sys/resource.h>

namespace stratoscope::support {

/// As long as it lives no file of this process can become larger.
class SmallFiles {
  public:
    explicit SmallFiles(rlim_t bytes) : signal_before_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        struct rlimit small = before_;
        small.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallFiles() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        (void)std::signal(SIGXFSZ, signal_before_);
    }
    SmallFiles(const SmallFiles&) = delete;
    SmallFiles& operator=(const SmallFiles&) = delete;

  private:
    struct rlimit before_ {};
    void (*signal_before_)(int);
};

} // namespace stratoscope::support
