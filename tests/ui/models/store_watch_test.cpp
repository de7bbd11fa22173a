// Pictures of a store that others write meanwhile, and jobs off the GUI thread.
#include "core/store/run_writer.h"
#include "ui/models/eta.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace sy;

namespace {

NewRun newRun(const std::string& name)
{
    NewRun run;
    run.name = name;
    run.config = {{"model", {{"num_experts", 4}}}, {"train", {{"steps", 100}}}};
    run.steps = 100;
    run.languages = {"de", "en"};
    run.environment = nlohmann::json::object();
    return run;
}

RunSummary running(const std::string& id, int64_t step)
{
    RunSummary run;
    run.id = id;
    run.status = RunStatus::Running;
    run.step = step;
    run.steps = 100;
    return run;
}

} // namespace

class StoreWatchTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    StorePaths m_paths;

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_paths = StorePaths::ofFile(m_folder->filePath("store.sqlite").toStdString());
    }

    void aMissingStoreIsEmptyAndNotMade()
    {
        StoreWatch watch(m_paths, 10);
        QSignalSpy pictures(&watch, &StoreWatch::pictureReady);
        QTRY_VERIFY(pictures.count() > 0);
        QVERIFY(watch.picture()->problem.isEmpty());
        QVERIFY(watch.picture()->runs.empty());
        QVERIFY(!fs::exists(m_paths.database));
    }

    void seesRunsThatOthersWrite()
    {
        StoreWatch watch(m_paths, 10);
        auto writer = RunWriter::create(m_paths, newRun("one"));
        writer.setStatus(RunStatus::Running);
        QTRY_COMPARE(watch.picture()->runs.size(), size_t(1));
        const auto first = watch.picture()->runs[0].revision;
        writer.points({{"train/cross_entropy", 1, 5.0}, {"train/cross_entropy", 2, 4.0}});
        writer.setStep(2);
        writer.flush();
        QTRY_COMPARE(watch.picture()->runs[0].step, int64_t(2));
        QVERIFY(watch.picture()->runs[0].revision > first);
        QCOMPARE(watch.picture()->runs[0].last.at("train/cross_entropy"), 4.0);
        QTRY_VERIFY(watch.picture()->settings->contains(writer.id()));
        QVERIFY(watch.picture()->settings->at(writer.id())->at("model.num_experts") == 4);
    }

    void metricsAreThoseAskedFor()
    {
        auto writer = RunWriter::create(m_paths, newRun("one"));
        writer.points({{"train/grad_norm", 1, 3.0}, {"train/grad_norm", 2, 1.0}, {"train/grad_norm", 3, 2.0}});
        writer.flush();
        StoreWatch watch(m_paths, 10);
        watch.setMetrics({"train/grad_norm"});
        QTRY_VERIFY(!watch.picture()->runs.empty() && watch.picture()->runs[0].metrics.contains("train/grad_norm"));
        const auto& summary = watch.picture()->runs[0].metrics.at("train/grad_norm");
        QCOMPARE(summary.last, 2.0);
        QCOMPARE(summary.min.value(), 1.0);
        QCOMPARE(summary.min_step, int64_t(2));
    }

    void aTrainerThatVanishesIsInterruptedWithoutAnyWrite()
    {
        StoreWatch watch(m_paths, 10);
        std::optional<RunWriter> writer(RunWriter::create(m_paths, newRun("one")));
        writer->setStatus(RunStatus::Running);
        QTRY_VERIFY(!watch.picture()->runs.empty() && watch.picture()->runs[0].status == RunStatus::Running);
        writer.reset(); // the lock is gone, the row still says running
        QTRY_VERIFY(watch.picture()->runs[0].status == RunStatus::Interrupted);
    }

    void aBrokenStoreIsAProblemAndLaterFine()
    {
        QFile file(QString::fromStdString(m_paths.database.string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is no database, and long enough to be looked at by SQLite as one of its pages, or so");
        file.close();
        StoreWatch watch(m_paths, 10);
        QTRY_VERIFY(!watch.picture()->problem.isEmpty());
        QVERIFY(file.remove());
        QTRY_VERIFY(watch.picture()->problem.isEmpty());
    }

    void jobsAnswerInOrderOnTheirReceiversThread()
    {
        RunWriter::create(m_paths, newRun("one"));
        StoreAccess access(m_paths);
        QStringList heard;
        QString written;
        access.write(
            this, [](Store& store) { store.setNote("one", "first"); }, [&] { heard << "written"; });
        access.read(
            this, [](const Store& store) { return store.run("one").note; },
            [&](std::string note) {
                QCOMPARE(QThread::currentThread(), thread());
                heard << QString::fromStdString(note);
            });
        access.read(
            this, [](const Store& store) { return store.run("two").note; }, [&](std::string) { heard << "wrong"; },
            [&](const QString& problem) { heard << (problem.contains("two") ? "refused" : problem); });
        QTRY_COMPARE(heard, (QStringList{"written", "first", "refused"}));
    }

    void answersToTheGoneAreDropped()
    {
        RunWriter::create(m_paths, newRun("one"));
        StoreAccess access(m_paths);
        bool told = false, after = false;
        auto receiver = std::make_unique<QObject>();
        access.read(
            receiver.get(), [](const Store& store) { return store.runs(); },
            [&](const std::vector<RunSummary>&) { told = true; });
        receiver.reset();
        access.read(
            this, [](const Store& store) { return store.runs(); },
            [&](const std::vector<RunSummary>&) { after = true; });
        QTRY_VERIFY(after);
        QVERIFY(!told);
    }

    void aRefusedWriteIsToldToTheWindow()
    {
        StoreAccess access(m_paths);
        QSignalSpy refused(&access, &StoreAccess::writeFailed);
        access.write(this, [](Store& store) { store.setNote("nobody", "x"); });
        QTRY_COMPARE(refused.count(), 1);
        QVERIFY(refused[0][0].toString().contains("nobody"));
    }

    void etaFollowsTheStepsSeen()
    {
        EtaMeter meter;
        for (int second = 0; second <= 10; ++second) meter.see({running("a", 2 * second)}, 1000 * second);
        // 20 of 100 steps at two a second.
        QCOMPARE(meter.secondsLeft().at("a"), 40.0);
        meter.see({running("a", 5)}, 11000); // resumed from an earlier checkpoint: nothing is known
        QVERIFY(!meter.secondsLeft().contains("a"));
        auto paused = running("a", 5);
        paused.status = RunStatus::Paused;
        meter.see({paused}, 12000);
        QVERIFY(meter.secondsLeft().empty());
    }
};

QTEST_MAIN(StoreWatchTest)
#include "store_watch_test.moc"
