#include "ui/runs/run_columns.h"
#include "ui/runs/run_filter.h"

#include "runs_support.h"

#include <QTest>

#include <limits>

using namespace sy;
using sy::test::PictureMaker;
using sy::test::summary;

namespace {

/// Five runs and a place in the queue, each by one letter.
std::vector<RunRow> rows()
{
    RunSummary a = summary("alpha run", RunStatus::Running, 200);
    a.tags = {"old", "paper two"};
    a.note = "Drops many tokens";
    a.best_valid = 4.1;
    a.last["valid/cross_entropy"] = 4.3;
    a.checkpoint_bytes = 3LL << 30;
    a.device = "cuda:0";
    RunSummary b = summary("beta", RunStatus::Finished, 400);
    b.tags = {"Old"};
    b.starred = true;
    b.best_valid = 4.5;
    b.last["valid/cross_entropy"] = std::numeric_limits<double>::quiet_NaN();
    b.started_ms = 1000;
    b.ended_ms = 1000 + 2 * 3600 * 1000;
    RunSummary c = summary("c-e8", RunStatus::Failed);
    c.failure = "alpha";
    c.parent = "IDbeta";
    RunSummary d = summary("d-e8-x", RunStatus::Interrupted);
    d.deleted = true;
    d.origin = "server";
    QueueEntry queued;
    queued.key = 7;
    queued.request.name = "e";
    queued.request.config = {{"model", {{"num_experts", 16}}}};
    const RunSettings eight{{"model.num_experts", 8},  {"router.kind", "switch"},        {"optimizer.kind", "adamw"},
                            {"router.dropless", true}, {"data.languages", {"de", "en"}}, {"data.tokenizer", ""}};
    const RunSettings one{{"model.num_experts", 1},
                          {"router.kind", "top2"},
                          {"router.dropless", false},
                          {"data.languages", nlohmann::json::array()}};
    PictureMaker maker;
    maker.add(a, eight).add(b, one).add(c, eight).add(d).add(queued);
    return RunRows().of(maker.done());
}

QString lettersOf(const QString& text)
{
    const auto all = rows();
    const RunFilter filter(text, FilterWords::of(all, {"train/grad_norm"}));
    QString letters;
    for (const auto& row : all)
        if (filter.matches(row, [](const QString& id) { return id == "IDbeta"; }))
            letters += QString::fromStdString(row.run->name).left(1);
    std::sort(letters.begin(), letters.end());
    return letters;
}

} // namespace

class RunFilterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void finds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("letters");
        const auto row = [](const char* text, const char* letters) { QTest::newRow(text) << text << letters; };
        row("", "abcde");
        row("   ", "abcde");
        row("alpha", "a");
        row("ALPHA", "a");
        row("drops tokens", "a");
        row("\"drops tokens\"", "");
        row("\"many tokens\"", "a");
        row("-alpha", "bcde");
        row("old", "ab");
        row("tag:old", "ab");
        row("tag:\"paper two\"", "a");
        row("tag:paper*", "a");
        row("tag:pap", "");
        row("-tag:old", "cde");
        row("name:e8", "cd");
        row("name:*-e8", "c");
        row("note:DROPS", "a");
        row("status:running", "a");
        row("status:Running,failed", "ac");
        row("status:queued", "e");
        row("-status:running,failed", "bde");
        row("starred:yes", "b");
        row("starred:no", "acde");
        row("is:deleted", "d");
        row("is:live", "a");
        row("is:waiting", "e");
        row("is:shown", "b");
        row("is:imported", "d");
        row("is:starred,deleted", "bd");
        row("origin:server", "d");
        row("parent:beta", "c");
        row("device:cuda*", "a");
        row("best:<4.2", "a");
        row("best:<=4.1", "a");
        row("best:<4.1", "");
        row("best:>4", "ab");
        row("-best:>4", "cde");
        row("best:4.1..4.2", "a");
        row("best:..4.2", "a");
        row("best:4.2..", "b");
        row("last:>0", "a");
        row("valid/cross_entropy:>0", "a");
        row("train/grad_norm:>0", "");
        row("step:200", "a");
        row("progress:50", "a");
        row("progress:>=50%", "ab");
        row("disk:>=3GiB", "a");
        row("disk:>3GiB", "");
        row("duration:2h", "b");
        row("duration:<7199s", "");
        row("model.num_experts:8", "ac");
        row("num_experts:8", "ac");
        row("num_experts:>8", "e");
        row("num_experts:1,16", "be");
        row("router.kind:switch", "ac");
        row("router.kind:SW*", "ac");
        row("dropless:yes", "ac");
        row("dropless:false", "b");
        row("languages:de", "ac");
        row("languages:\"de, en\"", "ac");
        row("status:running best:>4", "a");
        row("status:running best:>5", "");
        row("-", "cd"); // a lone dash is text: names with one
    }
    void finds()
    {
        QFETCH(QString, text);
        QFETCH(QString, letters);
        const auto all = rows();
        QVERIFY(RunFilter(text, FilterWords::of(all, {"train/grad_norm"})).problems().isEmpty());
        QCOMPARE(lettersOf(text), letters);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* text, int from, int length, const char* part) {
            QTest::newRow(text) << text << from << length << part;
        };
        row("alpha statu:running", 6, 13, "unknown key \"statu\"");
        row("experts:8", 0, 9, "model.num_experts");
        row("kind:switch", 0, 11, "optimizer.kind or router.kind");
        row("status:going", 0, 12, "no status");
        row("status:running,", 0, 15, "needs a value");
        row("status:", 0, 7, "needs a value");
        row("starred:maybe", 0, 13, "yes or no");
        row("is:good", 0, 7, "none of");
        row("best:low", 0, 8, "not a number");
        row("best:<", 0, 6, "not a number");
        row("best:5..4", 0, 9, "not a number");
        row("best:..", 0, 7, "not a number");
        row("best:nan", 0, 8, "not a number");
        row("disk:3h", 0, 7, "not a number");
        row("num_experts:<many", 0, 17, "comparison");
        row("num_experts:x<", 0, 14, "not a number");
        row("dropless:maybe", 0, 14, "yes or no");
        row("router.kind:swich", 0, 17, "none of switch, top2");
        row("alpha \"open", 6, 5, "quote");
        row("valid/cross_entropy/de:<4", 0, 25, "unknown key");
    }
    void refuses()
    {
        QFETCH(QString, text);
        QFETCH(int, from);
        QFETCH(int, length);
        QFETCH(QString, part);
        const RunFilter filter(text, FilterWords::of(rows(), {}));
        QCOMPARE(filter.problems().size(), 1);
        QCOMPARE(filter.problems().first().from, from);
        QCOMPARE(filter.problems().first().length, length);
        QVERIFY2(filter.problems().first().text.contains(part), qPrintable(filter.problems().first().text));
    }

    void aBadTermIsLeftOutAndTheOthersHold() { QCOMPARE(lettersOf("nonsense:1 status:running"), "a"); }

    void asksForDeletedOnlyWhereItSaysSo()
    {
        const FilterWords words;
        QVERIFY(RunFilter("is:deleted", words).asksForDeleted());
        QVERIFY(!RunFilter("-is:deleted", words).asksForDeleted());
        QVERIFY(!RunFilter("deleted", words).asksForDeleted());
    }

    void completes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("choice");
        QTest::addColumn<int>("from");
        QTest::newRow("key") << "sta"
                             << "status:" << 0;
        QTest::newRow("later key") << "alpha -sta"
                                   << "status:" << 7;
        QTest::newRow("setting by its word") << "num_ex"
                                             << "model.num_experts:" << 0;
        QTest::newRow("status") << "status:fi"
                                << "finished" << 7;
        QTest::newRow("second value") << "status:running,fi"
                                      << "finished" << 15;
        QTest::newRow("tag") << "tag:"
                             << "\"paper two\"" << 4;
        QTest::newRow("setting's value") << "router.kind:"
                                         << "top2" << 12;
    }
    void completes()
    {
        QFETCH(QString, text);
        QFETCH(QString, choice);
        QFETCH(int, from);
        const auto all = rows();
        const auto completion = completeFilter(text, text.size(), FilterWords::of(all, {}), all);
        QVERIFY2(completion.choices.contains(choice), qPrintable(completion.choices.join(' ')));
        QCOMPARE(completion.from, from);
    }

    void completesNothingAfterASpace()
    {
        const auto all = rows();
        QVERIFY(completeFilter("status:running ", 15, FilterWords::of(all, {}), all).choices.isEmpty());
    }
};

QTEST_GUILESS_MAIN(RunFilterTest)
#include "run_filter_test.moc"
