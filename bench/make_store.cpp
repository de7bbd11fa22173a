// A store with made-up runs, and how long readers take:
//     make_store FILE [--runs R] [--points P] [--series S] [--seed N]         many runs with curves
//     make_store FILE --routing LAYERS EXPERTS LANGUAGES WINDOWS              one run with much routing
//     make_store FILE --planted                                               one small run whose routing is known
//     make_store FILE --read RUN                                              the reads of a run's router that is there
#include "bench/routing_reads.h"
#include "bench/synthetic_routing.h"
#include "bench/synthetic_store.h"
#include "tests/support/planted_run.h"

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

int64_t positive(const char* text)
{
    if (std::atoll(text) < 1) throw std::invalid_argument(std::string(text) + " is no number from 1");
    return std::atoll(text);
}

nlohmann::json routingStore(const sy::StorePaths& paths, char** numbers)
{
    std::string run;
    const double writing = seconds([&] {
        run = sy::addRoutingRun(
            paths, {positive(numbers[0]), positive(numbers[1]), positive(numbers[2]), positive(numbers[3])});
    });
    return {{"run", run},
            {"seconds", writing},
            {"bytes", sy::fs::file_size(paths.database)},
            {"reading_ms", sy::routingReads(paths, run)}};
}

nlohmann::json curvesStore(const sy::StorePaths& paths, int argc, char** argv)
{
    auto options = optionsOf(argc, argv);
    const double writing = seconds([&] {
        sy::fillStore(paths, {options["--runs"], options["--points"], options["--series"],
                              static_cast<uint64_t>(options["--seed"])});
    });
    const auto points = static_cast<double>(options["--runs"] * options["--points"] * options["--series"]);
    return {{"runs", options["--runs"]},
            {"points", points},
            {"seconds", writing},
            {"points_per_second", points / writing},
            {"bytes", sy::fs::file_size(paths.database)},
            {"reading", readingTimes(paths)}};
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc < 2 || argv[1][0] == '-')
        throw std::invalid_argument("make_store FILE [options]; the first lines of its source tell");
    const sy::StorePaths paths = sy::StorePaths::ofFile(argv[1]);
    const std::string kind = argc > 2 ? argv[2] : "";
    nlohmann::json result;
    if (kind == "--read" && argc == 4) {
        result = sy::routingReads(paths, argv[3]);
    } else {
        if (sy::fs::exists(paths.database)) throw std::invalid_argument(paths.database.string() + " is there already");
        if (kind == "--routing" && argc == 7)
            result = routingStore(paths, argv + 3);
        else if (kind == "--planted" && argc == 3)
            result = {{"run", sy::test::writePlantedRun(paths)}};
        else
            result = curvesStore(paths, argc, argv);
    }
    std::cout << result.dump(2) << std::endl;
    return 0;
} catch (const std::exception& error) {
    std::cerr << "make_store: " << error.what() << std::endl;
    return 1;
}
