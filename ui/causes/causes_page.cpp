#include "ui/causes/causes_page.h"

#include "core/analysis/definitions.h"
#include "core/config/config_io.h"
#include "ui/causes/effects_runner.h"
#include "ui/causes/experts_panel.h"
#include "ui/causes/replay_panel.h"
#include "ui/models/flow_layout.h"
#include "ui/models/routing_focus.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

namespace {

QString emptyText(const RoutingIndex& index)
{
    if (index.run.isEmpty()) return CausesPage::tr("Choose a run on the left to see what its experts are good for.");
    if (index.layers.isEmpty())
        return CausesPage::tr("%1 is a dense model: it has no experts to take out.\nChoose a run with more than one "
                              "expert (model.num_experts).")
            .arg(index.name);
    return {};
}

/// Share of tokens per expert of each layer, by the evaluation's counts.
std::map<QString, std::vector<double>> loadsOf(const Evaluation& evaluation, const RoutingIndex& index)
{
    std::map<QString, std::vector<double>> loads;
    const size_t rows = evaluation.row_language.size(), experts = static_cast<size_t>(index.experts);
    if (evaluation.counts.size() != evaluation.layers.size() * rows * experts) return loads;
    for (size_t m = 0; m < evaluation.layers.size(); ++m) {
        std::vector<double> load(experts, 0);
        double all = 0;
        for (size_t i = 0; i < rows * experts; ++i) {
            load[i % experts] += evaluation.counts[m * rows * experts + i];
            all += evaluation.counts[m * rows * experts + i];
        }
        for (double& share : load) share = all > 0 ? share / all : 0;
        loads[index.layers.value(static_cast<int>(evaluation.layers[m]))] = std::move(load);
    }
    return loads;
}

} // namespace

CausesPage::CausesPage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_runner(new EffectsRunner(context, this)),
      m_pages(new QStackedWidget(this)), m_empty(plainLabel("causesEmpty", {}, m_pages)),
      m_baseline(plainLabel("causesBaseline", {})), m_problem(plainLabel("causesProblem", {})), m_tabs(new QTabWidget)
{
    setObjectName("causesPage");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_experts = new ExpertsPanel(context, m_runner);
    m_replay = new ReplayPanel(context, m_runner);
    m_tabs->setObjectName("causesTabs");
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_experts, tr("Interventions"));
    m_tabs->addTab(m_replay, tr("Capacity replay"));
    auto* page = new QWidget(m_pages);
    auto* layout = new QVBoxLayout(page);
    const int gap = fontMetrics().height() / 3;
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    layout->addWidget(makeBar());
    layout->addWidget(m_problem);
    layout->addWidget(m_tabs, 1);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(page);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_pages);
    connect(m_runner, &EffectsRunner::changed, this, &CausesPage::showBaseline);
    connect(m_runner, &EffectsRunner::advanced, this, &CausesPage::showProgress);
    connect(m_runner, &EffectsRunner::failed, this, [this](const QString& problem) {
        m_problem->setText(problem);
        m_problem->show();
    });
    connect(context.focus, &RoutingFocus::indexChanged, this, &CausesPage::refresh);
    connect(context.focus, &RoutingFocus::runChanged, this, &CausesPage::runChanged);
    showEmpty();
    showProgress();
}

QWidget* CausesPage::makeBar()
{
    auto* bar = new QWidget;
    m_checkpoint = new QComboBox;
    m_checkpoint->setObjectName("causesCheckpoint");
    m_checkpoint->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_checkpoint->setToolTip(tr("The checkpoint that is evaluated; it is loaded once and kept warm"));
    m_rows = new QSpinBox;
    m_rows->setObjectName("causesRows");
    m_rows->setRange(1, 4096);
    m_rows->setSuffix(tr(" rows/language"));
    m_rows->setToolTip(
        tr("Validation rows of each language: fewer are faster, more are surer. Changes of loss are told apart "
           "from chance by the random baselines"));
    auto* baseline = new QAction(tr("Evaluate baseline"), this);
    baseline->setObjectName("causes.baseline");
    baseline->setToolTip(tr("The loss with nothing done to it, in all and per language"));
    baseline->setEnabled(false); // until a checkpoint is found
    addAction(baseline);
    auto* button = new QToolButton;
    button->setDefaultAction(baseline);
    m_progress = new QProgressBar;
    m_progress->setObjectName("causesProgress");
    m_progress->setRange(0, 1000);
    m_progress->setMinimumWidth(fontMetrics().averageCharWidth() * 34);
    m_cancel = new QToolButton;
    m_cancel->setObjectName("causesCancel");
    m_cancel->setText(tr("Cancel"));
    auto* layout = new FlowLayout(bar, fontMetrics().height() / 3);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{m_checkpoint, m_rows, button, m_baseline, m_progress, m_cancel})
        layout->addWidget(widget);
    connect(m_checkpoint, &QComboBox::activated, this, &CausesPage::checkpointChosen);
    connect(m_rows, &QSpinBox::valueChanged, this, &CausesPage::checkpointChosen);
    connect(baseline, &QAction::triggered, this, [this] { m_runner->want({}); });
    connect(m_cancel, &QToolButton::clicked, m_runner, &EffectsRunner::cancel);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    bar->setSizePolicy(policy);
    bar->setMinimumWidth(fontMetrics().averageCharWidth() * 70);
    return bar;
}

void CausesPage::showEmpty()
{
    const QString text = emptyText(*m_context.focus->index());
    m_empty->setText(text);
    m_pages->setCurrentIndex(text.isEmpty() ? 1 : 0);
}

void CausesPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void CausesPage::runChanged()
{
    const auto& index = *m_context.focus->index();
    if (index.run == m_read_run) m_runner->forgetRun(m_read_run); // its rows are void
    m_read = {};
    m_read_run.clear();
    m_read_revision = -1;
    m_checkpoint->clear();
    m_problem->hide();
    m_experts->setLoads({});
    checkpointChosen();
}

void CausesPage::refresh()
{
    showEmpty();
    const auto& index = *m_context.focus->index();
    if (!isVisible() || index.layers.isEmpty()) return;
    if (index.run == m_read_run && index.revision == m_read_revision) return;
    read();
}

void CausesPage::read()
{
    if (m_reading) {
        m_read_again = true;
        return;
    }
    const auto index = m_context.focus->index();
    m_reading = true;
    m_read_run = index->run;
    m_read_revision = index->revision;
    m_read_step = chosenStep();
    m_context.access->read(
        this,
        [run = index->run.toStdString(), step = m_read_step, known = m_read.evaluation](const Store& store) {
            Read read;
            for (auto& checkpoint : store.checkpoints(run))
                if (!checkpoint.removed) read.checkpoints.push_back(checkpoint);
            read.rows = configFromJson(store.config(run)).train.eval_rows;
            const int64_t last = read.checkpoints.empty() ? -1 : read.checkpoints.back().step;
            const auto at = RoutingIndex::atOrBefore(store.evaluationSteps(run), step >= 0 ? step : last);
            if (at) read.evaluation = known && known->step == *at ? known : store.evaluationAt(run, *at);
            return read;
        },
        [this, index](Read read) {
            m_reading = false;
            if (index->run == m_context.focus->index()->run) take(std::move(read));
            if (std::exchange(m_read_again, false)) this->read();
        },
        [this](const QString& problem) {
            m_reading = false;
            m_read_revision = -1;
            m_problem->setText(problem);
            m_problem->show();
            if (std::exchange(m_read_again, false)) this->read();
        });
}

void CausesPage::take(Read read)
{
    const bool first = m_checkpoint->count() == 0;
    m_read = std::move(read);
    if (first) {
        const QSignalBlocker quiet(m_rows);
        m_rows->setValue(static_cast<int>(m_read.rows));
    }
    fillCheckpoints();
    m_experts->setLoads(m_read.evaluation ? loadsOf(*m_read.evaluation, *m_context.focus->index())
                                          : std::map<QString, std::vector<double>>{});
    checkpointChosen();
}

void CausesPage::fillCheckpoints()
{
    std::vector<std::pair<QString, qlonglong>> items, shown;
    for (auto one = m_read.checkpoints.rbegin(); one != m_read.checkpoints.rend(); ++one) {
        QString text = tr("Checkpoint of step %1").arg(QLocale().toString(qlonglong(one->step)));
        if (one == m_read.checkpoints.rbegin()) text += tr(", last");
        if (one->best) text += tr(", best");
        items.emplace_back(text, qlonglong(one->step));
    }
    for (int i = 0; i < m_checkpoint->count(); ++i)
        shown.emplace_back(m_checkpoint->itemText(i), m_checkpoint->itemData(i).toLongLong());
    if (items == shown) return; // a live run writes on: an open list stays open
    const int64_t before = chosenStep();
    m_checkpoint->clear();
    for (const auto& [text, step] : items) m_checkpoint->addItem(text, step);
    const int row = m_checkpoint->findData(qlonglong(before));
    m_checkpoint->setCurrentIndex(row >= 0 ? row : m_checkpoint->count() > 0 ? 0 : -1);
}

int64_t CausesPage::chosenStep() const
{
    return m_checkpoint->currentIndex() < 0 ? -1 : m_checkpoint->currentData().toLongLong();
}

void CausesPage::checkpointChosen()
{
    const auto& index = *m_context.focus->index();
    const bool ready = chosenStep() >= 0;
    m_checkpoint->setVisible(ready);
    for (auto* action : actions())
        if (action->objectName() == QLatin1String("causes.baseline")) action->setEnabled(ready);
    m_experts->setReady(ready);
    m_replay->setReady(ready);
    m_runner->setModel({index.run, index.name, chosenStep(), m_rows->value()});
    if (ready && chosenStep() != m_read_step && m_read_step >= 0) read(); // loads near that step
    m_read_step = chosenStep();
    showBaseline();
}

void CausesPage::showBaseline()
{
    const auto* base = m_runner->effects().baseline();
    if (chosenStep() < 0)
        m_baseline->setText(tr("This run has no checkpoint here yet: interventions need one."));
    else if (base)
        m_baseline->setText(tr("baseline %1 nats (%2 languages, %3 tokens)")
                                .arg(QLocale().toString(base->loss, 'f', 4))
                                .arg(base->languages.size())
                                .arg(QLocale().toString(qlonglong(base->tokens))));
    else
        m_baseline->setText(tr("baseline not evaluated yet"));
}

void CausesPage::showProgress()
{
    const bool busy = m_runner->isBusy();
    setProperty("busy", busy);
    m_progress->setVisible(busy);
    m_cancel->setVisible(busy);
    m_baseline->setVisible(!busy);
    if (!busy) return;
    m_problem->hide();
    m_progress->setValue(qRound(1000 * m_runner->progress()));
    const QString doing = m_runner->doing();
    m_progress->setToolTip(doing.toHtmlEscaped());
    // One line: a progress bar wraps what is too long, and cuts it.
    m_progress->setFormat(
        fontMetrics()
            .elidedText(doing, Qt::ElideMiddle, m_progress->width() - fontMetrics().averageCharWidth() * 2)
            .replace(QLatin1Char('%'), QLatin1String("%%")));
}

} // namespace sy
