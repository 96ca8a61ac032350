// A block of GPU threads on the processor: each step is taken by one thread after the other, the last first
// in every other step, so that a step in which threads depend on each other would show.
#pragma once

namespace stratoscope::engine {

class ThreadsInTurn {
  public:
    explicit ThreadsInTurn(unsigned threads) : threads_(threads) {}

    template <class Body>
    void operator()(const Body& body) const {
        for (unsigned thread = 0; thread < threads_; ++thread)
            body(backwards_ ? threads_ - 1 - thread : thread);
        backwards_ = !backwards_;
    }

  private:
    unsigned threads_;
    mutable bool backwards_ = false;
};

} // namespace stratoscope::engine
