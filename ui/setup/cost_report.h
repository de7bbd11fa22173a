// What the cost panel says, as numbers.
#pragma once

#include "core/base/device_status.h"
#include "core/config/cost_plan.h"
#include "core/store/records.h"

#include <optional>
#include <string>
#include <vector>

namespace sy {

/// One device and whether the experiment's memory fits into what is free there.
struct DeviceFit {
    DeviceStatus status;
    bool chosen = false;
    bool fits = false;
};

/// How the dense twin compares: only work per token that is equal makes a comparison at equal steps fair.
enum class TwinMatch { Dense, Matched, NotMatched };

struct CostReport {
    CostPlan plan, twin;
    TwinMatch match = TwinMatch::Matched;
    std::optional<double> drop_rate;    ///< expectedDropRate
    std::optional<double> step_seconds; ///< stepSeconds on the chosen device of `host`; nothing = not measured
    std::vector<DeviceFit> devices;
    bool device_found = false; ///< the chosen device is one of `devices`
    int64_t steps = 0;
};

CostReport costReport(const ExperimentConfig& config, const std::vector<DeviceStatus>& devices,
                      const std::vector<MachineDevice>& machines, const std::string& host);

} // namespace sy
