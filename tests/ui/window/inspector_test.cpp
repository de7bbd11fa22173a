// The router's views in the window, on a run whose routing is known: expert k takes language k in the first sparse
// layer of a stack, chance rules in the second. Every view must show exactly that, and share one choice.
#include "tests/support/planted_run.h"
#include "ui/dynamics/dynamics_page.h"
#include "ui/models/routing_focus.h"
#include "ui/models/selection.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/heat_map.h"
#include "ui/tokens/tokens_page.h"
#include "ui/window/main_window.h"
#include "ui/window/routing_page.h"

#include <QComboBox>
#include <QLabel>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace sy;

namespace {

constexpr int L = 8; // languages, and experts

} // namespace

class InspectorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QLocale::setDefault(QLocale::C);
        m_id = QString::fromStdString(test::writePlantedRun(m_paths, m_planted));
        m_window = std::make_unique<MainWindow>(m_paths, QString(), m_folder.filePath("workbench.ini"));
        m_window->resize(1366, 768);
        m_window->show();
        m_window->context().selection->setCurrentRun(m_id);
        m_focus = m_window->context().focus;
        m_page = m_window->findChild<RoutingPage*>();
        QTRY_COMPARE(m_focus->index()->layers.size(), int(test::planted_layers));
        QCOMPARE(m_focus->index()->languages.size(), L);
    }

    void cleanup()
    {
        m_focus->clear();
        m_focus->setStep({});
    }

    void languagesOfThePlantedLayer()
    {
        auto* map = open<HeatMap>("languages", "languageMatrix");
        m_focus->setLayer(0);
        QTRY_VERIFY(isIdentity(*map));
        m_focus->setLayer(2);
        QTRY_VERIFY(isIdentity(*map));
        m_focus->setLayer(1); // chance: every share near 1 / N, none of them planted
        QTRY_VERIFY(!isIdentity(*map) && map->matrix().rows == L && largest(*map) < 0.3);
    }

    void specializationOfEveryLayer()
    {
        auto* overview = open<HeatMap>("languages", "specializationOverview");
        QTRY_COMPARE(overview->matrix().rows, int(test::planted_layers));
        const auto& matrix = overview->matrix();
        for (int row = 0; row < matrix.rows; ++row) {
            const double nmi = matrix.value[size_t(row * matrix.columns)];
            if (test::isPlanted(row))
                QVERIFY2(nmi == 1, qPrintable(matrix.row_names[row]));
            else
                QVERIFY2(nmi < 0.1, qPrintable(matrix.row_names[row]));
        }
        // Half of the tokens had settled after a quarter of the run: NMI rises over training.
        auto* chart = open<CurveChart>("languages", "specializationChart");
        m_focus->setLayer(0);
        const auto rows = [&] {
            for (const auto& id : chart->curveIds())
                if (const auto curve = chart->rows(id); curve.step.size() == 6 && curve.value.back() == 1) return curve;
            return Curve{};
        };
        QTRY_VERIFY(!rows().step.empty());
        QVERIFY(rows().value[0] < rows().value[1] && rows().value[1] < rows().value[2]);
    }

    void loadOfEveryWindow()
    {
        auto* map = open<HeatMap>("load", "loadMap");
        m_focus->setLayer(0);
        const auto store = Store::openExisting(m_paths);
        const auto figures = store.windowFigures(m_id.toStdString(), 0);
        QTRY_COMPARE(map->matrix().columns, int(figures.size()));
        QCOMPARE(map->matrix().rows, L);
        for (size_t w = 0; w < figures.size(); ++w) {
            int64_t sum = 0;
            for (const int64_t load : figures[w].figures.load) sum += load;
            for (int e = 0; e < L; ++e) {
                const double share = 100.0 * double(figures[w].figures.load[size_t(e)]) / double(sum);
                const double shown = map->matrix().value[size_t(e) * figures.size() + w];
                QVERIFY2(
                    std::abs(shown - share) < 1e-9,
                    qPrintable(QString("window %1 expert %2: %3, counted %4").arg(w).arg(e).arg(shown).arg(share)));
            }
        }
        // Language 0 has twice the tokens, so its expert has twice the load at the end.
        const auto& end = figures.back().figures.load;
        QCOMPARE(end[0], 2 * end[1]);
    }

    void tokensOfExperts()
    {
        auto* page = qobject_cast<TokensPage*>(view("tokens"));
        QVERIFY(page);
        m_focus->setLayer(0);
        QTRY_VERIFY(page->picture());
        // Ids from 20 on belong to one language each: its expert takes all of them, and no other id of that kind.
        const auto routes = test::plantedRoutes(m_planted, m_planted.steps);
        const auto& text = routes.encoder;
        for (int64_t x = 0; x < text.tokens(); ++x) {
            const int32_t id = text.token[size_t(x)];
            if (!text.counted[size_t(x)] || id < 20) continue;
            const auto experts = page->picture()->table.expertsOf(id);
            for (int e = 0; e < L; ++e) QCOMPARE(experts[size_t(e)] > 0, e == (id - 20) / 24);
        }
    }

    void dynamicsOfPlantedLayers()
    {
        auto* matrix = open<HeatMap>("dynamics", "transitionMatrix", "showTransitions");
        m_focus->setLayer(0);
        QTRY_COMPARE(matrix->matrix().rows, L);
        for (const double share : matrix->matrix().value) QVERIFY(std::abs(share - 1.0 / L) < 0.15); // into chance
    }

    void choosingInOneViewHighlightsInAll()
    {
        auto* languages = open<HeatMap>("languages", "languageMatrix");
        m_focus->setLayer(0);
        QTRY_VERIFY(isIdentity(*languages));
        m_focus->setExpert(3);
        QCOMPARE(languages->selectedColumn(), int(languages->matrix().column_names.indexOf("3")));
        auto* load = open<HeatMap>("load", "loadMap");
        QTRY_COMPARE(load->selectedRow(), 3);
        Q_EMIT languages->rowChosen(2);
        QCOMPARE(m_focus->index()->languages.value(m_focus->language()), languages->matrix().row_names[2]);
        auto* choice = m_page->findChild<QLabel*>("routingChoice");
        QVERIFY(choice->text().contains("expert 3"));
        m_page->findChild<QToolButton*>("clearChoice")->click();
        QCOMPARE(m_focus->expert(), -1);
        QCOMPARE(languages->selectedColumn(), -1);
    }

    void theSliderReplays()
    {
        auto* map = open<HeatMap>("languages", "languageMatrix");
        m_focus->setLayer(0);
        QTRY_VERIFY(isIdentity(*map));
        auto* slider = m_page->findChild<QSlider*>("stepSlider");
        slider->setValue(0);
        QCOMPARE(m_focus->shownStep(), int64_t(20));
        QTRY_VERIFY(!isIdentity(*map)); // little had settled then
        m_page->findChild<QToolButton*>("latestStep")->click();
        QTRY_VERIFY(isIdentity(*map));
    }

private:
    QWidget* view(const QString& name)
    {
        m_window->showRouting(name);
        return m_page->view(name);
    }
    template <class Widget> Widget* open(const QString& name, const QString& object, const QString& action = {})
    {
        auto* page = view(name);
        if (!action.isEmpty())
            for (auto* a : page->actions())
                if (a->objectName() == action) a->trigger();
        return page->findChild<Widget*>(object);
    }
    /// P(expert | language) of the matrix, whatever the order of its rows and columns.
    bool isIdentity(const HeatMap& map) const
    {
        const auto& matrix = map.matrix();
        if (matrix.rows != L || matrix.columns != L) return false;
        for (int row = 0; row < L; ++row)
            for (int column = 0; column < L; ++column) {
                const auto language = m_focus->index()->languages.indexOf(matrix.row_names[row]);
                const double wanted = matrix.column_names[column].toInt() == language ? 1 : 0;
                if (matrix.value[size_t(row * L + column)] != wanted) return false;
            }
        return true;
    }
    static double largest(const HeatMap& map)
    {
        return *std::max_element(map.matrix().value.begin(), map.matrix().value.end());
    }

    QTemporaryDir m_folder;
    StorePaths m_paths = StorePaths::ofFile(fs::path(m_folder.path().toStdString()) / "store.sqlite");
    test::PlantedRun m_planted;
    QString m_id;
    std::unique_ptr<MainWindow> m_window;
    RoutingPage* m_page = nullptr;
    RoutingFocus* m_focus = nullptr;
};

QTEST_MAIN(InspectorTest)
#include "inspector_test.moc"
