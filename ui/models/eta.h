// How long live runs will still take, from how fast their steps were seen to go.
#pragma once

#include "core/store/records.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace sy {

class EtaMeter {
public:
    /// Once per look at the store.
    void see(const std::vector<RunSummary>& runs, int64_t now_ms);
    /// Seconds left by run id, of running runs whose speed is known: over the last minute that was watched, else
    /// since the start. Evaluations and checkpoints between steps count as they come.
    const std::map<std::string, double>& secondsLeft() const { return m_left; }

private:
    struct Seen {
        int64_t time_ms, step;
    };
    std::map<std::string, std::deque<Seen>> m_seen;
    std::map<std::string, double> m_left;
};

} // namespace sy
