#include "ui/models/serve_client.h"

#include "tests/support/fake_served_model.h"
#include "tests/support/page_bench.h"

#include <QElapsedTimer>
#include <QSignalSpy>

#include <csignal>

using namespace sy;

namespace {

struct Asked : QObject {
    QStringList heard; ///< "progress 0.5", "yes no", "failed: ..."

    QString last() const { return heard.isEmpty() ? QString() : heard.last(); }

    void ask(ServeClient& client, const std::string& text)
    {
        client.ask(
            this, {{"verb", "probe"}, {"text", text}},
            [this](const nlohmann::json& result) {
                heard << QString::fromStdString(result.at("text").get<std::string>());
            },
            [this](const QString& problem) { heard << "failed: " + problem; },
            [this](double share) { heard << QString("progress %1").arg(share); });
    }
};

} // namespace

class ServeClientTest : public QObject {
    Q_OBJECT

    test::PageBench m_bench;
    PageContext m_context;

private Q_SLOTS:
    void init()
    {
        m_context = m_bench.context();
        m_context.cli = QCoreApplication::applicationFilePath();
    }

    void answersInTheOrderAsked()
    {
        ServeClient client(m_context);
        QSignalSpy ready(&client, &ServeClient::ready), busy(&client, &ServeClient::busyChanged);
        Asked asked;
        client.open("run", "last");
        asked.ask(client, "one");
        asked.ask(client, "two"); // before it is ready
        QVERIFY(client.isBusy());
        QTRY_COMPARE(asked.heard, (QStringList{"progress 0.5", "one", "progress 0.5", "two"}));
        QCOMPARE(ready.size(), 1);
        QCOMPARE(client.model().name, QString("run by name"));
        QCOMPARE(client.model().step, 800);
        QCOMPARE(client.model().layers, (QStringList{"encoder.1", "decoder.1"}));
        QCOMPARE(client.model().languages, (QStringList{"aa", "bb"}));
        QCOMPARE(client.model().experts, 4);
        QCOMPARE(busy.size(), 2); // on and off, once
        client.open("run", "last");
        asked.ask(client, "three");
        QTRY_COMPARE(asked.heard.value(5), QString("three"));
        QCOMPARE(ready.size(), 1); // kept warm
    }

    void opensAnotherCheckpoint()
    {
        ServeClient client(m_context);
        Asked asked;
        client.open("run", "last");
        asked.ask(client, "slow");
        QTRY_COMPARE(asked.heard.size(), 1);
        client.open("run", "400"); // what waited for the last one is void
        QVERIFY(!client.isBusy());
        asked.ask(client, "one");
        QTRY_COMPARE(asked.heard.size(), 3);
        QCOMPARE(client.model().step, 400);
        QCOMPARE(asked.last(), QString("one"));
    }

    void tellsWhatTheModelRefused()
    {
        ServeClient client(m_context);
        Asked asked;
        client.open("run", "last");
        asked.ask(client, "refused");
        asked.ask(client, "one");
        QTRY_COMPARE(asked.heard.size(), 4);
        QCOMPARE(asked.heard[1], QString("failed: probe: the text is refused"));
        QCOMPARE(asked.heard[3], QString("one")); // it goes on
        QSignalSpy failed(&client, &ServeClient::failed);
        client.ask(this, {{"verb", "dance"}}, {});
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains("\"dance\" is none"));
    }

    void tellsTheLastWordsAndStartsAnew()
    {
        ServeClient client(m_context);
        QSignalSpy failed(&client, &ServeClient::failed);
        Asked asked;
        client.open("run", "last");
        asked.ask(client, "crash");
        asked.ask(client, "waits");
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(asked.heard.size(), 2);
        for (const auto& heard : asked.heard) {
            QVERIFY2(heard.contains("status 3"), qPrintable(heard));
            QVERIFY(heard.contains("out of memory at token 3"));
        }
        QVERIFY(!client.isBusy());
        asked.ask(client, "one");
        QTRY_COMPARE(asked.last(), QString("one"));
    }

    void saysWhyItCannotStart_data()
    {
        QTest::addColumn<QString>("cli");
        QTest::addColumn<QString>("run");
        QTest::addColumn<QString>("words");
        const QString self = QCoreApplication::applicationFilePath();
        QTest::newRow("no program") << "/nowhere/switchyard-cli"
                                    << "run"
                                    << "Cannot start /nowhere/switchyard-cli";
        QTest::newRow("no path") << ""
                                 << "run"
                                 << "Cannot start";
        QTest::newRow("no weights") << self << "does-not-load"
                                    << "step-800 has no weights";
    }

    void saysWhyItCannotStart()
    {
        QFETCH(QString, cli);
        QFETCH(QString, run);
        QFETCH(QString, words);
        m_context.cli = cli;
        ServeClient client(m_context);
        QSignalSpy failed(&client, &ServeClient::failed);
        Asked asked;
        client.open(run, "last");
        asked.ask(client, "one");
        QTRY_COMPARE(asked.heard.size(), 1);
        QTRY_VERIFY(!failed.isEmpty());
        QVERIFY2(asked.heard[0].contains(words), qPrintable(asked.heard[0]));
        QVERIFY(!client.isReady());
    }

    void cancelEndsWhatIsUnderWay()
    {
        ServeClient client(m_context);
        QSignalSpy failed(&client, &ServeClient::failed);
        Asked asked;
        client.open("run", "last");
        asked.ask(client, "slow");
        asked.ask(client, "waits");
        QTRY_COMPARE(asked.heard.size(), 1);
        client.cancel();
        QVERIFY(!client.isBusy());
        asked.ask(client, "one");
        QTRY_COMPARE(asked.heard, (QStringList{"progress 0.5", "progress 0.5", "one"}));
        QCOMPARE(failed.size(), 0); // on purpose
    }

    void aReceiverThatIsGoneHearsNothing()
    {
        ServeClient client(m_context);
        client.open("run", "last");
        Asked stays;
        {
            Asked leaves;
            leaves.ask(client, "one");
        }
        stays.ask(client, "two");
        QTRY_COMPARE(stays.last(), QString("two"));
    }

    void anIdleChildEnds()
    {
        ServeClient client(m_context);
        client.setIdleLimit(1);
        Asked asked;
        client.open("run", "last");
        asked.ask(client, "one");
        QTRY_COMPARE(asked.heard.size(), 2);
        QTRY_VERIFY(!client.isReady());
        asked.ask(client, "two");
        QTRY_COMPARE(asked.last(), QString("two"));
    }

    void destructionNeitherWaitsNorLeavesAChild()
    {
        Asked asked;
        auto client = std::make_unique<ServeClient>(m_context);
        client->open("run", "last");
        asked.ask(*client, "slow");
        QTRY_COMPARE(asked.heard.size(), 1);
        const auto* process = qApp->findChildren<QProcess*>().last();
        const QPointer<QObject> guard = const_cast<QProcess*>(process);
        const auto pid = static_cast<pid_t>(process->processId());
        QVERIFY(pid > 0);
        client.reset();
        QVERIFY(guard); // still about to end
        QTRY_VERIFY(!guard);
        QVERIFY(kill(pid, 0) != 0);
    }

    void closingFromACallbackIsFine()
    {
        auto* client = new ServeClient(m_context);
        const QPointer<ServeClient> guard = client;
        client->open("run", "last");
        client->ask(this, {{"verb", "probe"}, {"text", "one"}}, [&](const nlohmann::json&) { delete client; });
        client->ask(this, {{"verb", "probe"}, {"text", "two"}}, {});
        QTRY_VERIFY(!guard);
    }
};

int main(int argc, char** argv)
{
    return test::mainOrServedModel<ServeClientTest>(argc, argv);
}
#include "serve_client_test.moc"
