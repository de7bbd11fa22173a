// The measurements of the last steps: values stay on the device until they are drained together.
#pragma once

#include "core/store/records.h"
#include "core/train/host_copy.h"
#include "core/train/update.h"

#include <deque>
#include <vector>

namespace sy {

/// What the host knows of a step without asking the device.
struct StepClock {
    ClockTick tick;
    double learning_rate = 0;
    double train_seconds = 0; ///< spent in updates so far, over all resumptions
    int64_t tokens = 0;       ///< of this step: input and target positions, padding left out
};

/// One step, whole.
struct StepRecord {
    StepClock clock;
    double cross_entropy = 0, aux_loss = 0, z_loss = 0, gradient_norm = 0, drop_rate = 0, logit_max = 0;
    bool loss_finite = true, gradient_finite = true;
    int64_t first_bad = -1; ///< parameter index; -1 = none

    bool skipped() const { return !loss_finite || !gradient_finite; }
};

/// [log_every, step_metric_count] float32 on the device. Full rings travel to the host without waiting.
class MetricsRing {
public:
    MetricsRing(int64_t log_every, torch::Device device);
    /// `row` as trainUpdate returns it.
    void add(const StepClock& clock, const torch::Tensor& row);
    int64_t pending() const { return static_cast<int64_t>(m_clocks.size()); } ///< steps since the last send
    /// Sends what is there towards the host.
    void send();
    /// Steps that have arrived, in order. `all` sends and waits for everything.
    std::vector<StepRecord> drain(bool all);

private:
    struct Sent {
        std::vector<StepClock> clocks;
        HostCopy values;
    };
    torch::Tensor m_ring;
    std::vector<StepClock> m_clocks;
    std::deque<Sent> m_sent;
};

} // namespace sy
