#include "bench/routing_reads.h"

#include <algorithm>
#include <chrono>
#include <functional>

namespace sy {

namespace {

double milliseconds(const std::function<void()>& body)
{
    const auto begin = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

nlohmann::json routingReads(const StorePaths& paths, const std::string& run, int times)
{
    const auto open = [&] { return Store::openExisting(paths); };
    const std::vector<int64_t> steps = open().windowSteps(run), evaluated = open().evaluationSteps(run);
    if (steps.empty() || evaluated.empty()) return {{"problem", "the run has no windows or no evaluations"}};
    const int64_t middle = steps[steps.size() / 2], last = evaluated.back();
    using Read = std::function<void(const Store&)>;
    const std::pair<const char*, Read> reads[] = {
        {"windowSteps", [&](const Store& s) { (void)s.windowSteps(run); }},
        {"windowCurves, one figure", [&](const Store& s) { (void)s.windowCurves(run, WindowColumn::DropRate); }},
        {"windowFigures, one layer", [&](const Store& s) { (void)s.windowFigures(run, 0); }},
        {"windowsAt", [&](const Store& s) { (void)s.windowsAt(run, middle); }},
        {"evaluationSteps", [&](const Store& s) { (void)s.evaluationSteps(run); }},
        {"evaluationAt", [&](const Store& s) { (void)s.evaluationAt(run, last); }},
        {"specializations", [&](const Store& s) { (void)s.specializations(run); }},
        {"evaluationRoutes", [&](const Store& s) { (void)s.evaluationRoutes(run, last); }},
        {"expertHistory, one layer", [&](const Store& s) { (void)s.expertHistory(run, 0); }}};
    nlohmann::json result;
    for (const auto& [name, read] : reads) {
        std::vector<double> taken;
        for (int i = 0; i < times; ++i) {
            const Store store = open();
            taken.push_back(milliseconds([&] { read(store); }));
        }
        std::ranges::sort(taken);
        result[name] = taken[taken.size() / 2];
    }
    return result;
}

} // namespace sy
