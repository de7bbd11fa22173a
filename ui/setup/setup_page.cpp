#include "ui/setup/setup_page.h"

#include "core/base/files.h"
#include "core/config/step_time.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"
#include "ui/setup/batch_tab.h"
#include "ui/setup/corpus_tab.h"
#include "ui/setup/cost_panel.h"
#include "ui/setup/experiment_form.h"
#include "ui/setup/experiment_model.h"
#include "ui/setup/labels.h"
#include "ui/setup/launch_box.h"
#include "ui/setup/message_bar.h"
#include "ui/setup/preview_bar.h"
#include "ui/setup/previewer.h"
#include "ui/setup/run_identity.h"
#include "ui/setup/sampling_tab.h"
#include "ui/setup/surroundings.h"
#include "ui/setup/table_combo.h"
#include "ui/setup/tokens_tab.h"

#include <QAction>
#include <QProcess>
#include <QPushButton>
#include <QTabWidget>
#include <QUndoStack>

#include <algorithm>

namespace sy {

namespace {

constexpr int cost_pause_ms = 40, preview_pause_ms = 500, draft_pause_ms = 500;

QString summaryOf(const QString& name)
{
    for (const auto& preset : presets())
        if (fromUtf8(preset.name) == name) return fromUtf8(preset.summary);
    return {};
}

/// A sentence to show tokens of: the first sampled line that is neither short nor long.
QString sentenceOf(const TextPreview& preview)
{
    for (const auto& language : preview.languages)
        for (const auto& line : language.lines)
            if (const auto text = fromUtf8(line); text.size() >= 40 && text.size() <= 200) return text;
    return {};
}

} // namespace

SetupPage::SetupPage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_model(new ExperimentModel(this)),
      m_surroundings(new Surroundings(context.access, this)), m_previewer(new Previewer(context.cli, this))
{
    setObjectName("setupPage");
    setAcceptDrops(true);
    build();
    addActions();
    connectParts();
    restoreDraft();
    settingsChanged();
    pictureChanged();
}

SetupPage::~SetupPage()
{
    keepDraft();
    m_model->disconnect(this);
    m_previewer->disconnect(this);
    if (!m_doctor) return;
    m_doctor->disconnect(this);
    m_doctor->kill();
    m_doctor->waitForFinished(2000);
}

void SetupPage::connectParts()
{
    for (auto [timer, pause] : {std::pair{&m_cost_pause, cost_pause_ms}, std::pair{&m_preview_pause, preview_pause_ms},
                                std::pair{&m_draft_pause, draft_pause_ms}}) {
        timer->setSingleShot(true);
        timer->setInterval(pause);
    }
    connect(&m_cost_pause, &QTimer::timeout, this, &SetupPage::refreshCost);
    connect(&m_preview_pause, &QTimer::timeout, this, &SetupPage::refreshPreview);
    connect(&m_draft_pause, &QTimer::timeout, this, &SetupPage::keepDraft);
    connect(m_model, &ExperimentModel::changed, this, &SetupPage::settingsChanged);
    connect(m_model, &ExperimentModel::problemsChanged, this, &SetupPage::refreshLaunch);
    connect(m_identity, &RunIdentity::changed, this, &SetupPage::refreshLaunch);
    connect(m_identity, &RunIdentity::changed, &m_draft_pause, qOverload<>(&QTimer::start));
    connect(m_launch, &LaunchBox::launchClicked, this, &SetupPage::launch);
    connect(m_launch, &LaunchBox::problemChosen, this, &SetupPage::goToProblem);
    connect(m_cost, &CostPanel::measureRequested, this, &SetupPage::measureMachine);
    connect(m_surroundings, &Surroundings::corporaChanged, this, &SetupPage::corporaChanged);
    connect(m_surroundings, &Surroundings::devicesChanged, this, &SetupPage::devicesChanged);
    connect(m_surroundings, &Surroundings::machinesChanged, this, &SetupPage::refreshCost);
    connect(m_previewer, &Previewer::changed, this, &SetupPage::showPreview);
    connect(m_corpus, &CorpusTab::importRequested, this, &SetupPage::askImport);
    connect(m_corpus, &CorpusTab::corpusChosen, this, [this](const QString& name) {
        m_model->undoStack()->beginMacro(tr("choice of corpus %1").arg(name));
        m_model->setText("data.corpus", name);
        m_model->setText("data.languages", {});
        m_model->undoStack()->endMacro();
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, &SetupPage::refreshPreview);
    if (m_context.watch) connect(m_context.watch, &StoreWatch::pictureReady, this, &SetupPage::pictureChanged);
}

void SetupPage::settingsChanged()
{
    m_model->setOutsideProblems(m_surroundings->problems(m_model->config()));
    if (m_preset->currentText() != m_model->preset()) m_preset->setCurrentIndex(m_preset->findText(m_model->preset()));
    m_summary->setWholeText(summaryOf(m_model->preset()));
    if (m_device->currentText() != m_model->text("device")) m_device->setEditText(m_model->text("device"));
    m_corpus->setChosen(fromUtf8(m_model->config().data.corpus));
    refreshOffers();
    refreshLaunch();
    m_cost_pause.start();
    m_preview_pause.start();
    m_draft_pause.start();
}

// ---- what the store, the corpora and the devices say ----

void SetupPage::pictureChanged()
{
    if (!m_context.watch) return;
    const auto& picture = *m_context.watch->picture();
    QSet<QString> names;
    QStringList tags;
    for (const auto& run : picture.runs) {
        names.insert(fromUtf8(run.name));
        for (const auto& tag : run.tags)
            if (const auto text = fromUtf8(tag); !tags.contains(text)) tags << text;
    }
    for (const auto& entry : picture.queue)
        if (entry.state == QueueState::Waiting || entry.state == QueueState::Starting)
            names.insert(fromUtf8(entry.request.name));
    tags.sort();
    m_identity->setTaken(names);
    m_identity->setKnownTags(tags);
    refreshLaunch();
}

void SetupPage::corporaChanged()
{
    m_corpus->setCorpora(m_surroundings->corpora());
    refreshOffers();
    m_model->setOutsideProblems(m_surroundings->problems(m_model->config()));
    m_preview_pause.start();
}

void SetupPage::devicesChanged()
{
    refreshOffers();
    refreshCost();
}

void SetupPage::refreshOffers()
{
    EditorOffers offers;
    for (const auto& corpus : m_surroundings->corpora())
        offers.corpora.append(
            {fromUtf8(corpus.name), counted(qsizetype(corpus.languages.size()), tr("language"), tr("languages"))});
    for (const auto& device : m_surroundings->devices())
        offers.devices.append({fromUtf8(device.device),
                               tr("%1, %2 free").arg(fromUtf8(device.name), bytesText(double(device.memory_free)))});
    if (const auto* chosen = m_surroundings->corpus(m_model->config().data.corpus))
        for (const auto& language : chosen->languages) offers.languages << fromUtf8(language.code);
    m_form->offer(offers);
    m_device->setEntries(offers.devices);
}

void SetupPage::refreshLaunch()
{
    auto problems = m_model->problems();
    if (const auto wrong = m_identity->problem(); !wrong.isEmpty()) problems.push_back({"name", wrong.toStdString()});
    m_launch->setProblems(problems);
    const std::string device = deviceName(m_model->config().device);
    int before = 0;
    if (m_context.watch)
        for (const auto& entry : m_context.watch->picture()->queue)
            before += deviceName(entry.request.device) == device &&
                      (entry.state == QueueState::Waiting || entry.state == QueueState::Starting ||
                       entry.state == QueueState::Running);
    m_launch->setQueue(fromUtf8(device), before);
    m_launch_action->setEnabled(problems.empty());
    m_launch_action->setText(m_launch->button()->text());
}

void SetupPage::refreshCost()
{
    // Broken settings have no cost: the last sound ones stay, greyed.
    const bool sound = validate(m_model->config()).empty();
    m_cost->setEnabled(sound);
    if (sound)
        m_cost->setReport(
            costReport(m_model->config(), m_surroundings->devices(), m_surroundings->machines(), thisHost()));
}

void SetupPage::measureMachine()
{
    if (m_doctor) return;
    m_doctor = new QProcess(this);
    const auto done = [this](const QString& problem) {
        m_doctor->deleteLater();
        m_doctor = nullptr;
        m_cost->setMeasuring(false, problem);
        m_surroundings->lookNow();
    };
    connect(m_doctor, &QProcess::errorOccurred, this, [this, done](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) done(tr("%1 could not be started").arg(m_context.cli));
    });
    connect(m_doctor, &QProcess::finished, this, [this, done](int status, QProcess::ExitStatus how) {
        const bool good = how == QProcess::NormalExit && status == 0;
        const auto said = QString::fromUtf8(m_doctor->readAllStandardError()).trimmed();
        done(good ? QString() : said.isEmpty() ? tr("the measurement failed") : said);
    });
    m_cost->setMeasuring(true);
    m_doctor->start(m_context.cli, {"doctor", "--json", "--store", fromUtf8(m_context.paths.database.string())});
}

// ---- previews ----

void SetupPage::refreshPreview()
{
    const auto& config = m_model->config();
    const auto* corpus = m_surroundings->corpus(config.data.corpus);
    QString obstacle;
    for (const auto& problem : m_model->problems())
        if (problem.path.starts_with("data.") || problem.path == "model.vocab_size" || problem.path == "train.seed")
            obstacle = tr("No preview: %1: %2").arg(fromUtf8(problem.path), fromUtf8(problem.message));
    if (obstacle.isEmpty() && !corpus) obstacle = tr("Looking for corpora …");
    m_preview_bar->setVisible(m_tabs->currentIndex() > 0);
    m_preview_bar->setObstacle(obstacle);
    if (obstacle.isEmpty() && isVisible() && m_tabs->currentIndex() > 0) m_previewer->want(config, corpus->hash);
    showPreview();
}

void SetupPage::showPreview()
{
    const auto& config = m_model->config();
    const auto* corpus = m_surroundings->corpus(config.data.corpus);
    const bool fits = corpus && m_previewer->isOf(config, corpus->hash);
    const TextPreview* preview = fits && m_previewer->preview() ? m_previewer->preview().get() : nullptr;
    m_corpus->setPreview(preview);
    m_tokens->setPreview(preview);
    if (preview) m_tokens->suggest(sentenceOf(*preview));
    m_sampling->setPreview(preview, config.data.temperature);
    m_batch->setPreview(preview, config.data.batch_size, config.train.seed);
}

void SetupPage::goToProblem(const QString& path)
{
    if (path == "name") return m_identity->focusName();
    m_tabs->setCurrentIndex(0);
    m_form->goTo(path);
}

} // namespace sy
