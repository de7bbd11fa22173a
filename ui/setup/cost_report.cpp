#include "ui/setup/cost_report.h"

#include "core/config/expected_drops.h"
#include "core/config/step_time.h"

namespace sy {

CostReport costReport(const ExperimentConfig& config, const std::vector<DeviceStatus>& devices,
                      const std::vector<MachineDevice>& machines, const std::string& host)
{
    CostReport report;
    report.plan = costPlan(config);
    report.twin = costPlan(denseTwin(config));
    report.steps = config.train.steps;
    if (config.model.num_experts <= 1)
        report.match = TwinMatch::Dense;
    else if (!equalFlops(report.plan, report.twin))
        report.match = TwinMatch::NotMatched;
    report.drop_rate = expectedDropRate(config, report.plan);
    const std::string wanted = deviceName(config.device);
    for (const auto& device : devices) {
        const bool chosen = device.device == wanted;
        report.devices.push_back({device, chosen, report.plan.bytes.at("total") <= device.memory_free});
        report.device_found = report.device_found || chosen;
    }
    for (const auto& machine : machines)
        if (machine.host == host && machine.device == wanted)
            report.step_seconds = stepSeconds(config, report.plan, machine.matrix_peak);
    return report;
}

} // namespace sy
