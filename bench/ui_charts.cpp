// How fluid the charts are: replots while panning a million points, a first chart of 50 series, and how long the event
// loop stalls while a hundred runs are read; from a trainer's commit to the drawn point. Prints JSON. `ui_charts STORE`
// reads the runs of a store (generated ones: make_store); without it a store of 100 runs is written for the occasion.
#include "bench/synthetic_store.h"
#include "ui/charts/charts_page.h"
#include "ui/charts/curve_loader.h"
#include "ui/models/palette.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/qcustomplot.h"

#include "core/store/run_writer.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <random>

#include <nlohmann/json.hpp>

namespace {

using namespace sy;
using nlohmann::json;

json percentiles(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
    };
    return {{"median_ms", at(0.5)}, {"p99_ms", at(0.99)}, {"max_ms", values.back()}, {"count", values.size()}};
}

double milliseconds(const QElapsedTimer& timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

Curve noisyLoss(size_t points, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(0, 0.15);
    Curve rows;
    for (size_t i = 1; i <= points; ++i) {
        rows.step.push_back(static_cast<int64_t>(i));
        rows.value.push_back(3 + 7 * std::exp(-6.0 * static_cast<double>(i) / static_cast<double>(points)) +
                             noise(random));
    }
    return rows;
}

void fill(CurveChart& chart, int curves, size_t points_each)
{
    for (int c = 0; c < curves; ++c) {
        const QString id = QString::number(c);
        chart.setCurve(id, CurveLook{id, lineColour(c), Qt::SolidLine, id, QStringLiteral("train/cross_entropy")});
        chart.setRows(id, noisyLoss(points_each, static_cast<unsigned>(c)));
    }
}

/// A window of `share` of all points slides over them.
json pan(int curves, size_t points_each, double share, double smoothing)
{
    CurveChart chart;
    chart.resize(1600, 900);
    chart.setSmoothing(smoothing);
    fill(chart, curves, points_each);
    chart.show();
    chart.replotNow();
    QApplication::processEvents();
    const double all = static_cast<double>(points_each), width = share * all;
    std::vector<double> times;
    for (int frame = 0; frame < 200; ++frame) {
        const double left = (all - width) * frame / 200.0;
        QElapsedTimer timer;
        timer.start();
        chart.link()->setRange({left, left + width});
        chart.replotNow();
        chart.plot()->repaint();
        times.push_back(milliseconds(timer));
        QApplication::processEvents(); // what was queued is drawn already
    }
    json out = percentiles(times);
    out.update({{"curves", curves},
                {"points", points_each * static_cast<size_t>(curves)},
                {"visible_share", share},
                {"smoothing", smoothing}});
    return out;
}

json firstChart()
{
    QElapsedTimer timer;
    std::vector<Curve> rows;
    for (unsigned c = 0; c < 50; ++c) rows.push_back(noisyLoss(20'000, c));
    timer.start();
    CurveChart chart;
    chart.resize(1600, 900);
    for (int c = 0; c < 50; ++c) {
        chart.setCurve(QString::number(c), CurveLook{QString::number(c), lineColour(c), Qt::SolidLine, {}, {}});
        chart.setRows(QString::number(c), rows[static_cast<size_t>(c)]);
    }
    chart.show();
    chart.replotNow();
    chart.plot()->repaint();
    return {{"series", 50}, {"points", 1'000'000}, {"ms", milliseconds(timer)}};
}

/// A window's models and its charts page over a store.
struct Workbench {
    explicit Workbench(const StorePaths& paths) : watch(paths), access(paths)
    {
        PageContext context;
        context.paths = paths;
        context.selection = &selection;
        context.watch = &watch;
        context.access = &access;
        page = std::make_unique<ChartsPage>(context);
        page->resize(1600, 900);
        page->show();
        while (watch.picture()->runs.empty()) turn();
    }
    static void turn() { QApplication::processEvents(QEventLoop::WaitForMoreEvents); }

    Selection selection;
    StoreWatch watch;
    StoreAccess access;
    std::unique_ptr<ChartsPage> page;
};

/// From the end of a trainer's commit until the chart that holds its point was drawn.
json commitToPixel(const StorePaths& paths)
{
    NewRun run;
    run.name = "live";
    run.config = json::object();
    auto writer = RunWriter::create(paths, run);
    Workbench bench(paths);
    const QString id = QString::fromStdString(writer.id());
    bench.selection.setCurrentRun(id);
    CurveChart* chart = bench.page->chartOf(QStringLiteral("train/cross_entropy"));
    double drawn = 0;
    QObject::connect(chart->plot(), &QCustomPlot::afterReplot, [&] { drawn = chart->plot()->xAxis->range().upper; });
    std::vector<double> times;
    for (int64_t step = 2; step < 42; ++step) {
        writer.points({{"train/cross_entropy", step, 3}});
        writer.setStep(step);
        writer.flush();
        QElapsedTimer timer;
        timer.start();
        while (drawn < static_cast<double>(step)) Workbench::turn();
        times.push_back(milliseconds(timer));
    }
    return percentiles(times);
}

/// A timer that wants to tick every millisecond tells how long the event loop was away.
json loadRuns(const StorePaths& paths)
{
    Workbench bench(paths);
    QStringList shown;
    for (const RunSummary& run : bench.watch.picture()->runs)
        if (shown.size() < 100) shown << QString::fromStdString(run.id);
    std::vector<double> stalls;
    QElapsedTimer since, total;
    QTimer heart;
    heart.setTimerType(Qt::PreciseTimer);
    QObject::connect(&heart, &QTimer::timeout, [&] {
        stalls.push_back(milliseconds(since));
        since.restart();
    });
    since.start();
    total.start();
    heart.start(1);
    bench.selection.setShownRuns(shown);
    while (!bench.page->loader()->isBusy()) Workbench::turn();
    while (bench.page->loader()->isBusy()) Workbench::turn();
    const double seconds = milliseconds(total) / 1e3;
    qint64 points = 0;
    for (const ChartSpec& spec : bench.page->specs()) points += bench.page->chartOf(spec.series)->pointCount();
    json out{{"runs", shown.size()}, {"points", points}, {"seconds", seconds}, {"stall", percentiles(stalls)}};
    return out;
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    QTemporaryDir folder;
    try {
        json out;
        out["first_chart"] = firstChart();
        for (const auto& [curves, points] : {std::pair<int, size_t>{1, 1'000'000}, {10, 100'000}, {50, 20'000}})
            for (const double share : {1.0, 0.2, 0.02}) out["panning"].push_back(pan(curves, points, share, 0));
        out["panning"].push_back(pan(10, 100'000, 0.2, 0.95));
        StorePaths paths = StorePaths::ofFile(argc > 1 ? argv[1] : (folder.path() + "/store.sqlite").toStdString());
        if (argc < 2) fillStore(paths, {100, 2000, 20, 1});
        out["loading"] = loadRuns(paths);
        QTemporaryDir live;
        out["commit_to_pixel"] = commitToPixel(StorePaths::ofFile((live.path() + "/store.sqlite").toStdString()));
        std::printf("%s\n", out.dump(2).c_str());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "ui_charts: %s\n", e.what());
        return 1;
    }
    return 0;
}
