// What the page shows of a real checkpoint equals an independent probe of it.
#include "tests/support/trained_run.h"
#include "ui/models/routing_index_reader.h"
#include "ui/probe/probe_page.h"
#include "ui/probe/probe_picture.h"
#include "ui/probe/source_box.h"
#include "ui/probe/text_picker.h"

#include <QComboBox>
#include <QPlainTextEdit>
#include <QTest>

#include <cmath>

using namespace sy;

namespace {

constexpr int patience_ms = 60000; ///< a process that loads LibTorch beside other tests

} // namespace

class ServedProbeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsWhatAnIndependentProbeSays()
    {
        if (!test::TrainedRun::hasEngine()) QSKIP("This build has no engine: nothing can be trained or served.");
        test::TrainedBench bench;
        QCOMPARE(bench.problem, QString());
        const PageContext context = bench.context(SWITCHYARD_CLI);
        RoutingIndexReader reader(context);
        ProbePage page(context);
        page.show();
        QTRY_COMPARE(bench.watch.picture()->runs.size(), size_t(1));
        bench.page.selection.setCurrentRun(QString::fromStdString(bench.watch.picture()->runs[0].id));
        page.findChild<QComboBox*>("probeMode")->setCurrentIndex(ProbeTextPicker::Typed);
        auto* source = page.findChild<SourceBox*>("probeSourceA");
        QTRY_VERIFY(source->findText("Checkpoint of step 10") >= 0);
        source->setCurrentIndex(source->findText("Checkpoint of step 10"));
        page.findChild<QPlainTextEdit*>("probeText")->setPlainText(test::TrainedRun::text());
        page.ask();
        QTRY_VERIFY_WITH_TIMEOUT(!page.picture()->texts().empty(), patience_ms);
        const auto& shown = page.picture()->texts()[0];
        QVERIFY2(shown.a.has_value(), qPrintable(shown.problem_a));
        const auto said =
            test::TrainedRun::ask({"probe", "tiny", "--checkpoint", "10", "--text", test::TrainedRun::text()});
        QVERIFY2(said.is_object(), said.dump().c_str());
        QCOMPARE(shown.a->probe.prediction, said.at("prediction").get<std::string>());
        QCOMPARE(said.at("layers").size(), size_t(2));
        QVERIFY(shown.a->probe.tokens.size() > 12);
        for (const auto& layer : said.at("layers")) {
            const auto* route = shown.a->route(QString::fromStdString(layer.at("layer").get<std::string>()));
            QVERIFY(route);
            QCOMPARE(route->expert, layer.at("expert").get<std::vector<int32_t>>());
            const auto probability = layer.at("probability").get<std::vector<double>>();
            const auto entropy = layer.at("entropy").get<std::vector<double>>();
            for (size_t i = 0; i < probability.size(); ++i) {
                QVERIFY(std::abs(double(route->probability[i]) - probability[i]) < 1e-6);
                QVERIFY(std::abs(double(route->entropy[i]) - entropy[i]) < 1e-6);
            }
        }
    }
};

QTEST_MAIN(ServedProbeTest)
#include "served_probe_test.moc"
