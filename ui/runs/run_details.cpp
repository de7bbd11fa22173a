#include "ui/runs/run_details.h"

#include "ui/models/selection.h"
#include "ui/models/text.h"
#include "ui/runs/checkpoints_section.h"
#include "ui/runs/config_section.h"
#include "ui/runs/overview_section.h"
#include "ui/runs/samples_section.h"
#include "ui/runs/table_sections.h"

#include <QAction>
#include <QHBoxLayout>
#include <QProgressBar>
#include <QSettings>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

#include <cmath>

namespace sy {

RunDetails::RunDetails(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_pages(new QStackedWidget(this)), m_tabs(new QTabWidget(m_pages))
{
    setObjectName("runDetails");
    auto* page = new QWidget(m_pages);
    auto* empty = plainLabel("noRun",
                             tr("No run is chosen.\n\nChoose one in the list of runs: its configuration, log, "
                                "checkpoints and samples are shown here."),
                             m_pages);
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    auto* layout = new QVBoxLayout(page);
    const int gap = fontMetrics().height() / 4;
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->addWidget(makeHead());
    layout->addWidget(m_tabs, 1);
    m_pages->addWidget(empty);
    m_pages->addWidget(page);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_pages);
    m_tabs->setObjectName("detailTabs");
    m_tabs->setDocumentMode(true);
    m_tabs->setUsesScrollButtons(true);
    auto* overview = new OverviewSection(context, m_tabs);
    connect(overview, &OverviewSection::resumeRequested, this, &RunDetails::resumeRequested);
    add(overview, "showOverview", tr("Overview"), tr("What it is, how it does, why it ended"));
    add(new ConfigSection(context, m_tabs), "showConfiguration", tr("Configuration"),
        tr("Settings and what was changed"));
    add(new CheckpointsSection(context, m_tabs), "showCheckpoints", tr("Checkpoints"), tr("With the disk they take"));
    add(new SamplesSection(context, m_tabs), "showSamples", tr("Samples"), tr("Predictions at each evaluation"));
    add(new LogSection(context, m_tabs), "showLog", tr("Log"), tr("What the trainer wrote"));
    add(new EventsSection(context, m_tabs), "showEvents", tr("Events"), tr("Starts, pauses, checkpoints, ends"));
    add(new EnvironmentSection(context, m_tabs), "showEnvironment", tr("Environment"), tr("Machine, versions, data"));
    if (context.settings) m_tabs->setCurrentIndex(context.settings->value("details/tab").toInt());
    connect(m_tabs, &QTabWidget::currentChanged, this, [this](int tab) {
        if (m_context.settings) m_context.settings->setValue("details/tab", tab);
    });
    connect(context.watch, &StoreWatch::pictureReady, this, &RunDetails::showPicture);
    connect(context.selection, &Selection::currentRunChanged, this,
            [this] { showPicture(m_context.watch->picture()); });
    showPicture(context.watch->picture());
}

QWidget* RunDetails::makeHead()
{
    auto* head = new QWidget(this);
    m_name = plainLabel("runTitle", {}, head);
    QFont large = m_name->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setBold(true);
    m_name->setFont(large);
    m_name->setWordWrap(true);
    m_state = plainLabel("runState", {}, head);
    m_state->setWordWrap(true);
    m_progress = new QProgressBar(head);
    m_progress->setObjectName("runProgress");
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(fontMetrics().height() / 2);
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(fontMetrics().height() / 4);
    layout->addWidget(m_name);
    layout->addWidget(m_state);
    auto* row = new QHBoxLayout; // a line of its own: the line above neither wraps nor unwraps as the time changes
    m_left = plainLabel("runTimeLeft", {}, head);
    row->addWidget(m_progress, 1);
    row->addWidget(m_left);
    layout->addLayout(row);
    return head;
}

void RunDetails::add(DetailsSection* section, const char* name, const QString& title, const QString& tip)
{
    m_sections << section;
    const int tab = m_tabs->addTab(section, title);
    m_tabs->setTabToolTip(tab, tip);
    auto* action = new QAction(tr("Run details: %1").arg(title), this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(Qt::ALT | Qt::Key(Qt::Key_1 + tab));
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, [this, tab] { m_tabs->setCurrentIndex(tab); });
    addAction(action);
}

void RunDetails::showPicture(const StorePicturePtr& picture)
{
    if (!picture->problem.isEmpty()) return; // the last complete picture stays
    const auto* run = picture->find(m_context.selection->currentRun());
    m_pages->setCurrentIndex(run ? 1 : 0);
    if (run) showHead(*picture, *run);
    for (auto* section : m_sections) section->showRun(picture, run ? m_context.selection->currentRun() : QString());
}

void RunDetails::showHead(const StorePicture& picture, const RunSummary& run)
{
    const QLocale locale;
    const QString name = fromUtf8(run.name);
    if (m_name->text() != name) m_name->setText(name);
    QString state =
        tr("%1 · step %2 of %3")
            .arg(statusText(run.status), locale.toString(qlonglong(run.step)), locale.toString(qlonglong(run.steps)));
    const double share = run.steps > 0 ? std::clamp(double(run.step) / double(run.steps), 0.0, 1.0) : 0;
    if (run.status != RunStatus::Finished) state += tr(" · %1 %").arg(std::floor(100 * share));
    const auto seconds = picture.seconds_left.find(run.id);
    const QString left =
        seconds == picture.seconds_left.end() ? QString() : tr("%1 left").arg(durationText(seconds->second));
    if (m_left->text() != left) m_left->setText(left);
    m_left->setVisible(!left.isEmpty());
    if (run.deleted) state += tr(" · deleted");
    if (m_state->text() != state) m_state->setText(state);
    m_progress->setValue(int(1000 * share));
    m_progress->setVisible(run.status != RunStatus::Finished);
}

} // namespace sy
