#include "ui/tokens/tokens_page.h"

#include "core/store/run_writer.h"
#include "tests/support/page_bench.h"
#include "ui/models/table_export.h"
#include "ui/plots/bar_chart.h"
#include "ui/plots/heat_map.h"
#include "ui/tokens/token_class_panel.h"
#include "ui/tokens/token_examples.h"
#include "ui/tokens/token_grid.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>

#include <cmath>
#include <map>

namespace sy {

namespace {

constexpr int experts = 4;
constexpr int64_t rows = 6, width = 9;

RouteText madeText(bool decoder, uint32_t seed)
{
    RouteText text;
    text.decoder = decoder;
    text.rows = rows;
    text.width = width;
    text.pass_rows = 3;
    uint32_t state = seed;
    for (int64_t x = 0; x < text.tokens(); ++x) {
        state = state * 1664525U + 1013904223U;
        text.token.push_back(static_cast<int32_t>(10 + (state >> 24) % 7));
        text.counted.push_back(x % width < 6 + x / width % 4 ? 1 : 0); // rows of different lengths
        if (decoder) text.gold.push_back(static_cast<int32_t>(10 + (state >> 16) % 7));
    }
    for (int32_t row = 0; row < rows; ++row) text.row_language.push_back(row % 2);
    return text;
}

/// Layer 0: language k takes experts 2k and 2k + 1. The others: something that depends on id, place and step.
LayerRoutes madeLayer(const RouteText& text, int64_t layer, int64_t step)
{
    LayerRoutes routes;
    routes.layer = layer;
    for (int64_t x = 0; x < text.tokens(); ++x) {
        const int32_t id = text.token[static_cast<size_t>(x)];
        const int64_t planted = x / width % 2 * 2 + id % 2;
        const int64_t expert = layer == 0 ? planted : (id * 3 + x * layer + step) % experts;
        const bool counted = text.counted[static_cast<size_t>(x)];
        routes.expert.push_back(static_cast<int16_t>(counted ? expert : -1));
        routes.kept.push_back(x % 5 != 0);
        routes.gate.push_back(0.5F);
        if (layer != 1) continue; // two choices in this one
        routes.expert.push_back(static_cast<int16_t>(counted ? (expert + 1) % experts : -1));
        routes.kept.push_back(1);
        routes.gate.push_back(0.25F);
    }
    routes.choices = layer == 1 ? 2 : 1;
    return routes;
}

EvaluationRoutes madeRoutes(int64_t step)
{
    EvaluationRoutes routes;
    routes.step = step;
    routes.corpus = "made-up";
    routes.encoder = madeText(false, 1);
    routes.decoder = madeText(true, 2);
    routes.layers = {madeLayer(routes.encoder, 0, step), madeLayer(routes.encoder, 1, step),
                     madeLayer(routes.decoder, 2, step)};
    for (int64_t x = 0; x < routes.decoder.tokens(); ++x) routes.predicted.push_back(static_cast<int32_t>(x % 3));
    return routes;
}

RouteSample madeSample(int64_t step)
{
    RouteSample sample;
    sample.step = step;
    sample.layers = {0, 1};
    for (int32_t x = 0; x < 20; ++x) {
        sample.token.push_back(40 + x % 4);
        sample.language.push_back(x / 10);
        sample.sequence.push_back(x / 10);
        sample.position.push_back(x % 10 < 5 ? x % 10 : x % 10 + 3); // some were not recorded
    }
    for (int16_t x = 0; x < 40; ++x) {
        const auto expert = static_cast<int16_t>(x % 3);
        sample.expert.push_back(x % 7 == 0 ? static_cast<int16_t>(-1 - expert) : expert);
        sample.gate.push_back(0.25F);
    }
    return sample;
}

RunWriter newRun(const StorePaths& paths, bool dense = false)
{
    NewRun run;
    run.name = dense ? "dense" : "sparse";
    run.config = nlohmann::json::object();
    run.languages = {"de", "ja"};
    if (!dense) run.sparse_layers = {"encoder.1", "encoder.3", "decoder.1"};
    run.num_experts = dense ? 1 : experts;
    return RunWriter::create(paths, run);
}

std::shared_ptr<RoutingIndex> indexOf(const RunWriter& run)
{
    auto index = std::make_shared<RoutingIndex>();
    index->run = QString::fromStdString(run.id());
    index->name = "sparse";
    index->layers = QStringList{"encoder.1", "encoder.3", "decoder.1"};
    index->languages = QStringList{"de", "ja"};
    index->experts = experts;
    index->tokenizer_problem = "no such file";
    return index;
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

/// Counted tokens and their experts, told by a loop over what was stored.
struct Told {
    std::vector<int32_t> id, language, gold, predicted;
    std::vector<int> expert;
    std::vector<uint8_t> kept;
};
Told told(const EvaluationRoutes& routes, size_t layer)
{
    const RouteText& text = layer == 2 ? routes.decoder : routes.encoder;
    Told out;
    for (size_t x = 0; x < text.token.size(); ++x) {
        if (!text.counted[x]) continue;
        out.id.push_back(text.token[x]);
        out.language.push_back(text.row_language[x / width]);
        out.expert.push_back(routes.layers[layer].expert[x * size_t(routes.layers[layer].choices)]);
        out.kept.push_back(routes.layers[layer].kept[x * size_t(routes.layers[layer].choices)]);
        if (!text.decoder) continue;
        out.gold.push_back(text.gold[x]);
        out.predicted.push_back(routes.predicted[x]);
    }
    return out;
}

/// Mean over ids that occur often enough of their largest expert's share.
double slowVocabulary(const std::vector<int32_t>& ids, const std::vector<int>& chosen, int64_t least)
{
    std::map<int32_t, std::map<int, int64_t>> counts;
    for (size_t x = 0; x < ids.size(); ++x) ++counts[ids[x]][chosen[x]];
    double sum = 0, used = 0;
    for (const auto& [id, by_expert] : counts) {
        int64_t all = 0, most = 0;
        for (const auto& [expert, count] : by_expert) {
            all += count;
            most = std::max(most, count);
        }
        if (all < least) continue;
        sum += double(most) / double(all);
        ++used;
    }
    return sum / used;
}

double rawCell(const TokenGridView& view, int row, int column)
{
    return view.grid()->index(row, column).data(TokenGridModel::SortRole).toDouble();
}

} // namespace

class TokensPageTest : public QObject {
    Q_OBJECT

    struct Bench : test::PageBench {
        RunWriter run = newRun(paths);
        std::shared_ptr<RoutingIndex> index = indexOf(run);

        void record(std::vector<int64_t> steps)
        {
            for (const int64_t step : steps) run.evaluationRoutes(madeRoutes(step));
            run.flush();
            index->route_steps = index->evaluation_steps = std::move(steps);
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
        TokensPage page(bench.context());
        page.show();
        auto* empty = child<QLabel>(page, "tokensEmpty");
        QVERIFY(empty->text().contains("Choose a run"));
        bench.look();
        QVERIFY(empty->text().contains("recorded no routes"));
        auto dense = std::make_shared<RoutingIndex>(*bench.index);
        dense->run = "another";
        dense->layers.clear();
        bench.focus.setIndex(dense);
        QVERIFY(empty->text().contains("dense model"));
        QVERIFY(!page.picture());
    }
    void tablesEqualSlowLoops()
    {
        Bench bench;
        bench.record({10});
        bench.look();
        TokensPage page(bench.context());
        page.resize(900, 600);
        page.show();
        QTRY_VERIFY(page.picture());
        const Told all = told(madeRoutes(10), 0);
        auto* summary = child<TokenGridView>(page, "expertSummary");
        QCOMPARE(summary->grid()->rowCount(), experts);
        for (int e = 0; e < experts; ++e) QCOMPARE(rawCell(*summary, e, 1), double(std::ranges::count(all.expert, e)));

        child<QSpinBox>(page, "leastOccurrences")->setValue(1);
        bench.focus.setExpert(1);
        auto* tokens = child<TokenGridView>(page, "expertTokens");
        const auto of_expert = double(std::ranges::count(all.expert, 1)), n = double(all.id.size());
        QVERIFY(tokens->grid()->rowCount() > 1);
        for (int row = 0; row < tokens->grid()->rowCount(); ++row) {
            const auto id = int32_t(tokens->grid()->rows()[size_t(row)].key);
            double both = 0, total = 0;
            for (size_t x = 0; x < all.id.size(); ++x) {
                total += all.id[x] == id ? 1 : 0;
                both += all.id[x] == id && all.expert[x] == 1 ? 1 : 0;
            }
            QCOMPARE(rawCell(*tokens, row, 1), both);
            QCOMPARE(rawCell(*tokens, row, 2), both / total);
            QCOMPARE(rawCell(*tokens, row, 3), (both / of_expert) / (total / n));
            QCOMPARE(rawCell(*tokens, row, 4), total);
            QCOMPARE(tokens->grid()->rows()[size_t(row)].cells[7].text, QString("de 100 %")); // planted
        }
        child<QSpinBox>(page, "leastOccurrences")->setValue(1000);
        QCOMPARE(tokens->grid()->rowCount(), 0);
        QVERIFY(tableCsv(*summary->model()).startsWith("Expert,Tokens,Load,"));
    }
    void tokenToExperts()
    {
        Bench bench;
        bench.record({10});
        bench.look();
        TokensPage page(bench.context());
        page.resize(900, 600);
        page.show();
        QTRY_VERIFY(page.picture());
        auto* filter = child<QLineEdit>(page, "tokenFilter");
        auto* matches = child<TokenGridView>(page, "lookupMatches");
        QCOMPARE(matches->grid()->rowCount(), int(page.picture()->table.ids().size()));
        filter->setText("#12");
        QCOMPARE(matches->grid()->rowCount(), 1);
        filter->setText("no such piece");
        QCOMPARE(matches->grid()->rowCount(), 0);
        QVERIFY(child<QLabel>(page, "lookupCount")->text().contains("No id"));
        filter->setText("12");
        matches->setCurrentIndex(matches->model()->index(0, 0));
        QCOMPARE(bench.focus.token(), 12);
        const Told all = told(madeRoutes(10), 0);
        int64_t total = 0, to_first = 0;
        for (size_t x = 0; x < all.id.size(); ++x) {
            total += all.id[x] == 12 ? 1 : 0;
            to_first += all.id[x] == 12 && all.expert[x] == 0 ? 1 : 0;
        }
        auto* bars = child<BarChart>(page, "tokenExperts");
        const auto line = bars->toCsv().split('\n').at(1).split(',');
        QCOMPARE(line.at(1).toDouble(), double(to_first) / double(total));
        QTest::keyClick(matches, Qt::Key_Escape);
        QCOMPARE(bench.focus.token(), -1);
    }
    void choiceIsShared()
    {
        Bench bench;
        bench.record({10});
        bench.look();
        TokensPage page(bench.context());
        page.resize(900, 600);
        page.show();
        QTRY_VERIFY(page.picture());
        auto* summary = child<TokenGridView>(page, "expertSummary");
        summary->setFocus();
        summary->setCurrentIndex(summary->model()->index(2, 0));
        QCOMPARE(bench.focus.expert(), 2);
        bench.focus.setExpert(3);
        QCOMPARE(summary->chosen(), 3);
        QCOMPARE(child<HeatMap>(page, "tokenClassMap")->selectedColumn(), 3);
        bench.focus.setLayer(1); // the same rows, other figures: the choice stays
        QTRY_COMPARE(page.picture()->layer, 1);
        QCOMPARE(summary->chosen(), 3);
        QCOMPARE(summary->currentIndex().row(), 3);
        const QRect row = summary->visualRect(summary->currentIndex());
        QTest::mouseClick(summary->viewport(), Qt::LeftButton, {}, row.center());
        QCOMPARE(bench.focus.expert(), -1);
        bench.focus.setToken(12);
        QCOMPARE(child<TokenGridView>(page, "lookupMatches")->chosen(), 12);
    }
    void followsTheStep()
    {
        Bench bench;
        std::vector<int64_t> steps;
        for (int64_t step = 10; step <= 200; step += 10) steps.push_back(step);
        bench.record(steps);
        bench.look();
        bench.focus.setLayer(1);
        TokensPage page(bench.context());
        page.show();
        QTRY_VERIFY(page.picture());
        QCOMPARE(page.picture()->routes->step, 200);
        for (const int64_t step : steps) bench.focus.setStep(step + 3);
        bench.focus.setStep(57);
        QTRY_COMPARE(page.picture()->routes->step, 50);
        const Told all = told(madeRoutes(50), 1);
        for (size_t x = 0; x < all.id.size(); ++x) QCOMPARE(int(page.picture()->choice->expert[x]), all.expert[x]);
        QCOMPARE(page.picture()->choice->kept, all.kept);
        page.hide();
        bench.focus.setStep(80);
        bool later = false; // jobs end in their order
        bench.access.read(
            &page, [](const Store&) { return 0; }, [&](int) { later = true; });
        QTRY_VERIFY(later);
        QCOMPARE(page.picture()->routes->step, 50); // hidden pages do not read
        page.show();
        QTRY_COMPARE(page.picture()->routes->step, 80);
    }
    void samplesStandIn()
    {
        Bench bench;
        for (const int64_t step : {5, 10, 15, 20, 25, 30}) bench.run.window(madeWindow(step));
        bench.run.routeSample(madeSample(10));
        bench.run.flush();
        bench.index->window_steps = {5, 10, 15, 20, 25, 30};
        bench.look();
        TokensPage page(bench.context());
        page.show();
        QTRY_VERIFY(page.picture()); // four windows back
        QCOMPARE(page.picture()->routes->step, 10);
        QVERIFY(child<QLabel>(page, "tokensSource")->text().contains("recorded no routes of its evaluations"));
        QCOMPARE(page.picture()->choice->kept[7], uint8_t(0));
        QCOMPARE(page.picture()->choice->expert[7], int16_t(1));
        const TokenContext before_gap = tokenContext(*page.picture(), 4, 12);
        QCOMPARE(before_gap.before.size(), 4);
        QVERIFY(before_gap.after.isEmpty() && before_gap.cut_after);
        bench.focus.setLayer(2); // the decoder was not sampled
        QTRY_VERIFY(child<QLabel>(page, "tokensEmpty")->text().contains("lack decoder.1"));
        bench.record({20});
        bench.look();
        QTRY_VERIFY(page.picture() && page.picture()->routes->source == RouteSource::Validation);
        bench.focus.setLayer(0);
        auto* choice = child<QComboBox>(page, "tokensSourceChoice");
        choice->setCurrentIndex(1);
        Q_EMIT choice->activated(1);
        QTRY_COMPARE(page.picture()->routes->source, RouteSource::Sample);
    }
    void vocabularyEqualsSlowLoop()
    {
        Bench bench;
        bench.record({10});
        bench.look();
        TokensPage page(bench.context());
        page.show();
        QTRY_VERIFY(page.picture());
        child<QTabWidget>(page, "tokensTabs")->setCurrentIndex(3);
        auto* table = child<TokenGridView>(page, "vocabularyTable");
        child<QSpinBox>(page, "vocabularyLeast")->setValue(3);
        QTRY_COMPARE(table->grid()->rowCount(), 3);
        const Told encoder = told(madeRoutes(10), 1), decoder = told(madeRoutes(10), 2);
        QTRY_COMPARE(rawCell(*table, 1, 1), slowVocabulary(encoder.id, encoder.expert, 3));
        QCOMPARE(rawCell(*table, 2, 1), slowVocabulary(decoder.id, decoder.expert, 3));
        QCOMPARE(rawCell(*table, 2, 4), slowVocabulary(decoder.gold, decoder.expert, 3));
        QCOMPARE(rawCell(*table, 2, 7), slowVocabulary(decoder.predicted, decoder.expert, 3));
        QVERIFY(std::isnan(rawCell(*table, 0, 4))); // an encoder predicts nothing
        QVERIFY(child<QLabel>(page, "vocabularyHeading")->text().startsWith("encoder.1: input"));
        table->setCurrentIndex(table->model()->index(2, 0));
        QCOMPARE(bench.focus.layer(), 2);
    }
    void kindsEqualSlowLoop()
    {
        Bench bench;
        bench.record({10});
        bench.look();
        TokensPage page(bench.context());
        page.show();
        QTRY_VERIFY(page.picture());
        child<QTabWidget>(page, "tokensTabs")->setCurrentIndex(2);
        QCOMPARE(child<HeatMap>(page, "tokenClassMap")->matrix().rows, 0); // no tokenizer, no kinds
        LayerTokens known = *page.picture();
        auto kinds = std::make_shared<std::vector<TokenKind>>(17);
        for (size_t id = 0; id < kinds->size(); ++id) {
            (*kinds)[id].kind = id % 2 ? TokenClass::Number : TokenClass::WordStart;
            if (id % 2 == 0) (*kinds)[id].script = "Latin";
        }
        known.kinds = kinds;
        for (const bool by_script : {false, true}) {
            const TokenClasses classes = tokenClasses(known, by_script);
            QCOMPARE(classes.names, by_script ? (QStringList{"No letters", "Latin"}) //
                                              : (QStringList{"Numbers", "Word starts"}));
            const Told all = told(madeRoutes(10), 0);
            double entropy = 0;
            for (int e = 0; e < experts; ++e) {
                double both = 0, odd = 0;
                for (size_t x = 0; x < all.id.size(); ++x) {
                    odd += all.id[x] % 2;
                    both += all.id[x] % 2 && all.expert[x] == e ? 1 : 0;
                }
                QCOMPARE(classes.share(experts)[size_t(e)], both / odd);
                if (both > 0) entropy -= both / odd * std::log(both / odd);
            }
            QVERIFY(std::abs(classes.entropy[0] - entropy) < 1e-12);
        }
    }
    void examplesInContext()
    {
        Bench bench;
        bench.record({10});
        bench.look();
        TokensPage page(bench.context());
        page.resize(900, 600);
        page.show();
        QTRY_VERIFY(page.picture());
        auto* view = child<QTableView>(page, "tokenExamples");
        auto* model = qobject_cast<TokenExamplesModel*>(view->model());
        QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model->rowCount(), 0);
        bench.focus.setToken(12);
        const Told all = told(madeRoutes(10), 0);
        QCOMPARE(model->rowCount(), int(std::ranges::count(all.id, 12)));
        bench.focus.setLanguage(1);
        QCOMPARE(model->context(0).language, 1); // the chosen language first
        bench.focus.setExpert(0);
        const RouteText text = madeText(false, 1);
        for (int row = 0; row < model->rowCount(); ++row) {
            const TokenContext& context = model->context(row);
            QCOMPARE(context.expert, 0);
            const auto first = context.sequence * width;
            QCOMPARE(context.token.id, qint64(text.token[size_t(first + context.position)]));
            QCOMPARE(context.before.size(), std::min<int64_t>(12, context.position));
            for (qsizetype i = 0; i < context.before.size(); ++i)
                QCOMPARE(context.before[i].id,
                         qint64(text.token[size_t(first + context.position - context.before.size() + i)]));
            QCOMPARE(context.cut_before, context.position > 12);
            QVERIFY(!context.cut_after); // rows are shorter than the reach
            QVERIFY(model->index(row, TokenExamplesModel::ContextColumn).data().toString().contains("[#12]"));
        }
        const TokenContext near_end = tokenContext(*page.picture(), 1, 2);
        QVERIFY(near_end.cut_after && !near_end.cut_before);
        QCOMPARE(near_end.after.size(), 2);
        QVERIFY(tokenContext(*page.picture(), 3, 2).cut_before);
        bench.focus.setExpert(1); // takes odd ids only
        QVERIFY(child<QLabel>(page, "examplesHeading")->text().startsWith("#12 never goes to expert 1"));
        QCOMPARE(model->rowCount(), int(std::ranges::count(all.id, 12)));
        bench.focus.setToken(4);
        QCOMPARE(model->rowCount(), 0);
        QVERIFY(child<QLabel>(page, "examplesHeading")->text().contains("none"));
    }
    void examplesAreThinnedEvenly()
    {
        Bench bench;
        bench.record({10});
        bench.look();
        TokensPage page(bench.context());
        page.show();
        QTRY_VERIFY(page.picture());
        const auto all = exampleTokens(*page.picture(), -1, -1, -1, 1000);
        QCOMPARE(all.places.size(), page.picture()->stack->tokens());
        const auto some = exampleTokens(*page.picture(), -1, -1, -1, 5);
        QCOMPARE(some.places.size(), size_t(5));
        QCOMPARE(some.found, all.found);
        for (size_t i = 0; i < 5; ++i) QCOMPARE(some.places[i], i * all.found / 5);
    }
    void gridKeepsItsRows()
    {
        TokenGridView view("grid", "rows");
        QAbstractItemModelTester tester(view.grid(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QVector<GridColumn> columns = {{"a", "<b>tip</b>", true}};
        const auto row = [](qint64 key, double value) { return GridRow{key, {numberCell(value, 1)}, {}}; };
        view.setContent(columns, {row(1, 3), row(2, 1), row(3, 2)});
        QCOMPARE(view.model()->index(0, 0).data(TokenGridModel::KeyRole).toInt(), 1); // as given
        view.sortByColumn(0, Qt::AscendingOrder);
        view.setChosen(3);
        view.setContent(columns, {row(3, 0), row(4, 9)});
        QCOMPARE(view.currentIndex().data(TokenGridModel::KeyRole).toInt(), 3);
        QCOMPARE(tableCsv(*view.model()), QByteArray("a\r\n0\r\n9\r\n"));
        QCOMPARE(view.grid()->headerData(0, Qt::Horizontal, Qt::ToolTipRole).toString(),
                 QString("<qt>&lt;b&gt;tip&lt;/b&gt;"));
        QCOMPARE(numberCell(NAN, 2).text, QString("–"));
    }
};

} // namespace sy

QTEST_MAIN(sy::TokensPageTest)
#include "tokens_page_test.moc"
