#include "ui/charts/system_page.h"

#include "ui/charts/system_quantities.h"
#include "ui/models/palette.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"
#include "ui/models/text.h"
#include "ui/plots/curve_chart.h"

#include <QEvent>
#include <QLabel>
#include <QScrollArea>
#include <QStackedLayout>

namespace sy {

SystemPage::SystemPage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_link(new ChartLink(this)), m_scroll(new QScrollArea),
      m_empty(plainLabel(QStringLiteral("systemEmpty"), {}))
{
    setObjectName(QStringLiteral("systemPage"));
    m_scroll->setWidget(new QWidget);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->installEventFilter(this);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_stack = new QStackedLayout(this);
    m_stack->addWidget(m_scroll);
    m_stack->addWidget(m_empty);
    connect(m_context.selection, &Selection::currentRunChanged, this, &SystemPage::sync);
    connect(m_context.watch, &StoreWatch::pictureReady, this, &SystemPage::sync);
    sync();
}

void SystemPage::sync()
{
    const QString current = m_context.selection->currentRun();
    const RunSummary* run = m_context.watch->picture()->find(current);
    if (current != m_run || (run && run->rewinds != m_rewinds)) startOver(run);
    m_run = current;
    if (!run)
        showEmpty(tr("Choose a run to see what its machine did."));
    else if (isVisible() && !m_reading && m_revision != run->revision)
        readNew();
}

void SystemPage::startOver(const RunSummary* run)
{
    for (CurveChart* chart : std::as_const(m_charts)) {
        chart->setLink(nullptr);
        chart->hide();
        chart->deleteLater();
    }
    m_charts.clear();
    m_last_ms.clear();
    m_link->reset();
    m_clock =
        std::make_shared<RunClock>(std::vector<ClockTick>(), run ? std::max(run->started_ms, run->created_ms) : 0);
    m_rewinds = run ? run->rewinds : -1;
    m_revision = -1;
}

void SystemPage::readNew()
{
    m_reading = true;
    const QString run = m_run;
    const int64_t revision = m_context.watch->picture()->find(run)->revision, rewinds = m_rewinds;
    m_context.access->read(
        this,
        [id = run.toStdString(), last = m_last_ms](const Store& store) {
            Samples news;
            for (const auto& [name, summary] : store.seriesSummaries(id)) {
                if (!name.starts_with("system/")) continue;
                const QString series = QString::fromStdString(name);
                news.emplace_back(series, store.systemSamples(id, name, last.value(series, 0)));
            }
            return news;
        },
        [this, run, revision, rewinds](const Samples& news) {
            m_reading = false;
            if (run == m_run && rewinds == m_rewinds) {
                m_revision = revision;
                take(news);
            }
            sync();
        },
        [this, run, revision](const QString& problem) {
            m_reading = false;
            if (run != m_run) return sync();
            m_revision = revision; // tried again when the run changes
            showEmpty(problem);
        });
}

void SystemPage::take(const Samples& news)
{
    for (const auto& [series, samples] : news) {
        if (samples.empty()) continue;
        Curve rows;
        for (const SystemSample& sample : samples) {
            rows.step.push_back(sample.time_ms);
            rows.value.push_back(sample.value);
        }
        m_last_ms[series] = samples.back().time_ms;
        CurveChart* chart = chartFor(series);
        chart->setClock(series, m_clock);
        chart->appendRows(series, rows);
    }
    showEmpty(m_charts.isEmpty() ? tr("This run has recorded no samples of its machine yet.\nA trainer takes one every "
                                      "few seconds.")
                                 : QString());
}

CurveChart* SystemPage::chartFor(const QString& series)
{
    const SystemQuantity quantity = systemQuantity(series);
    CurveChart*& chart = m_charts[{quantity.place, quantity.title}];
    const bool fresh = !chart;
    if (fresh) {
        chart = new CurveChart(m_scroll->widget());
        chart->setObjectName(QStringLiteral("system:") + quantity.title);
        chart->setTitle(quantity.title);
        chart->setYAxis(quantity.title, quantity.unit);
        chart->setDefinition(quantity.definition);
        chart->setXKind(XKind::SampleTime);
        chart->setYValue(quantity.scale);
        chart->setLink(m_link);
        chart->show();
    }
    if (!chart->hasCurve(series)) {
        const auto index = static_cast<int>(chart->curveIds().size());
        const RunSummary* run = m_context.watch->picture()->find(m_run);
        const QString name = run ? fromUtf8(run->name) : m_run;
        chart->setCurve(series, CurveLook{quantity.curve, lineColour(index), Qt::SolidLine, name, series});
        chart->setLegendVisible(index > 0);
    }
    if (fresh) layOut();
    return chart;
}

/// As many columns as fit; in a low dock a single row that fills its height.
void SystemPage::layOut()
{
    const QFontMetrics metrics(font());
    const int width = m_scroll->viewport()->width(), height = m_scroll->viewport()->height();
    const auto count = static_cast<int>(m_charts.size());
    const int columns = std::clamp(width / (metrics.averageCharWidth() * 40), 1, std::max(1, count));
    const int rows = (count + columns - 1) / columns;
    const int cell_width = width / columns;
    const int cell_height = std::max(metrics.height() * 9, rows > 0 ? height / rows : height);
    m_scroll->widget()->resize(width, rows * cell_height);
    int i = 0;
    for (CurveChart* chart : std::as_const(m_charts)) {
        chart->setGeometry((i % columns) * cell_width, (i / columns) * cell_height, cell_width, cell_height);
        ++i;
    }
}

void SystemPage::showEmpty(const QString& text)
{
    m_empty->setText(text);
    m_stack->setCurrentIndex(text.isEmpty() ? 0 : 1);
}

void SystemPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    sync();
}

bool SystemPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_scroll->viewport() && event->type() == QEvent::Resize) layOut();
    return QWidget::eventFilter(watched, event);
}

} // namespace sy
