#include "core/config/config_io.h"
#include "core/text/experiment_text.h"
#include "setup_support.h"
#include "ui/models/text.h"
#include "ui/setup/batch_tab.h"
#include "ui/setup/corpus_models.h"
#include "ui/setup/corpus_tab.h"
#include "ui/setup/import_dialog.h"
#include "ui/setup/preview_bar.h"
#include "ui/setup/previewer.h"
#include "ui/setup/token_chips.h"
#include "ui/setup/tokens_tab.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace sy;

namespace {

ExperimentConfig smallConfig(const std::string& corpus)
{
    return loadConfig("demo", {"data.corpus=" + corpus, "model.vocab_size=420", "data.input_length=48",
                               "data.target_length=20", "data.batch_size=4"});
}

QStringList homeFolders(const QString& home, const QString& folder)
{
    return QDir(home + "/" + folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

} // namespace

class SetupTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QLocale::setDefault(QLocale::c());
        m_corpus = m_home.import("small");
    }

    void corpusTablesHoldWhatIsThere()
    {
        CorpusListModel corpora;
        const QAbstractItemModelTester list_tester(&corpora, QAbstractItemModelTester::FailureReportingMode::QtTest);
        LanguageModel languages;
        const QAbstractItemModelTester tester(&languages, QAbstractItemModelTester::FailureReportingMode::QtTest);
        corpora.setCorpora({m_corpus});
        corpora.setChosen("small");
        QCOMPARE(corpora.rowOf("small"), 0);
        QCOMPARE(corpora.rowOf("none"), -1);
        QCOMPARE(corpora.index(0, CorpusListModel::LanguagesColumn).data().toInt(), 2);
        QVERIFY(corpora.index(0, 0).data(Qt::FontRole).value<QFont>().bold());
        languages.setCorpus(&m_corpus);
        QCOMPARE(languages.rowCount(), 2);
        QCOMPARE(languages.index(0, LanguageModel::DocumentsColumn).data(Qt::UserRole).toLongLong(),
                 qlonglong(m_corpus.languages[0].train_documents));
        QCOMPARE(languages.index(0, LanguageModel::TokensColumn).data().toString(), QString::fromUtf8("–"));
        TextPreview preview;
        preview.languages = {{"en", 120, 30, 0.25, {}}};
        QSignalSpy resets(&languages, &QAbstractItemModel::modelReset);
        languages.setPreview(&preview);
        QCOMPARE(languages.index(0, LanguageModel::WeightColumn).data().toString(), QString::fromUtf8("–"));
        QCOMPARE(languages.index(1, LanguageModel::TokensColumn).data().toString(), "120");
        QCOMPARE(languages.index(1, LanguageModel::WeightColumn).data().toString(), "25.0 %");
        languages.setCorpus(&m_corpus); // looked at again: rows stay
        QCOMPARE(resets.count(), 0);
        languages.setCorpus(nullptr);
        QCOMPARE(languages.rowCount(), 0);
        corpora.setCorpora({});
    }

    void theCorpusTabShowsLines()
    {
        CorpusTab tab;
        tab.setCorpora({});
        QVERIFY(!tab.findChild<QTableView*>("corpusList")->isVisibleTo(&tab));
        tab.setChosen("small");
        tab.setCorpora({m_corpus});
        const auto* lines = tab.findChild<QPlainTextEdit*>("sampleLines");
        QTRY_VERIFY(lines->toPlainText().startsWith(fromUtf8(sampleLines(m_corpus, "de", 1, 1)[0])));
        auto* table = tab.findChild<QTableView*>("languageTable");
        table->setCurrentIndex(tab.languages()->index(1, 0));
        QTRY_VERIFY(lines->toPlainText().startsWith(fromUtf8(sampleLines(m_corpus, "en", 1, 1)[0])));
        tab.setCorpora({m_corpus}); // a look that found the same
        QCOMPARE(table->currentIndex().row(), 1);
        QVERIFY(!tab.findChild<QPushButton*>("useCorpus")->isEnabled()); // it is in use
        tab.setChosen("other");
        QSignalSpy chosen(&tab, &CorpusTab::corpusChosen);
        tab.findChild<QPushButton*>("useCorpus")->click();
        QCOMPARE(chosen.takeFirst().at(0).toString(), "small");
    }

    void aPreviewIsWhatTheTextLibrarySays()
    {
        const auto config = smallConfig("small");
        Previewer previewer(SWITCHYARD_CLI);
        QSignalSpy changes(&previewer, &Previewer::changed);
        previewer.want(config, m_corpus.hash);
        QCOMPARE(previewer.state(), Previewer::Working);
        QTRY_COMPARE_WITH_TIMEOUT(previewer.state(), Previewer::Ready, 30000);
        QVERIFY(toJson(*previewer.preview()) == toJson(previewText(config, {"", 16, 3})));
        QCOMPARE(previewer.preview()->batch.size(), size_t(4));

        // What does not decide the rows starts nothing; what was there before comes at once.
        auto other = config;
        other.train.steps = 3;
        other.model.d_ff = 0;
        changes.clear();
        previewer.want(other, m_corpus.hash);
        QCOMPARE(changes.count(), 0);
        other.train.seed = 99;
        previewer.want(other, m_corpus.hash);
        QCOMPARE(previewer.state(), Previewer::Working);
        QTRY_COMPARE_WITH_TIMEOUT(previewer.state(), Previewer::Ready, 30000);
        QVERIFY(previewer.preview()->batch != previewText(config, {"", 16, 3}).batch);
        previewer.want(config, m_corpus.hash);
        QCOMPARE(previewer.state(), Previewer::Ready);
        QVERIFY(previewer.preview()->batch == previewText(config, {"", 16, 3}).batch);
    }

    void aPreviewCanBeCancelledAndFails()
    {
        Previewer previewer(SWITCHYARD_CLI);
        PreviewBar bar(previewer);
        auto* button = bar.findChild<QPushButton*>("previewButton");
        QVERIFY(!button->isVisibleTo(&bar));
        auto config = smallConfig("small");
        config.model.vocab_size = 500;
        previewer.want(config, m_corpus.hash);
        QCOMPARE(button->text(), "Cancel");
        QVERIFY(bar.findChild<QProgressBar*>("previewProgress")->isVisibleTo(&bar));
        button->click();
        QCOMPARE(previewer.state(), Previewer::Cancelled);
        QVERIFY(!previewer.preview());
        previewer.want(config, m_corpus.hash); // asked for again by a change elsewhere: stays cancelled
        QCOMPARE(previewer.state(), Previewer::Cancelled);
        button->click();
        QTRY_COMPARE_WITH_TIMEOUT(previewer.state(), Previewer::Ready, 30000);
        config.data.corpus = "gone";
        previewer.want(config, "");
        QTRY_COMPARE_WITH_TIMEOUT(previewer.state(), Previewer::Failed, 30000);
        QVERIFY2(previewer.text().contains("gone"), qPrintable(previewer.text()));
        Previewer lost("/nowhere/switchyard-cli");
        lost.want(config, "");
        QTRY_COMPARE(lost.state(), Previewer::Failed);
        QVERIFY(lost.text().contains("/nowhere"));
    }

    void aSentenceSplitsAsTheTokenizerSays()
    {
        const auto config = smallConfig("small");
        const auto preview = previewText(config, {"", 2, 3});
        TokensTab tab;
        auto* text = tab.findChild<QLineEdit*>("tokenText");
        const auto* chips = tab.findChild<TokenChips*>("tokenChips");
        tab.suggest("der Hund");
        QVERIFY(chips->pieces().empty());
        tab.setPreview(&preview);
        const auto tokenizer = Tokenizer::load(preview.tokenizer_file);
        const auto same = [&](const std::string& words) {
            const auto expected = tokenPieces(tokenizer, words);
            return std::ranges::equal(chips->pieces(), expected, {}, &TokenPiece::id, &TokenPiece::id);
        };
        QTRY_VERIFY(!chips->pieces().empty() && same("der Hund"));
        text->selectAll();
        QTest::keyClicks(text, "the 99 q");
        QTRY_VERIFY(same("the 99 q"));
        tab.suggest("something else"); // not over what was typed
        QCOMPARE(text->text(), "the 99 q");
        QTRY_COMPARE(chips->accessibleName().isEmpty(), false);
        auto broken = preview;
        broken.tokenizer_hash = "other";
        broken.tokenizer_file = m_home.path("no.model").toStdString();
        tab.setPreview(&broken);
        QTRY_VERIFY(tab.findChild<QLabel*>("tokenCount")->text().contains("no.model"));
        tab.setPreview(nullptr);
        QVERIFY(chips->pieces().empty());
    }

    void theBatchIsATable()
    {
        BatchTab tab;
        const QAbstractItemModelTester tester(tab.model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto preview = previewText(smallConfig("small"), {"", 3, 0});
        tab.setPreview(&preview, 4, 1);
        QCOMPARE(tab.model()->rowCount(), 3);
        for (int row = 0; row < 3; ++row) {
            const auto& expected = preview.batch[size_t(row)];
            QCOMPARE(tab.model()->index(row, BatchModel::LanguageColumn).data().toString(),
                     fromUtf8(expected.language));
            QCOMPARE(tab.model()->index(row, BatchModel::InputColumn).data().toString(), fromUtf8(expected.input));
            QCOMPARE(tab.model()->index(row, BatchModel::TargetColumn).data().toString(), fromUtf8(expected.target));
        }
        QVERIFY(tab.findChild<QLabel*>("batchNote")->text().contains("3 of the 4"));
        tab.setPreview(nullptr, 4, 1);
        QCOMPARE(tab.model()->rowCount(), 0);
    }

    void corpusNamesComeFromPaths_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("name");
        QTest::newRow("folder") << "/a/texts"
                                << "texts";
        QTest::newRow("spaces") << "/a/My Texts (2)"
                                << "my-texts-2";
        QTest::newRow("file") << "/a/news.jsonl"
                              << "news";
        QTest::newRow("nothing left") << "/a/漢字"
                                      << "corpus";
    }
    void corpusNamesComeFromPaths()
    {
        QFETCH(QString, path);
        QFETCH(QString, name);
        QCOMPARE(corpusNameFor(path), name);
    }

    void importing()
    {
        QPointer dialog = new ImportDialog(SWITCHYARD_CLI, m_home.putTexts("more"), {"small"}, nullptr);
        auto* name = dialog->findChild<QLineEdit*>("importName");
        auto* start = dialog->findChild<QPushButton*>("importStart");
        QCOMPARE(name->text(), "more");
        dialog->findChild<QLineEdit*>("importSource")->setText(m_home.path("elsewhere"));
        QCOMPARE(name->text(), "elsewhere");
        name->clear();
        QTest::keyClicks(name, "own");
        dialog->findChild<QLineEdit*>("importSource")->setText(m_home.path("more"));
        QCOMPARE(name->text(), "own");
        name->clear();
        QVERIFY(dialog->findChild<QLabel*>("importState")->text().contains("name"));
        name->setText("small");
        QVERIFY(!start->isEnabled());
        QVERIFY(dialog->findChild<QLabel*>("importState")->text().contains("already"));
        name->setText("a/b");
        QVERIFY(!start->isEnabled());
        name->setText("fresh");
        QVERIFY(start->isEnabled());
        QSignalSpy imported(dialog, &ImportDialog::imported);
        start->click();
        QTRY_COMPARE_WITH_TIMEOUT(imported.count(), 1, 30000);
        QCOMPARE(imported[0][0].toString(), "fresh");
        QVERIFY2(imported[0][1].toString().startsWith("2 languages, format files"),
                 qPrintable(imported[0][1].toString()));
        QCOMPARE(openCorpus("fresh").languages.size(), size_t(2));
        QTRY_VERIFY(!dialog); // it closes itself
    }

    void aBadImportSaysWhyAndCanBeTriedAgain()
    {
        m_home.put("bad/de.txt", "gut\nschlecht \xff\n");
        ImportDialog dialog(SWITCHYARD_CLI, m_home.path("bad"), {}, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.findChild<QPushButton*>("importStart")->click();
        const auto* state = dialog.findChild<QLabel*>("importState");
        QTRY_VERIFY_WITH_TIMEOUT(state->text().contains("UTF-8"), 30000);
        QVERIFY(dialog.findChild<QPushButton*>("importStart")->isEnabled());
        QVERIFY(!homeFolders(m_home.home(), "corpora").contains("bad"));
        ImportDialog lost("/nowhere/cli", m_home.path("bad"), {}, nullptr);
        lost.setAttribute(Qt::WA_DeleteOnClose, false);
        lost.findChild<QPushButton*>("importStart")->click();
        QTRY_VERIFY(lost.findChild<QLabel*>("importState")->text().contains("/nowhere"));
    }

    void aCancelledImportLeavesNothing_data()
    {
        QTest::addColumn<bool>("destroyed");
        QTest::newRow("by its button") << false;
        QTest::newRow("by closing the program") << true;
    }
    void aCancelledImportLeavesNothing()
    {
        QFETCH(bool, destroyed);
        QByteArray much;
        for (int i = 0; much.size() < 40 << 20; ++i)
            much += "a line of text with the number " + QByteArray::number(i) + "\n";
        m_home.put("large/en.txt", much);
        auto before = homeFolders(m_home.home(), "corpora");
        before.removeAll(".import-large.lock");
        auto job = std::make_unique<ImportJob>(SWITCHYARD_CLI, ImportWish{m_home.path("large"), "large"});
        QSignalSpy progress(job.get(), &ImportJob::progress), ended(job.get(), &ImportJob::cancelled),
            failed(job.get(), &ImportJob::failed), imported(job.get(), &ImportJob::imported);
        job->start();
        QTRY_VERIFY_WITH_TIMEOUT(progress.count() > 2, 30000); // it is in the middle
        QVERIFY(progress.last()[0].toDouble() > 0 && progress.last()[0].toDouble() < 1);
        if (destroyed) {
            job.reset();
        } else {
            job->cancel();
            QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 30000);
        }
        QCOMPARE(failed.count() + imported.count(), 0);
        auto after = homeFolders(m_home.home(), "corpora");
        after.removeAll(".import-large.lock"); // empty, for the next import of that name
        QCOMPARE(after, before);
    }

private:
    test::Home m_home;
    Corpus m_corpus;
};

QTEST_MAIN(SetupTextTest)
#include "setup_text_test.moc"
