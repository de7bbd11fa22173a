#include "app/cli/format.h"
#include "app/cli/verbs.h"

#include "core/train/machine.h"
#include "switchyard_version.h"

#include <iostream>

namespace sy::cli {

namespace {

nlohmann::json reportJson(const MachineReport& report, const StorePaths& paths)
{
    nlohmann::json document{{"version", code_version},
                            {"revision", code_revision},
                            {"cpu", report.cpu},
                            {"threads", report.threads},
                            {"memory_bytes", report.memory_bytes},
                            {"cuda", report.cuda},
                            {"store", paths.database.string()},
                            {"home", homeDirectory().string()},
                            {"libraries", nlohmann::json::object()},
                            {"devices", nlohmann::json::array()}};
    for (const auto& [name, version] : report.libraries) document["libraries"][name] = version;
    for (const auto& device : report.devices)
        document["devices"].push_back({{"device", device.device},
                                       {"name", device.name},
                                       {"matrix_peak", device.matrix_peak},
                                       {"copy_bandwidth", device.copy_bandwidth},
                                       {"memory_bytes", device.memory_bytes}});
    return document;
}

void printReport(const MachineReport& report, const StorePaths& paths)
{
    std::cout << "Switchyard " << code_version << " (" << code_revision << ")\n"
              << report.cpu << ", " << report.threads << " threads, "
              << bytesText(static_cast<double>(report.memory_bytes)) << "\n";
    for (const auto& [name, version] : report.libraries) std::cout << name << " " << version << "\n";
    std::cout << "CUDA: " << report.cuda << "\nstore: " << paths.database.string() << "\n\n";
    Table table({"device", "float32 products", "bfloat16 products", "copies"}, {false, true, true, true});
    for (const auto& device : report.devices)
        table.row({device.device, fixed(device.matrix_peak.at("float32") / 1e9, 0) + " GFLOP/s",
                   fixed(device.matrix_peak.at("bfloat16") / 1e9, 0) + " GFLOP/s",
                   fixed(device.copy_bandwidth / 1e9, 1) + " GB/s"});
    std::cout << table.text();
}

} // namespace

void addDoctorVerb(CLI::App& app, Action& action)
{
    Verb verb(app, action, "doctor", "this machine: devices, versions, measured speed of matrix products and copies");
    verb.takesStore().givesJson();
    verb.does([common = verb.common] {
        const auto paths = common->paths();
        const auto report = measureMachine();
        auto store = Store::open(paths); // `plan` and the window read it there
        for (const auto& device : report.devices) store.saveMachine(device);
        if (common->json)
            printJson(reportJson(report, paths));
        else
            printReport(report, paths);
        return 0;
    });
}

} // namespace sy::cli
