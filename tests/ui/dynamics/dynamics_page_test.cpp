#include "ui/dynamics/dynamics_page.h"

#include "core/store/run_writer.h"
#include "tests/support/page_bench.h"
#include "ui/dynamics/transition_flow.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/heat_map.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

#include <cmath>

namespace sy {

namespace {

constexpr int experts = 4;
constexpr int64_t rows = 4, width = 7;

RouteText madeText()
{
    RouteText text;
    text.rows = rows;
    text.width = width;
    text.pass_rows = 2;
    for (int64_t x = 0; x < rows * width; ++x) {
        text.token.push_back(static_cast<int32_t>(5 + x * x % 11));
        text.counted.push_back(x % width < 4 + x / width ? 1 : 0);
    }
    text.row_language = {0, 1, 0, -1};
    return text;
}

/// Layer 1 follows layer 0 but for one token in three; both change with the step, some tokens once, others always.
int madeExpert(int64_t x, int64_t layer, int64_t step)
{
    const int64_t first = (x * 7 + (x % 3 == 0 ? step / 10 : 0) + (x % 5 == 0 && step >= 20 ? 1 : 0)) % experts;
    return static_cast<int>(layer == 0 || x % 3 ? first : (first + 1) % experts);
}

EvaluationRoutes madeRoutes(int64_t step, int64_t layers)
{
    EvaluationRoutes routes;
    routes.step = step;
    routes.corpus = "made-up";
    routes.encoder = madeText();
    for (int64_t m = 0; m < layers; ++m) {
        LayerRoutes layer;
        layer.layer = m;
        for (int64_t x = 0; x < rows * width; ++x) {
            layer.expert.push_back(
                static_cast<int16_t>(routes.encoder.counted[size_t(x)] ? madeExpert(x, m, step) : -1));
            layer.kept.push_back(1);
            layer.gate.push_back(0.5F);
        }
        routes.layers.push_back(std::move(layer));
    }
    return routes;
}

RouteSample madeSample(int64_t step)
{
    RouteSample sample;
    sample.step = step;
    sample.layers = {0};
    for (int32_t x = 0; x < 12; ++x) {
        sample.token.push_back(x);
        sample.language.push_back(0);
        sample.sequence.push_back(x / 6);
        sample.position.push_back(x % 6);
        const auto expert = static_cast<int16_t>(x / 2 % experts); // pairs: every second neighbour is alike
        sample.expert.push_back(x == 3 ? static_cast<int16_t>(-1 - expert) : expert);
        sample.gate.push_back(0.5F);
    }
    return sample;
}

RoutingWindow madeWindow(int64_t step)
{
    RoutingWindow window;
    window.first_step = window.last_step = step;
    window.languages = 2;
    window.experts = experts;
    window.load.assign(8, 1);
    window.kept = window.load;
    window.importance.assign(8, 1.0);
    window.tokens = {4, 4};
    return window;
}

/// From node i of N to node j: counts given.
StackTransitions madeStack(int count, int layers)
{
    StackTransitions stack;
    for (int layer = 0; layer < layers; ++layer) stack.layers.push_back(layer);
    std::vector<int16_t> from, to;
    for (int i = 0; i < count; ++i)
        for (int j = 0; j < count; ++j)
            for (int n = 0; n < 1 + (i + 2 * j) % 5 + i; ++n) {
                from.push_back(int16_t(i));
                to.push_back(int16_t(j));
            }
    for (int pair = 0; pair + 1 < layers; ++pair)
        stack.between.push_back(pair % 2 ? transitions(to, from, count, count) : transitions(from, to, count, count));
    return stack;
}

double lastOf(const CurveChart& chart, const QString& id)
{
    const Curve rows_of = chart.rows(id);
    return rows_of.value.empty() ? NAN : rows_of.value.back();
}

} // namespace

class DynamicsPageTest : public QObject {
    Q_OBJECT

    struct Bench : test::PageBench {
        RunWriter run = create(paths);
        std::shared_ptr<RoutingIndex> index = std::make_shared<RoutingIndex>();

        static RunWriter create(const StorePaths& paths)
        {
            NewRun made;
            made.name = "sparse";
            made.config = nlohmann::json::object();
            made.languages = {"de", "ja"};
            made.sparse_layers = {"encoder.1", "encoder.3"};
            made.num_experts = experts;
            return RunWriter::create(paths, made);
        }
        Bench()
        {
            index->run = QString::fromStdString(run.id());
            index->name = "sparse";
            index->layers = QStringList{"encoder.1", "encoder.3"};
            index->languages = QStringList{"de", "ja"};
            index->experts = experts;
        }
        void record(const std::vector<int64_t>& steps)
        {
            for (const int64_t step : steps) {
                run.evaluationRoutes(madeRoutes(step, index->layers.size()));
                index->route_steps.push_back(step);
            }
            run.flush();
            index->evaluation_steps = index->route_steps;
        }
        void look() { focus.setIndex(std::make_shared<RoutingIndex>(*index)); }
    };
    template <class Child> static Child* child(QWidget& page, const char* name)
    {
        auto* found = page.findChild<Child*>(QLatin1String(name));
        if (!found) qFatal("no %s", name);
        return found;
    }

private Q_SLOTS:
    void saysWhatIsMissing()
    {
        Bench bench;
        DynamicsPage page(bench.context());
        page.show();
        auto* empty = child<QLabel>(page, "dynamicsEmpty");
        QVERIFY(empty->text().contains("Choose a run"));
        bench.look();
        QVERIFY(empty->text().contains("recorded no routes"));
        auto dense = std::make_shared<RoutingIndex>(*bench.index);
        dense->run = "another";
        dense->layers.clear();
        bench.focus.setIndex(dense);
        QVERIFY(empty->text().contains("dense model"));
    }
    void curvesEqualSlowLoops()
    {
        Bench bench;
        bench.record({10, 20, 40});
        bench.look();
        DynamicsPage page(bench.context());
        page.resize(800, 560);
        page.show();
        auto* saturation = child<CurveChart>(page, "saturationChart");
        auto* plastic = child<CurveChart>(page, "plasticityChart");
        auto* local = child<CurveChart>(page, "localityChart");
        QTRY_VERIFY(saturation->rows("encoder.3").step.size() == 3 && !page.isReading());
        const RouteText text = madeText();
        for (int layer = 0; layer < 2; ++layer) {
            const QString id = bench.index->layers[layer];
            const int64_t steps[] = {10, 20, 40};
            for (size_t s = 0; s < 3; ++s) {
                double tokens = 0, same = 0, changed = 0, pairs = 0, near = 0;
                for (int64_t x = 0; x < rows * width; ++x) {
                    if (!text.counted[size_t(x)]) continue;
                    ++tokens;
                    const int now = madeExpert(x, layer, steps[s]);
                    same += now == madeExpert(x, layer, 40) ? 1 : 0;
                    if (s > 0) changed += now != madeExpert(x, layer, steps[s - 1]) ? 1 : 0;
                    if (x % width == 0 || !text.counted[size_t(x - 1)]) continue;
                    ++pairs;
                    near += now == madeExpert(x - 1, layer, steps[s]) ? 1 : 0;
                }
                QCOMPARE(saturation->rows(id).value.at(s), same / tokens);
                QCOMPARE(local->rows(id).value.at(s), near / pairs);
                if (s > 0) QCOMPARE(plastic->rows(id).value.at(s - 1), changed / tokens);
            }
        }
        QCOMPARE(lastOf(*saturation, "encoder.1"), 1.0);
        QCOMPARE(saturation->referenceLine("uniform"), std::optional(0.25));
        QVERIFY(saturation->hasCurve("chance"));
        QCOMPARE(child<QLabel>(page, "saturationReference")->text(), QString("step 40, the final one"));
    }
    void languagesOfTheLayer()
    {
        Bench bench;
        bench.record({10, 20, 40});
        bench.look();
        DynamicsPage page(bench.context());
        page.show();
        auto* map = child<HeatMap>(page, "plasticityByLanguage");
        QTRY_COMPARE(map->matrix().columns, 2);
        const RouteText text = madeText();
        for (int l = 0; l < 2; ++l) {
            double tokens = 0, changed = 0;
            for (int64_t x = 0; x < rows * width; ++x) {
                if (!text.counted[size_t(x)] || text.row_language[size_t(x / width)] != l) continue;
                ++tokens;
                changed += madeExpert(x, 0, 20) != madeExpert(x, 0, 40) ? 1 : 0;
            }
            QCOMPARE(map->matrix().value[size_t(l * 2 + 1)], changed / tokens);
        }
        auto* chart = child<CurveChart>(page, "plasticityChart");
        bench.focus.setLanguage(1);
        QCOMPARE(map->selectedRow(), 1);
        QCOMPARE(lastOf(*chart, "extra"), map->matrix().value[3]);
        Q_EMIT map->cellChosen(0, 0);
        QCOMPARE(bench.focus.language(), 0);
        QCOMPARE(bench.focus.step(), std::optional<int64_t>(20));
        Q_EMIT map->rowChosen(0);
        QVERIFY(!chart->hasCurve("extra"));
    }
    void saturationAgainstAnotherStep()
    {
        Bench bench;
        bench.record({10, 20, 40});
        bench.index->checkpoint_steps = {25};
        bench.index->live = true;
        bench.look();
        DynamicsPage page(bench.context());
        page.show();
        auto* chart = child<CurveChart>(page, "saturationChart");
        QTRY_VERIFY(chart->hasCurve("encoder.3") && !page.isReading());
        auto* against = child<QComboBox>(page, "saturationAgainst");
        against->setCurrentIndex(1);
        Q_EMIT against->activated(1);
        QTRY_COMPARE(chart->rows("encoder.3").value.at(1), 1.0); // the evaluation before the checkpoint
        QVERIFY(lastOf(*chart, "encoder.3") < 1);
        QVERIFY(child<QLabel>(page, "saturationReference")->text().contains("checkpoint at 25"));
        against->setCurrentIndex(2);
        Q_EMIT against->activated(2);
        bench.focus.setStep(13);
        QTRY_COMPARE(chart->rows("encoder.3").value.at(0), 1.0);
        // A live run goes on.
        bench.focus.setStep({});
        against->setCurrentIndex(0);
        bench.record({50});
        bench.look();
        QTRY_COMPARE(chart->rows("encoder.1").step.size(), size_t(4));
        QCOMPARE(lastOf(*chart, "encoder.1"), 1.0);
    }
    void transitionsEqualSlowLoop()
    {
        Bench bench;
        bench.record({10, 20});
        bench.look();
        bench.focus.setStep(10);
        DynamicsPage page(bench.context());
        page.resize(900, 560);
        page.show();
        child<QTabWidget>(page, "dynamicsTabs")->setCurrentIndex(2);
        auto* map = child<HeatMap>(page, "transitionMatrix");
        auto* flow = child<TransitionFlow>(page, "transitionFlow");
        QTRY_COMPARE(map->matrix().rows, experts);
        const RouteText text = madeText();
        std::vector<double> count(16), leaving(4);
        for (int64_t x = 0; x < rows * width; ++x) {
            if (!text.counted[size_t(x)]) continue;
            ++count[size_t(madeExpert(x, 0, 10) * experts + madeExpert(x, 1, 10))];
            ++leaving[size_t(madeExpert(x, 0, 10))];
        }
        for (size_t i = 0; i < 16; ++i) QCOMPARE(map->matrix().value[i], count[i] / leaving[i / 4]);
        double banded = 0;
        for (const FlowBand& band : flow->bands().bands) {
            const auto from = size_t(flow->bands().nodes[band.from].expert);
            const auto to = size_t(flow->bands().nodes[band.to].expert);
            QCOMPARE(double(band.count), count[from * 4 + to]);
            banded += double(band.count);
        }
        QCOMPARE(banded, leaving[0] + leaving[1] + leaving[2] + leaving[3]);
        auto* kind = child<QComboBox>(page, "transitionsKind");
        kind->setCurrentIndex(2);
        Q_EMIT kind->activated(2);
        QCOMPARE(map->matrix().value, count);
        QVERIFY(child<QLabel>(page, "transitionsHeading")->text().contains("encoder.1 to encoder.3: I = "));
        // Choices meet in flow, matrix and focus.
        bench.focus.setExpert(2);
        QCOMPARE(map->selectedRow(), 2);
        QTest::mouseClick(flow, Qt::LeftButton, {},
                          flow->bands().nodes[size_t(flow->bands().nodeOf(1, 3))].box.center().toPoint());
        QCOMPARE(bench.focus.layer(), 1);
        QCOMPARE(bench.focus.expert(), 3);
        QCOMPARE(map->selectedRow(), -1);
        QCOMPARE(map->selectedColumn(), 3); // the last layer: how its tokens came
        QTest::keyClick(flow, Qt::Key_Escape);
        QCOMPARE(bench.focus.expert(), -1);
        bench.focus.setStep(20);
        QTRY_VERIFY(child<QLabel>(page, "transitionsHeading")->text().contains("step 20"));
    }
    void oneSparseLayerHasNoTransitions()
    {
        Bench bench;
        bench.index->layers = QStringList{"encoder.1"};
        bench.record({10});
        bench.look();
        DynamicsPage page(bench.context());
        page.show();
        child<QTabWidget>(page, "dynamicsTabs")->setCurrentIndex(2);
        QTRY_VERIFY(!page.isReading());
        QCOMPARE(child<HeatMap>(page, "transitionMatrix")->matrix().rows, 0);
        QVERIFY(child<TransitionFlow>(page, "transitionFlow")->bands().nodes.empty());
        QCOMPARE(child<CurveChart>(page, "plasticityChart")->rows("encoder.1").step.size(), size_t(0));
    }
    void samplesGiveLocality()
    {
        Bench bench;
        for (const int64_t step : {10, 20, 30}) {
            bench.run.window(madeWindow(step));
            if (step != 20) bench.run.routeSample(madeSample(step));
        }
        bench.run.flush();
        bench.index->window_steps = {10, 20, 30};
        bench.look();
        DynamicsPage page(bench.context());
        page.show();
        auto* chart = child<CurveChart>(page, "localityChart");
        QTRY_VERIFY(!chart->rows("encoder.1").step.empty());
        QCOMPARE(chart->rows("encoder.1").step, (std::vector<int64_t>{10, 30}));
        QCOMPARE(chart->rows("encoder.1").value.at(0), 6.0 / 10); // 3 of 5 neighbours in each of two rows
        QVERIFY(!child<CurveChart>(page, "saturationChart")->hasCurve("encoder.1"));
    }
    void bandsFillTheirNodes_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("layers");
        QTest::newRow("two layers") << 4 << 2;
        QTest::newRow("sixteen") << 16 << 3;
        QTest::newRow("many: the rest in one") << 40 << 3;
    }
    void bandsFillTheirNodes()
    {
        QFETCH(int, count);
        QFETCH(int, layers);
        const StackTransitions stack = madeStack(count, layers);
        FlowRoom room;
        room.area = QRectF(10, 10, 500, 400);
        room.least_band = 0;
        const FlowBands flow = arrangeFlow(stack, 0, layers, room, 0, 0);
        QCOMPARE(int(flow.nodes.size()), layers * (count > 16 ? 17 : count));
        QVERIFY(flow.nodeOf(0, 0) >= 0); // the chosen one stands for itself, weak as it is
        QCOMPARE(flow.nodes[size_t(flow.nodeOf(0, 0))].expert, 0);
        for (size_t node = 0; node < flow.nodes.size(); ++node) {
            int64_t come = 0, go = 0;
            for (const FlowBand& band : flow.bands) {
                if (band.from == node) go += band.count;
                if (band.to == node) come += band.count;
            }
            QCOMPARE(flow.nodes[node].tokens, std::max(come, go));
            QVERIFY(room.area.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(flow.nodes[node].box));
        }
        // Bands leave and reach a node from its top down, without a gap, and are as high on both sides.
        const auto y = [](const FlowBand& band, int element) { return band.shape.elementAt(element).y; };
        using Ends = std::vector<std::pair<double, double>>;
        for (size_t node = 0; node < flow.nodes.size() && flow.unseen == 0; ++node) {
            Ends leaving, arriving;
            for (const FlowBand& band : flow.bands) {
                if (band.from == node) leaving.emplace_back(y(band, 0), y(band, 7));
                if (band.to == node) arriving.emplace_back(y(band, 3), y(band, 4));
                QVERIFY(std::abs((y(band, 4) - y(band, 3)) - (y(band, 7) - y(band, 0))) < 1e-6);
            }
            for (Ends* ends : {&leaving, &arriving}) {
                std::ranges::sort(*ends);
                double top = flow.nodes[node].box.top();
                for (const auto& [first, last] : *ends) {
                    QVERIFY(std::abs(first - top) < 1e-6);
                    top = last;
                }
                QVERIFY(top <= flow.nodes[node].box.bottom() + 1e-6);
            }
        }
        for (int c = 0; c + 1 < layers; ++c) {
            int64_t sum = 0;
            for (const FlowBand& band : flow.bands) sum += flow.nodes[band.from].column == c ? band.count : 0;
            QCOMPARE(sum, stack.between[size_t(c)].tokens);
        }
    }
    void flowByKeys()
    {
        TransitionFlow flow;
        flow.resize(700, 400);
        flow.setStack(madeStack(4, 3), {"a", "b", "c"}, 4);
        flow.setChosen(0, -1);
        flow.show();
        QSignalSpy chosen(&flow, &TransitionFlow::nodeChosen);
        QTest::keyClick(&flow, Qt::Key_Right); // the cursor appears at the chosen layer
        QTest::keyClick(&flow, Qt::Key_Right);
        QTest::keyClick(&flow, Qt::Key_Down);
        QTest::keyClick(&flow, Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0], (QVariantList{1, 1}));
        QCOMPARE(flow.toCsv().count('\n'), 1 + 2 * 16);
        QVERIFY(flow.toCsv().contains("\r\na,1,b,2,"));
        QVERIFY(flow.toPng({400, 300}).startsWith("\x89PNG"));
        QVERIFY(flow.toSvg({400, 300}).contains("<svg"));
    }
};

} // namespace sy

QTEST_MAIN(sy::DynamicsPageTest)
#include "dynamics_page_test.moc"
