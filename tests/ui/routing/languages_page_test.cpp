#include "ui/routing/languages_page.h"

#include "core/analysis/specialization.h"
#include "tests/ui/routing/routing_support.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/heat_map.h"
#include "ui/routing/language_table.h"
#include "ui/routing/specialization_loader.h"
#include "ui/routing/specialization_view.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QTest>

#include <cmath>

namespace sy {

using namespace sy::test;

namespace {

/// Recorded figures that no count gives: seen in the views they were read, not computed.
LayerSpecialization recorded(int64_t layer, double information)
{
    LayerSpecialization out;
    out.layer = layer;
    out.by_count = {information, 0.05, 0.02, 0.08, 0.005, 1.25, 1.4, 1.3, 16, 4, 400, 512};
    out.by_gate = out.by_count;
    out.by_gate.information = information / 2;
    out.given_token = out.by_count;
    out.given_token.information = information / 4;
    return out;
}

Evaluation withFigures(int64_t step)
{
    Evaluation out = plantedEvaluation(step);
    out.specialization = {recorded(0, 1), recorded(1, 0.05), recorded(2, 0.25)};
    return out;
}

void pick(QWidget& page, const char* name, int index)
{
    auto* box = page.findChild<QComboBox*>(name);
    QVERIFY(box);
    box->setCurrentIndex(index);
    Q_EMIT box->activated(index);
}

double cell(const HeatMap& map, int row, int column)
{
    return map.matrix().value[static_cast<size_t>(row * map.matrix().columns + column)];
}

} // namespace

class LanguagesPageTest : public QObject {
    Q_OBJECT

private:
    struct Shown {
        RoutingBench bench;
        std::unique_ptr<LanguagesPage> page;
        HeatMap* matrix = nullptr;
        HeatMap* overview = nullptr;
        CurveChart* chart = nullptr;

        void open(const QString& run)
        {
            page = std::make_unique<LanguagesPage>(bench.context());
            page->resize(780, 560);
            page->show();
            matrix = page->findChild<HeatMap*>("languageMatrix");
            overview = page->findChild<HeatMap*>("specializationOverview");
            chart = page->findChild<CurveChart*>("specializationChart");
            bench.look(run);
        }
        QString label(const char* name) const { return page->findChild<QLabel*>(name)->text(); }
    };

private Q_SLOTS:
    void showsThePlantedLanguages()
    {
        Shown s;
        s.open(s.bench.addRun("a", {10, 20, 30, 40}, {plantedEvaluation(20)}));
        QTRY_COMPARE(s.matrix->matrix().rows, 4);
        QCOMPARE(s.matrix->matrix().row_names, QStringList({"de", "en", "ru", "ja"})); // Germanic, Slavic, Japonic
        QCOMPARE(s.matrix->matrix().row_groups.front(), QString("Germanic"));
        for (int row = 0; row < 4; ++row) {
            const int language = std::vector{1, 3, 0, 2}[static_cast<size_t>(row)];
            for (int e = 0; e < 4; ++e) QCOMPARE(cell(*s.matrix, row, e), e == language ? 1.0 : 0.0);
        }
        s.bench.focus.setLayer(1);
        for (int row = 0; row < 4; ++row)
            for (int e = 0; e < 4; ++e) QCOMPARE(cell(*s.matrix, row, e), 0.25);
    }
    void theSliderGoesBackInTraining()
    {
        Shown s;
        s.open(s.bench.addRun("a", {10, 20, 30, 40}, {}));
        QTRY_COMPARE(s.matrix->matrix().rows, 4);
        s.bench.focus.setStep(27); // shows the window that ended at 20
        const RoutingWindow window = plantedWindow(20, 0);
        double load = 0, kept = 0; // of ru
        for (size_t e = 0; e < 4; ++e) {
            load += static_cast<double>(window.load[e]);
            kept += static_cast<double>(window.kept[e]);
        }
        QTRY_COMPARE(cell(*s.matrix, 2, 0), static_cast<double>(window.load[0]) / load);
        QVERIFY(s.label("languageMatrixSource").contains("20"));
        QCOMPARE(s.matrix->matrix().side[0].value[2], 100 * (1 - kept / load));
    }
    void kindsOfMatrices_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("own");
        QTest::newRow("share") << 0 << 1.0;
        QTest::newRow("lift") << 1 << 4.0;
        QTest::newRow("counts") << 2 << 100.0;
        QTest::newRow("languages of an expert") << 3 << 1.0;
    }
    void kindsOfMatrices()
    {
        QFETCH(int, kind);
        QFETCH(double, own);
        Shown s;
        s.open(s.bench.addRun("a", {40}, {}));
        QTRY_COMPARE(s.matrix->matrix().rows, 4);
        pick(*s.page, "matrixKind", kind);
        QCOMPARE(cell(*s.matrix, 2, 0), own);
        QCOMPARE(s.matrix->matrix().scale == HeatScale::Lift, kind == 1);
    }
    void validationSequencesAreASourceToo()
    {
        Shown s;
        const Evaluation evaluation = plantedEvaluation(20);
        s.open(s.bench.addRun("a", {10}, {evaluation}));
        QTRY_COMPARE(s.matrix->matrix().rows, 4);
        pick(*s.page, "matrixSource", 1);
        pick(*s.page, "matrixKind", 2);
        s.bench.focus.setLayer(1);
        double sum = 0; // ru: rows 0, 4, 8, 12 of layer 1, expert 2
        for (size_t row = 0; row < 16; row += 4) sum += evaluation.counts[(16 + row) * 4 + 2];
        QTRY_COMPARE(cell(*s.matrix, 2, 2), sum);
        QCOMPARE(s.matrix->matrix().side.size(), size_t{1}); // losses; drops are not recorded there
        QCOMPARE(s.matrix->matrix().side[0].value[2], 3.02);
    }
    void recordedFiguresAreShownAsTheyAre()
    {
        Shown s;
        s.open(s.bench.addRun("a", {10, 20}, {withFigures(10), withFigures(20)}));
        QTRY_COMPARE(s.chart->rows("encoder.1").step, (std::vector<int64_t>{10, 20}));
        QCOMPARE(s.chart->rows("encoder.1").value[1], 1 / 1.25);
        QCOMPARE(s.chart->rows("decoder.1").value[1], 0.25 / 1.25);
        QCOMPARE(cell(*s.overview, 0, 1), 0.5 / 1.25);
        QVERIFY(s.label("specializationHead")
                    .startsWith("encoder.1 at step 20: NMI 0.80, null 0.02 – 0.06, adjusted 0.79"));
        QVERIFY(s.label("specializationVerdict").contains("Holm over 3 layers"));
        QVERIFY(s.label("specializationToken").contains("NMI 0.20"));
        pick(*s.page, "specializationScale", 2);
        QCOMPARE(s.chart->rows("encoder.1").value[0], (1 - 0.05) / (1.25 - 0.05));
        pick(*s.page, "specializationFigure", 2);
        pick(*s.page, "specializationScale", 0);
        QCOMPARE(s.chart->rows("encoder.1").value[0], 0.25);
        pick(*s.page, "specializationLayers", 2);
        QCOMPARE(s.chart->curveIds(), QStringList{"decoder.1"});
    }
    void olderRunsAreComputedFromCounts()
    {
        Shown s;
        s.open(s.bench.addRun("a", {10}, {plantedEvaluation(20), plantedEvaluation(40)}));
        QTRY_COMPARE(s.chart->rows("encoder.1").step, (std::vector<int64_t>{20, 40}));
        QCOMPARE(s.chart->rows("encoder.1").value[0], 1.0); // aligned
        const LayerSpecialization alike = *specializationFromCounts(plantedEvaluation(20), 1);
        QVERIFY(!alike.by_count.outsideNull());
        QCOMPARE(s.chart->rows("encoder.3").value[0], alike.by_count.normalized());
        QTRY_VERIFY(s.label("specializationToken").contains("Computed here"));
        QVERIFY(s.label("specializationToken").contains("not recorded"));
        QVERIFY(s.label("specializationVerdict").startsWith("More than chance"));
        s.bench.focus.setLayer(1);
        QVERIFY(s.label("specializationVerdict").startsWith("No more than chance"));
        QVERIFY(std::isnan(cell(*s.overview, 0, 2)));
    }
    void choicesAreSharedBothWays()
    {
        Shown s;
        s.open(s.bench.addRun("a", {40}, {withFigures(20)}));
        QTRY_COMPARE(s.matrix->matrix().rows, 4);
        RoutingFocus& focus = s.bench.focus;
        Q_EMIT s.matrix->cellChosen(3, 1); // ja
        QCOMPARE(focus.language(), 2);
        QCOMPARE(focus.expert(), 1);
        QCOMPARE(s.matrix->selectedRow(), 3);
        Q_EMIT s.matrix->cellChosen(3, 3); // another expert of the same language
        QCOMPARE(focus.language(), 2);
        QCOMPARE(focus.expert(), 3);
        Q_EMIT s.matrix->cellChosen(3, 3);
        QCOMPARE(focus.language(), -1);
        QCOMPARE(focus.expert(), -1);
        focus.setExpert(2);
        QCOMPARE(s.matrix->selectedColumn(), 2);
        QTRY_COMPARE(s.overview->matrix().rows, 3);
        Q_EMIT s.overview->rowChosen(2);
        QCOMPARE(focus.layer(), 2);
        Q_EMIT s.chart->clicked(19);
        QCOMPARE(focus.step(), std::optional<int64_t>(20));
    }
    void everyMatrixHasACommand()
    {
        Shown s;
        s.open(s.bench.addRun("a", {40}, {}));
        QTRY_COMPARE(s.matrix->matrix().rows, 4);
        auto* action = s.page->findChild<QAction*>("matrixKind1");
        QCOMPARE(action->shortcut(), QKeySequence(Qt::Key_2));
        action->trigger();
        QCOMPARE(s.matrix->matrix().scale, HeatScale::Lift);
    }
    void ordersKeepNamesWithTheirNumbers()
    {
        Shown s;
        s.open(s.bench.addRun("a", {40}, {}));
        QTRY_COMPARE(s.matrix->matrix().rows, 4);
        for (const int rows : {0, 1, 2})
            for (const int columns : {0, 1}) {
                pick(*s.page, "matrixRows", rows);
                pick(*s.page, "matrixColumns", columns);
                const HeatMatrix& matrix = s.matrix->matrix();
                for (int r = 0; r < 4; ++r)
                    for (int c = 0; c < 4; ++c) {
                        const auto own = std::find(planted_languages.begin(), planted_languages.end(),
                                                   matrix.row_names[r].toStdString()) -
                                         planted_languages.begin();
                        QCOMPARE(cell(*s.matrix, r, c), matrix.column_names[c].toInt() == own ? 1.0 : 0.0);
                    }
            }
        QCOMPARE(s.matrix->matrix().rows, 4);
    }
    void saysWhatToDoWhereThereIsNothing()
    {
        Shown s;
        const QString dense = s.bench.addRun("dense", {}, {}, 1), fresh = s.bench.addRun("fresh", {}, {});
        s.open(dense);
        QVERIFY(s.label("languagesEmpty").contains("dense model"));
        s.bench.look(fresh);
        QVERIFY(s.label("languagesEmpty").isEmpty());
        QTRY_VERIFY(s.label("specializationHead").contains("No evaluation yet"));
        QCOMPARE(s.matrix->matrix().rows, 0);
        s.bench.focus.setIndex(std::make_shared<RoutingIndex>());
        QVERIFY(s.label("languagesEmpty").contains("Choose a run"));
    }
    void anotherRunLeavesNothingBehind()
    {
        Shown s;
        const QString first = s.bench.addRun("a", {40}, {withFigures(20)}),
                      second = s.bench.addRun("b", {}, {plantedEvaluation(60)});
        s.open(first);
        QTRY_COMPARE(s.matrix->matrix().rows, 4);
        QTRY_COMPARE(s.chart->rows("encoder.1").step.size(), size_t{1});
        s.bench.look(second);
        QTRY_COMPARE(s.chart->rows("encoder.1").step, (std::vector<int64_t>{60}));
        QTRY_VERIFY(s.label("languageMatrixSource").contains("60")); // the only source
        s.bench.look(first);
        QTRY_COMPARE(s.chart->rows("encoder.1").step, (std::vector<int64_t>{20}));
    }
    void aHiddenPageReadsNothing()
    {
        Shown s;
        const QString run = s.bench.addRun("a", {40}, {plantedEvaluation(20)});
        LanguagesPage page(s.bench.context());
        s.bench.look(run);
        QTest::qWait(0);
        QCOMPARE(page.findChild<HeatMap*>("languageMatrix")->matrix().rows, 0);
        page.show();
        QTRY_COMPARE(page.findChild<HeatMap*>("languageMatrix")->matrix().rows, 4);
    }
    void tooFewPermutationsAreToldFromChance()
    {
        std::vector<LayerSpecialization> layers;
        for (int64_t layer = 0; layer < 24; ++layer) layers.push_back(recorded(layer, 1));
        for (LayerSpecialization& layer : layers) layer.by_count.p_value = 1.0 / 401;
        const auto few = specializationWords("encoder.1", 20, 0, layers, SpecializationOf::Count);
        QVERIFY(few.verdict.startsWith("Above all 400 permutations, too few to tell"));
        const auto verdict = [&] {
            return specializationWords("encoder.1", 20, 0, layers, SpecializationOf::Count).verdict;
        };
        auto& first = layers[0].by_count;
        first.p_value = 0.04; // alone it would pass: the band is its own, Holm's rule is over all layers
        QVERIFY(first.information > first.null_high);
        QVERIFY(verdict().startsWith("Above its own null band, but no more than chance"));
        first.p_value = 0.4;
        first.information = (first.null_low + first.null_high) / 2;
        QVERIFY(verdict().startsWith("No more than chance"));
        first.p_value = 1;
        first.information = first.null_low / 2;
        QVERIFY(verdict().startsWith("Below its null band"));
        layers.resize(2);
        QVERIFY(
            specializationWords("encoder.1", 20, 1, layers, SpecializationOf::Count).verdict.startsWith("More than"));
    }
    void figuresNotRecordedAreNotNumbers()
    {
        const Specialization none;
        QVERIFY(!isKnown(none));
        QVERIFY(std::isnan(onScale(none, 0, InformationScale::Normalized)));
        Specialization known = recorded(0, 0.5).by_count;
        QCOMPARE(onScale(known, known.information, InformationScale::Normalized), known.normalized());
        QCOMPARE(onScale(known, known.information, InformationScale::Adjusted), known.adjusted());
        QCOMPARE(onScale(known, known.null_high, InformationScale::Normalized), known.normalizedHigh());
        const auto p = adjustedPValues({LayerSpecialization{}, recorded(1, 1)}, SpecializationOf::Count);
        QVERIFY(std::isnan(p[0]));
        QCOMPARE(p[1], 0.005);
    }
};

} // namespace sy

QTEST_MAIN(sy::LanguagesPageTest)
#include "languages_page_test.moc"
