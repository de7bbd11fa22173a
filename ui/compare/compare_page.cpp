#include "ui/compare/compare_page.h"

#include "ui/compare/compare_curves.h"
#include "ui/compare/comparison_table.h"
#include "ui/models/palette.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace sy {

namespace {

constexpr int many_runs = 7; ///< from here on runs are rows unless wished otherwise

const QStringList first_series{"valid/cross_entropy", "train/cross_entropy"};

} // namespace

ComparePage::ComparePage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_pages(new QStackedWidget(this)),
      m_empty(plainLabel("compareEmpty", {}, m_pages)), m_splitter(new QSplitter(Qt::Horizontal)),
      m_settings_model(new ComparisonTable(this)), m_metrics_model(new ComparisonTable(this)), m_chosen(first_series)
{
    setObjectName("comparePage");
    if (context.settings) {
        m_chosen = context.settings->value("compare/series", m_chosen).toStringList();
        m_wanted_base = context.settings->value("compare/baseline").toString();
    }
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    auto* page = new QWidget(m_pages);
    auto* layout = new QVBoxLayout(page);
    const int gap = fontMetrics().height() / 3;
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->addWidget(makeBar());
    m_notes = plainLabel("fairness", {}, page);
    m_notes->setWordWrap(true);
    layout->addWidget(m_notes);
    m_splitter->addWidget(makeTables());
    m_splitter->addWidget(makeChart());
    m_splitter->setChildrenCollapsible(false);
    layout->addWidget(m_splitter, 1);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(page);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_pages);
    makeActions();
    connect(context.watch, &StoreWatch::pictureReady, this, &ComparePage::refresh);
    connect(context.selection, &Selection::shownRunsChanged, this, &ComparePage::refresh);
    connect(context.selection, &Selection::colourChanged, this, &ComparePage::refresh);
    collect();
}

ComparePage::~ComparePage()
{
    saveState();
}

QWidget* ComparePage::makeBar()
{
    auto* bar = new QWidget(this);
    m_baseline = new QComboBox(bar);
    m_baseline->setObjectName("baseline");
    m_baseline->setToolTip(tr("The run that the others are compared with"));
    m_baseline->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_baseline->setMinimumContentsLength(16);
    m_all = new QCheckBox(tr("All settings"), bar);
    m_all->setObjectName("allSettings");
    m_all->setToolTip(tr("Also those in which the runs agree"));
    m_transpose = new QCheckBox(tr("Runs as rows"), bar);
    m_transpose->setObjectName("runsAsRows");
    m_series = new QToolButton(bar);
    m_series->setObjectName("metricSeries");
    m_series->setText(tr("Metrics"));
    m_series->setToolTip(tr("Series whose best and final values are compared"));
    m_series->setPopupMode(QToolButton::InstantPopup);
    m_series->setMenu(new QMenu(m_series));
    auto* label = new QLabel(tr("Baseline"), bar);
    label->setBuddy(m_baseline);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(label);
    layout->addWidget(m_baseline);
    layout->addWidget(m_series);
    layout->addWidget(m_all);
    layout->addWidget(m_transpose);
    layout->addStretch();
    connect(m_baseline, &QComboBox::activated, this, [this] { setBaseline(m_baseline->currentData().toString()); });
    connect(m_all, &QCheckBox::toggled, this, &ComparePage::fillSettings);
    connect(m_transpose, &QCheckBox::clicked, this, [this](bool on) {
        m_transpose->setProperty("chosen", true);
        m_settings_model->setTransposed(on);
        m_metrics_model->setTransposed(on);
        fitTable(m_settings);
        fitTable(m_metrics);
    });
    return bar;
}

QTableView* ComparePage::makeTable(const char* name, ComparisonTable* model)
{
    auto* view = new QTableView(this);
    view->setObjectName(QLatin1String(name));
    view->setModel(model);
    view->setAlternatingRowColors(true);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setWordWrap(false);
    view->horizontalHeader()->setHighlightSections(false);
    view->verticalHeader()->setHighlightSections(false);
    view->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    view->setCornerButtonEnabled(false);
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
    return view;
}

QWidget* ComparePage::makeTables()
{
    m_tables = new QSplitter(Qt::Vertical, this);
    m_tables->setChildrenCollapsible(false);
    m_settings = makeTable("settingsTable", m_settings_model);
    m_metrics = makeTable("metricsTable", m_metrics_model);
    auto* top = new QWidget(m_tables);
    m_same = plainLabel("sameSettings", {}, top);
    m_same->setWordWrap(true);
    auto* layout = new QVBoxLayout(top);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_same);
    layout->addWidget(m_settings, 1);
    m_tables->addWidget(top);
    m_tables->addWidget(m_metrics);
    return m_tables;
}

QWidget* ComparePage::makeChart()
{
    auto* side = new QWidget(this);
    m_curve = new QComboBox(side);
    m_curve->setObjectName("compareSeries");
    m_curve->setToolTip(tr("The series that is drawn"));
    m_curve->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_curve->setMinimumContentsLength(14);
    m_x = new QComboBox(side);
    m_x->setObjectName("compareX");
    m_x->setToolTip(tr("What is on the x axis"));
    m_x->addItem(tr("by step"), int(XKind::Step));
    m_x->addItem(tr("by tokens"), int(XKind::Tokens));
    m_x->addItem(tr("by FLOPs"), int(XKind::Flops));
    m_x->addItem(tr("by running time"), int(XKind::ProcessTime));
    m_chart = new CurveChart(side);
    m_chart->setObjectName("compareChart");
    m_chart->setEmptyText(tr("No point of this series yet."));
    m_curves = new CompareCurves(m_context, m_chart, this);
    auto* row = new QHBoxLayout;
    row->addWidget(m_curve, 1);
    row->addWidget(m_x);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_chart, 1);
    connect(m_curve, &QComboBox::activated, this, [this] {
        m_curves->setSeries(m_curve->currentText());
        m_curves->show(m_runs);
    });
    connect(m_x, &QComboBox::activated, this,
            [this] { m_chart->setXKind(static_cast<XKind>(m_x->currentData().toInt())); });
    return side;
}

void ComparePage::makeActions()
{
    const auto add = [this](const char* name, const QString& text, void (ComparePage::*slot)(), QWidget* view) {
        auto* action = new QAction(text, this);
        action->setObjectName(QLatin1String(name));
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
        view->addAction(action);
        return action;
    };
    auto* export_menu = new QMenu(this);
    export_menu->addAction(
        add("exportSettingsTable", tr("Export compared settings as CSV…"), &ComparePage::exportSettings, m_settings));
    export_menu->addAction(
        add("exportMetricsTable", tr("Export compared metrics as CSV…"), &ComparePage::exportMetrics, m_metrics));
    auto* button = new QToolButton(this);
    button->setObjectName("compareExport");
    button->setText(tr("Export"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(export_menu);
    m_series->parentWidget()->layout()->addWidget(button);
}

QString ComparePage::baseline() const
{
    return m_runs.empty() ? QString() : m_runs[baselinePlace()].id;
}

void ComparePage::setBaseline(const QString& id)
{
    m_wanted_base = id;
    fillBaselines();
    fillNotes();
    fillSettings();
    fillMetrics();
}

size_t ComparePage::baselinePlace() const
{
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].id == m_wanted_base) return i;
    return 0; // the one that was ticked first
}

void ComparePage::refresh()
{
    if (isVisible()) collect();
}

void ComparePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    collect();
}

void ComparePage::collect()
{
    const auto& picture = m_context.watch->picture();
    std::vector<ComparedRun> runs;
    for (const auto& id : m_context.selection->shownRuns()) {
        const auto* run = picture->find(id);
        if (!run || run->deleted) continue;
        if (isVisible()) readExtra(*run);
        runs.push_back(comparedRun(*run));
    }
    m_runs = std::move(runs);
    m_empty->setText(
        m_runs.empty()
            ? tr("Tick two runs in the list to compare them.")
            : tr("Tick one more run in the list: there is nothing to compare %1 with.").arg(m_runs.front().name));
    m_pages->setCurrentIndex(m_runs.size() < 2 ? 0 : 1);
    if (m_runs.size() < 2) return;
    if (!m_transpose->property("chosen").toBool()) {
        m_transpose->setChecked(m_runs.size() >= many_runs);
        m_settings_model->setTransposed(m_transpose->isChecked());
        m_metrics_model->setTransposed(m_transpose->isChecked());
    }
    fillBaselines();
    fillSeries();
    fillNotes();
    fillSettings();
    fillMetrics();
    m_curves->show(m_runs);
}

void ComparePage::readExtra(const RunSummary& run)
{
    const QString id = fromUtf8(run.id);
    Extra& extra = m_extra[id];
    if (extra.reading || extra.revision == run.revision) return;
    extra.reading = true;
    const int64_t revision = run.revision;
    struct Read {
        nlohmann::json details;
        std::map<std::string, SeriesSummary> series;
        std::vector<ClockTick> clock;
    };
    m_context.access->read(
        this,
        // The clock ticks at least at every drain of the device's measurements.
        [key = run.id, from = std::max<int64_t>(0, run.step - 1000)](const Store& store) {
            return Read{store.details(key), store.seriesSummaries(key), store.clock(key, from)};
        },
        [this, id, revision](Read read) {
            const int64_t tokens = read.clock.empty() ? 0 : read.clock.back().tokens;
            m_extra[id] = {revision, false, true, std::move(read.details), std::move(read.series), tokens};
            refresh();
        },
        [this, id](const QString&) { m_extra[id].reading = false; }); // purged meanwhile: the picture will lack it
}

ComparedRun ComparePage::comparedRun(const RunSummary& run) const
{
    ComparedRun compared;
    compared.id = fromUtf8(run.id);
    compared.name = fromUtf8(run.name);
    compared.colour = m_context.selection->colour(compared.id);
    compared.step = run.step;
    compared.flops_per_token = run.flops_per_token;
    const auto& settings = *m_context.watch->picture()->settings;
    if (const auto found = settings.find(run.id); found != settings.end()) compared.settings = found->second;
    compared.facts["parameters"] = run.parameters_total;
    compared.facts["active parameters"] = run.parameters_active;
    compared.facts["FLOPs per token"] = run.flops_per_token;
    const auto extra = m_extra.find(compared.id);
    if (extra == m_extra.end() || !extra->known) return compared;
    const auto text = [&](const char* key) { return extra->details.value(key, std::string()); };
    compared.corpus_hash = text("corpus_hash");
    compared.tokenizer_hash = text("tokenizer_hash");
    compared.facts["corpus content"] = compared.corpus_hash.substr(0, 12);
    compared.facts["tokenizer"] = compared.tokenizer_hash.substr(0, 12);
    compared.facts["code"] = text("code_version") + " " + text("code_revision");
    compared.facts["host"] = text("host");
    compared.tokens = extra->tokens;
    compared.series = extra->series;
    return compared;
}

void ComparePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool narrow = width() < fontMetrics().averageCharWidth() * 150;
    m_splitter->setOrientation(narrow ? Qt::Vertical : Qt::Horizontal);
    m_tables->setOrientation(narrow && width() > fontMetrics().averageCharWidth() * 90 ? Qt::Horizontal : Qt::Vertical);
}

void ComparePage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_notes) fillNotes();
}

void ComparePage::saveState() const
{
    if (!m_context.settings) return;
    m_context.settings->setValue("compare/series", m_chosen);
    m_context.settings->setValue("compare/baseline", m_wanted_base);
}

} // namespace sy
