#include "core/base/signals.h"

#include <unistd.h>

namespace sy {

namespace {

volatile std::sig_atomic_t received_signal = 0;

extern "C" void onSignal(int number)
{
    if (received_signal != 0) ::_exit(128 + number);
    received_signal = number;
}

} // namespace

SignalWatch::SignalWatch()
{
    received_signal = 0;
    struct sigaction action {};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, &m_interrupt);
    ::sigaction(SIGTERM, &action, &m_terminate);
}

SignalWatch::~SignalWatch()
{
    ::sigaction(SIGINT, &m_interrupt, nullptr);
    ::sigaction(SIGTERM, &m_terminate, nullptr);
}

int SignalWatch::received()
{
    return received_signal;
}

} // namespace sy
