// The window as a whole, in JSON:
//     bench_window start STORE     from the program's start until the list shows every run and was painted
//     bench_window load STORE      until the charts of every series of every run hold all rows and were painted
//     bench_window latency         from a trainer's commit until its point is painted
//     bench_window inspector STORE RUN   opening every view of the router, then moving the step slider in it
// Event-loop stalls beside each: how much later than asked a timer of 2 ms came.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/store/run_writer.h"
#include "ui/charts/charts_page.h"
#include "ui/charts/curve_loader.h"
#include "ui/models/routing_focus.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/plots/curve_chart.h"
#include "ui/runs/run_list_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/routing_page.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>
#include <QTreeView>

#include <algorithm>
#include <cstdio>
#include <set>
#include <thread>

using namespace sy;

namespace {

/// Milliseconds by which events were late.
class StallMeter : public QObject {
public:
    StallMeter()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            m_late.push_back(std::max(0.0, double(m_clock.nsecsElapsed()) / 1e6 - interval_ms));
            m_clock.start();
        });
        m_clock.start();
        m_timer.start(interval_ms);
    }
    nlohmann::json result()
    {
        std::sort(m_late.begin(), m_late.end());
        const auto at = [&](double share) {
            return m_late.empty() ? 0 : m_late[size_t(share * double(m_late.size() - 1))];
        };
        return {{"events", m_late.size()}, {"p50_ms", at(0.5)}, {"p99_ms", at(0.99)}, {"max_ms", at(1)}};
    }

private:
    static constexpr int interval_ms = 2;
    QTimer m_timer;
    QElapsedTimer m_clock;
    std::vector<double> m_late;
};

/// Turns the event loop until the condition holds. @throws Error after `seconds`.
template <class Condition> void waitFor(const char* what, double seconds, Condition&& condition)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > 1000 * seconds) throw Error(std::string("waited in vain for ") + what);
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
    }
}

struct Bench {
    QElapsedTimer clock;
    QTemporaryDir home;
    std::unique_ptr<MainWindow> window;

    explicit Bench(const StorePaths& paths)
    {
        clock.start();
        qputenv("SWITCHYARD_HOME", home.path().toUtf8()); // settings of its own
        window = std::make_unique<MainWindow>(paths, QString(), home.filePath("workbench.ini"));
        window->resize(1600, 900);
        window->show();
    }
    double seconds() const { return double(clock.nsecsElapsed()) / 1e9; }
    const StorePicture& picture() const { return *window->context().watch->picture(); }
};

nlohmann::json start(const StorePaths& paths)
{
    const size_t runs = Store::openExisting(paths).runs().size();
    Bench bench(paths);
    StallMeter stalls;
    auto* list = bench.window->findChild<RunListPanel*>();
    waitFor("the run list", 60, [&] { return size_t(list->model()->rowCount()) == runs; });
    list->view()->viewport()->repaint();
    const double usable = bench.seconds();
    waitFor("every run's settings", 60, [&] { return bench.picture().settings->size() == runs; });
    return {
        {"runs", runs}, {"usable_seconds", usable}, {"settings_seconds", bench.seconds()}, {"stalls", stalls.result()}};
}

nlohmann::json load(const StorePaths& paths)
{
    const auto store = Store::openExisting(paths);
    std::map<std::string, int64_t> wanted; // "<id>|<series>" -> points
    std::set<std::string> names;
    QStringList ids;
    for (const auto& run : store.runs()) {
        ids << QString::fromStdString(run.id);
        for (const auto& [name, summary] : store.seriesSummaries(run.id)) {
            if (name.starts_with("system/")) continue;
            wanted[run.id + "|" + name] = summary.points;
            names.insert(name);
        }
    }
    Bench bench(paths);
    StallMeter stalls;
    bench.window->showCharts();
    auto* page = bench.window->findChild<ChartsPage*>();
    waitFor("the runs", 60, [&] { return qsizetype(bench.picture().runs.size()) >= ids.size(); });
    for (const auto& name : names) page->showSeries(QString::fromStdString(name));
    bench.window->context().selection->setShownRuns(ids);
    int64_t points = 0;
    waitFor("all rows", 900, [&] {
        if (page->loader()->isBusy()) return false;
        points = 0;
        for (const auto& [key, count] : wanted) points += count;
        int64_t held = 0;
        for (const auto& name : names)
            if (const auto* chart = page->chartOf(QString::fromStdString(name))) held += chart->pointCount();
        return held >= points;
    });
    for (const auto& name : names) page->chartOf(QString::fromStdString(name))->replotNow();
    return {{"runs", ids.size()},
            {"series", wanted.size()},
            {"points", points},
            {"seconds", bench.seconds()},
            {"stalls", stalls.result()}};
}

NewRun newRun()
{
    NewRun run;
    run.name = "latency";
    run.config = nlohmann::json::object();
    run.steps = 1000;
    run.environment = nlohmann::json::object();
    return run;
}

nlohmann::json latency()
{
    QTemporaryDir folder;
    const auto paths = StorePaths::ofFile(folder.filePath("store.sqlite").toStdString());
    auto writer = RunWriter::create(paths, newRun());
    writer.setStatus(RunStatus::Running);
    Bench bench(paths);
    StallMeter stalls;
    bench.window->showCharts();
    auto* page = bench.window->findChild<ChartsPage*>();
    waitFor("the run", 60, [&] { return !bench.picture().runs.empty(); });
    bench.window->context().selection->setShown(QString::fromStdString(writer.id()), true);
    std::vector<double> delays;
    for (int64_t step = 1; step <= 40; ++step) {
        writer.points({{"train/cross_entropy", step, 5.0 / double(step)}});
        writer.setStep(step);
        writer.flush();
        QElapsedTimer delay;
        delay.start();
        waitFor("the point", 30, [&] {
            const auto* chart = page->chartOf("train/cross_entropy");
            return chart && chart->pointCount() >= step;
        });
        page->chartOf("train/cross_entropy")->replotNow();
        delays.push_back(double(delay.nsecsElapsed()) / 1e6);
    }
    std::sort(delays.begin(), delays.end());
    return {{"commits", delays.size()},
            {"median_ms", delays[delays.size() / 2]},
            {"max_ms", delays.back()},
            {"stalls", stalls.result()}};
}

/// Seconds until the inspector's reads are all answered, none follows within a moment, and the view was painted.
double settle(Bench& bench, QWidget& view)
{
    constexpr double quiet_seconds = 0.05;
    const double began = bench.seconds();
    double idle_since = -1;
    waitFor("the view's reads", 120, [&] {
        if (bench.window->inspector().access->waiting() > 0)
            idle_since = -1;
        else if (idle_since < 0)
            idle_since = bench.seconds();
        return idle_since >= 0 && bench.seconds() - idle_since > quiet_seconds;
    });
    const double paint = bench.seconds();
    view.repaint();
    return idle_since - began + bench.seconds() - paint;
}

/// Walks through the recorded steps as a dragged slider does, one step a frame.
nlohmann::json drag(Bench& bench, QWidget& view, const std::vector<int64_t>& steps)
{
    constexpr size_t frames = 60;
    StallMeter stalls;
    auto* focus = bench.window->context().focus;
    std::vector<double> delays;
    for (size_t i = 0; i < frames; ++i) {
        focus->setStep(steps[(steps.size() - 1) * (i * 37 % frames) / (frames - 1)]);
        delays.push_back(1000 * settle(bench, view));
    }
    focus->setStep({});
    settle(bench, view);
    std::sort(delays.begin(), delays.end());
    return {{"frames", frames},
            {"median_ms", delays[frames / 2]},
            {"p95_ms", delays[frames * 95 / 100]},
            {"max_ms", delays.back()},
            {"stalls", stalls.result()}};
}

nlohmann::json inspector(const StorePaths& paths, const std::string& run)
{
    const std::string id = Store::openExisting(paths).run(run).id;
    Bench bench(paths);
    bench.window->context().selection->setCurrentRun(QString::fromStdString(id));
    auto* focus = bench.window->context().focus;
    waitFor("the index", 60, [&] { return focus->index()->run.toStdString() == id; });
    const auto& index = *focus->index();
    nlohmann::json result{{"layers", index.layers.size()},
                          {"experts", index.experts},
                          {"languages", index.languages.size()},
                          {"windows", index.window_steps.size()},
                          {"evaluations", index.evaluation_steps.size()}};
    auto* page = bench.window->findChild<RoutingPage*>();
    bench.window->showCharts();
    for (const auto& name : page->views()) {
        auto* view = page->view(name);
        StallMeter stalls;
        QElapsedTimer clock;
        clock.start();
        bench.window->showRouting(name);
        QApplication::processEvents();
        settle(bench, *view);
        const double open_ms = double(clock.nsecsElapsed()) / 1e6 - 50; // less the moment of quiet
        auto& entry = result["views"][name.toStdString()];
        entry["open_ms"] = open_ms;
        entry["open_stalls"] = stalls.result();
        entry["slider"] = drag(bench, *view, index.window_steps);
    }
    return result;
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    const std::string verb = argc > 1 ? argv[1] : "";
    try {
        nlohmann::json result;
        if (verb == "latency")
            result = latency();
        else if (verb == "inspector" && argc > 3)
            result = inspector(StorePaths::ofFile(argv[2]), argv[3]);
        else if ((verb == "start" || verb == "load") && argc > 2)
            result = verb == "start" ? start(StorePaths::ofFile(argv[2])) : load(StorePaths::ofFile(argv[2]));
        else
            throw Error("bench_window start|load STORE, bench_window inspector STORE RUN, or bench_window latency");
        std::puts(result.dump(1).c_str());
        return 0;
    } catch (const Error& error) {
        std::fprintf(stderr, "bench_window: %s\n", error.what());
        return 1;
    }
}
