// make_store FILE [--runs R] [--points P] [--series S] [--seed N]: a store with made-up runs, and how long readers
// take.
#include "bench/synthetic_store.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>

namespace {

using Clock = std::chrono::steady_clock;

template <class Body> double seconds(Body&& body)
{
    const auto begin = Clock::now();
    body();
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::map<std::string, int64_t> optionsOf(int argc, char** argv)
{
    std::map<std::string, int64_t> options{{"--runs", 100}, {"--points", 1000}, {"--series", 20}, {"--seed", 1}};
    for (int i = 2; i < argc; i += 2) {
        const auto option = options.find(argv[i]);
        if (option == options.end() || i + 1 == argc || std::atoll(argv[i + 1]) < 1)
            throw std::invalid_argument(std::string(argv[i]) + " is no option with a number from 1");
        option->second = std::atoll(argv[i + 1]);
    }
    return options;
}

/// What a workbench asks first.
nlohmann::json readingTimes(const sy::StorePaths& paths)
{
    const sy::Store store = sy::Store::openExisting(paths);
    size_t points = 0;
    std::vector<sy::RunSummary> runs;
    const double list = seconds([&] { runs = store.runs(true, {"valid/cross_entropy", "train/drop_rate"}); });
    const double summaries = seconds([&] { (void)store.seriesSummaries(runs.at(0).id); });
    const double curves = seconds([&] {
        for (const auto& run : runs) points += store.curve(run.id, "train/cross_entropy").step.size();
    });
    return {{"runs_seconds", list},
            {"series_summaries_seconds", summaries},
            {"curves_seconds", curves},
            {"curve_points_per_second", static_cast<double>(points) / curves}};
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc < 2) throw std::invalid_argument("make_store FILE [--runs R] [--points P] [--series S] [--seed N]");
    auto options = optionsOf(argc, argv);
    const sy::StorePaths paths = sy::StorePaths::ofFile(argv[1]);
    if (sy::fs::exists(paths.database)) throw std::invalid_argument(paths.database.string() + " is there already");
    const double writing = seconds([&] {
        sy::fillStore(paths, {options["--runs"], options["--points"], options["--series"],
                              static_cast<uint64_t>(options["--seed"])});
    });
    const auto points = static_cast<double>(options["--runs"] * options["--points"] * options["--series"]);
    std::cout << nlohmann::json{{"runs", options["--runs"]},
                                {"points", points},
                                {"seconds", writing},
                                {"points_per_second", points / writing},
                                {"bytes", sy::fs::file_size(paths.database)},
                                {"reading", readingTimes(paths)}}
                     .dump(2)
              << std::endl;
    return 0;
} catch (const std::exception& error) {
    std::cerr << "make_store: " << error.what() << std::endl;
    return 1;
}
