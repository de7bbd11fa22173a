// Selections, texts, colours and tables as CSV.
#include "core/base/error.h"
#include "ui/models/palette.h"
#include "ui/models/selection.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"

#include <QAction>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>

using namespace sy;

namespace {

/// WCAG 2.1 relative luminance and contrast.
double luminance(const QColor& colour)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double high = std::max(luminance(a), luminance(b)), low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

} // namespace

class ModelsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::C); }

    void selectionIsKept()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("settings.ini");
        QColor colour;
        {
            QSettings settings(file, QSettings::IniFormat);
            Selection selection(&settings);
            selection.setShown("a", true);
            selection.setShown("b", true);
            selection.setShown("a", true); // once is enough
            selection.setCurrentRun("b");
            colour = selection.colour("b");
            QVERIFY(colour != selection.colour("a"));
        }
        QSettings settings(file, QSettings::IniFormat);
        Selection selection(&settings);
        QCOMPARE(selection.shownRuns(), (QStringList{"a", "b"}));
        QCOMPARE(selection.currentRun(), QString("b"));
        QCOMPARE(selection.colour("b"), colour);
    }

    void selectionTellsOnlyOfChanges()
    {
        Selection selection;
        QSignalSpy shown(&selection, &Selection::shownRunsChanged), current(&selection, &Selection::currentRunChanged);
        selection.setShownRuns({"a", "b", "a", ""});
        selection.setShownRuns({"a", "b"});
        selection.setShown("c", false);
        selection.setCurrentRun("a");
        selection.setCurrentRun("a");
        QCOMPARE(shown.count(), 1);
        QCOMPARE(current.count(), 1);
        selection.forget({"a"});
        QCOMPARE(selection.shownRuns(), QStringList{"b"});
        QVERIFY(selection.currentRun().isEmpty());
    }

    void lineColoursAreReadableOnBothGrounds()
    {
        for (int i = 0; i < lineColourCount(); ++i) {
            QVERIFY2(contrast(lineColour(i), Qt::white) > 2.2, qPrintable(lineColour(i).name()));
            QVERIFY2(contrast(lineColour(i), QColor(0x1c, 0x1e, 0x22)) > 2.2, qPrintable(lineColour(i).name()));
            for (int j = 0; j < i; ++j) QVERIFY(lineColour(i) != lineColour(j));
        }
        QVERIFY(lineColour(lineColourCount()) != lineColour(0));
    }

    void texts_data()
    {
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("wanted");
        QTest::newRow("ms") << durationText(0.25) << "250 ms";
        QTest::newRow("s") << durationText(3.26) << "3.3 s";
        QTest::newRow("just below a minute") << durationText(59.7) << "1 min 0 s";
        QTest::newRow("min") << durationText(372) << "6 min 12 s";
        QTest::newRow("h") << durationText(7260) << "2 h 1 min";
        QTest::newRow("d") << durationText(90000) << "1 d 1 h";
        QTest::newRow("unknown") << durationText(std::nan("")) << QString::fromUtf8("–");
        QTest::newRow("bytes") << bytesText(1.5 * 1024 * 1024 * 1024) << "1.50 GiB";
        QTest::newRow("few bytes") << bytesText(12) << "12 B";
        QTest::newRow("count") << countText(24.1e6) << "24.1 M";
        QTest::newRow("loss") << lossText(4.2149) << "4.215";
        QTest::newRow("small") << lossText(0.00001234) << "1.23e-05";
        QTest::newRow("nan") << lossText(std::nan("")) << "nan";
        QTest::newRow("inf") << lossText(-std::numeric_limits<double>::infinity()) << "-inf";
    }
    void texts()
    {
        QFETCH(QString, shown);
        QFETCH(QString, wanted);
        QCOMPARE(shown, wanted);
    }

    void namesAreNeverMarkup()
    {
        const std::unique_ptr<QLabel> label(plainLabel("x", "<b>bold</b>"));
        QCOMPARE(label->textFormat(), Qt::PlainText);
        QCOMPARE(label->text(), QString("<b>bold</b>"));
    }

    void csvQuotesAndKeepsRawNumbers()
    {
        QStandardItemModel model(0, 2);
        model.setHorizontalHeaderLabels({"name", "loss, nats"});
        auto* name = new QStandardItem("a \"b\"\nc");
        auto* loss = new QStandardItem("4.215");
        loss->setData(4.2149000000000001, Qt::UserRole);
        model.appendRow({name, loss});
        auto* child = new QStandardItem("child");
        name->appendRow({child, new QStandardItem("x")});
        QCOMPARE(tableCsv(model),
                 QByteArray("name,\"loss, nats\"\r\n\"a \"\"b\"\"\nc\",4.2149000000000001\r\nchild,x\r\n"));
    }

    void aViewOffersItsTable()
    {
        QStandardItemModel model(1, 1);
        QTableView view;
        view.setModel(&model);
        addTableExport(view, "languages");
        QCOMPARE(view.actions().size(), 1);
        QCOMPARE(view.actions()[0]->text(), QString::fromUtf8("Export languages as CSV…"));
        QCOMPARE(view.contextMenuPolicy(), Qt::ActionsContextMenu);
    }

    void aFileThatCannotBeWrittenIsNamed()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("missing/table.csv");
        try {
            writeFile(path, "x");
            QFAIL("must throw");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains(path));
        }
        writeFile(folder.filePath("table.csv"), "x");
        QFile file(folder.filePath("table.csv"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("x"));
    }
};

QTEST_MAIN(ModelsTest)
#include "models_test.moc"
