// SIGINT and SIGTERM: the first asks the program to end well, the second ends it at once.
#pragma once

#include <csignal>

namespace sy {

/// Installs handlers; the former ones come back at destruction. One at a time.
class SignalWatch {
public:
    SignalWatch();
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    /// The signal that came; 0 = none.
    static int received();

private:
    struct sigaction m_interrupt {};
    struct sigaction m_terminate {};
};

} // namespace sy
