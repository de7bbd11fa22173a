#include "ui/probe/probe_page.h"

#include "ui/models/routing_focus.h"
#include "ui/models/selection.h"
#include "ui/models/text.h"
#include "ui/probe/parallel_picker.h"
#include "ui/probe/probe_picture.h"
#include "ui/probe/source_box.h"
#include "ui/probe/text_picker.h"
#include "ui/probe/token_path.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

namespace {

QString emptyText(const RoutingIndex& index)
{
    if (index.run.isEmpty())
        return ProbePage::tr("Choose a run on the left to see where it sends the tokens of a text.");
    if (index.layers.isEmpty())
        return ProbePage::tr("%1 is a dense model: it has no routers.\nChoose a run with more than one expert "
                             "(model.num_experts).")
            .arg(index.name);
    return {};
}

} // namespace

ProbePage::ProbePage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_pages(new QStackedWidget(this)),
      m_empty(plainLabel("probeEmpty", {}, m_pages)), m_texts(new ProbeTextPicker(context.settings)),
      m_state(plainLabel("probeState", {})), m_changes(plainLabel("probeChanges", {})), m_scroll(new QScrollArea),
      m_picture(new ProbePicture), m_splitter(new QSplitter(Qt::Vertical))
{
    setObjectName("probePage");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_state->setWordWrap(true);
    m_changes->setWordWrap(true);
    m_changes->setToolTip(tr("Share of the tokens whose first choice of an expert differs between A and B, over all "
                             "shown sentences"));
    m_scroll->setWidget(m_picture);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::StyledPanel);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_splitter->addWidget(m_scroll);
    m_splitter->addWidget(makeDetails());
    m_splitter->setStretchFactor(0, 1); // the details keep their height
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setChildrenCollapsible(false);
    auto* page = new QWidget(m_pages);
    auto* layout = new QVBoxLayout(page);
    const int gap = fontMetrics().height() / 3;
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    layout->addWidget(m_texts);
    layout->addWidget(makeBar());
    layout->addWidget(m_state);
    layout->addWidget(m_changes);
    layout->addWidget(m_splitter, 1);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(page);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_pages);
    makeActions();
    connectSide(m_a);
    connectSide(m_b);
    connect(m_texts, &ProbeTextPicker::submitted, this, &ProbePage::ask);
    connect(m_texts, &ProbeTextPicker::picked, this, &ProbePage::pickedAnother);
    connect(m_texts, &ProbeTextPicker::modeChanged, this, [this] {
        fillSources();
        pickedAnother();
    });
    connect(m_picture, &ProbePicture::tokenChosen, this, &ProbePage::tokenChosen);
    connect(context.focus, &RoutingFocus::indexChanged, this, &ProbePage::refresh);
    connect(context.focus, &RoutingFocus::runChanged, this, &ProbePage::runChanged);
    connect(context.focus, &RoutingFocus::stepChanged, this, &ProbePage::stepMoved);
    connect(context.focus, &RoutingFocus::expertChanged, this, &ProbePage::followFocus);
    connect(context.focus, &RoutingFocus::layerChanged, this, &ProbePage::followFocus);
    connect(context.selection, &Selection::shownRunsChanged, this, [this] {
        m_read_revision = -1;
        refresh();
    });
    showEmpty();
    followFocus();
}

void ProbePage::connectSide(Side& side)
{
    connect(side.asker, &ProbeAsker::answered, this,
            [&side](int sentence, const ProbeAnswer& answer) { side.answers[static_cast<size_t>(sentence)] = answer; });
    connect(side.asker, &ProbeAsker::refused, this,
            [&side](int sentence, const QString& problem) { side.problems[static_cast<size_t>(sentence)] = problem; });
    connect(side.asker, &ProbeAsker::loaded, this, &ProbePage::showState);
    connect(side.asker, &ProbeAsker::finished, this, [this, &side] {
        side.complete = true;
        compose();
        if (m_ask_again && !isBusy()) ask();
    });
    connect(side.box, &SourceBox::sourceChosen, this, &ProbePage::pickedAnother);
}

void ProbePage::showEmpty()
{
    const QString text = emptyText(*m_context.focus->index());
    m_empty->setText(text);
    m_pages->setCurrentIndex(text.isEmpty() ? 1 : 0);
}

void ProbePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void ProbePage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_picture) m_picture->update();
}

void ProbePage::runChanged()
{
    cancel();
    for (auto* side : {&m_a, &m_b}) side->complete = false;
    m_runs.clear();
    m_shown.clear();
    m_asked_once = false;
    m_read_revision = -1;
    m_texts->setRecorded({});
    m_picture->setTexts({});
    m_picture->clearChosen();
    showChanges();
}

void ProbePage::refresh()
{
    const auto& index = *m_context.focus->index();
    showEmpty();
    m_texts->setLanguages(index.languages);
    followFocus();
    if (!isVisible() || index.layers.isEmpty()) return;
    if (index.run == m_read_run && index.revision == m_read_revision) return;
    readSources();
}

void ProbePage::stepMoved()
{
    if (!isVisible()) return;
    const auto follows = [](const Side& side) {
        const auto source = side.box->chosen();
        return source.kind == ProbeSource::Kind::Recorded && source.step < 0;
    };
    if (!follows(m_a) && !follows(m_b)) return;
    if (isBusy())
        m_ask_again = true; // the latest wish, once what is under way is done
    else
        ask();
}

void ProbePage::pickedAnother()
{
    if (!isVisible()) return;
    // A typed text is probed when it is submitted; after that other sources answer at once.
    if (m_texts->mode() == ProbeTextPicker::Typed && !m_asked_once) return showState();
    ask();
}

bool ProbePage::isBusy() const
{
    return m_a.asker->isBusy() || m_b.asker->isBusy();
}

void ProbePage::ask()
{
    m_ask_again = false;
    const auto sentences = m_texts->sentences();
    if (sentences.empty() || m_a.box->chosen().kind == ProbeSource::Kind::None) {
        cancel();
        for (auto* side : {&m_a, &m_b}) side->complete = false;
        m_shown.clear();
        m_picture->setTexts({});
        showChanges();
        return showState();
    }
    m_asked_once = true;
    askSide(m_a, sentences);
    askSide(m_b, sentences);
    if (!isBusy()) compose();
    showState();
}

int64_t ProbePage::recordedStep(const QString& run) const
{
    const int64_t shown = m_context.focus->shownStep();
    for (const auto& one : m_runs)
        if (one.run == run) return RoutingIndex::atOrBefore(one.probe_steps, shown).value_or(shown);
    return shown;
}

void ProbePage::askSide(Side& side, const std::vector<ProbedSentence>& sentences)
{
    ProbeRequest request{side.box->chosen(), sentences, m_capacity->currentData().toString(), -1};
    const bool follows = request.source.kind == ProbeSource::Kind::Recorded;
    if (follows && request.source.step < 0) request.shown_step = recordedStep(request.source.run);
    if (follows) request.capacity = QStringLiteral("none");
    const auto& old = side.asked;
    const bool known =
        side.complete && request.source.kind != ProbeSource::Kind::Live && old.source == request.source &&
        old.sentences == sentences && old.capacity == request.capacity && old.shown_step == request.shown_step &&
        std::all_of(side.problems.begin(), side.problems.end(), [](const auto& p) { return p.isEmpty(); });
    if (known) return;
    side.asked = request;
    side.answers.assign(sentences.size(), std::nullopt);
    side.problems.assign(sentences.size(), QString());
    side.complete = request.source.kind == ProbeSource::Kind::None;
    side.asker->ask(std::move(request));
}

void ProbePage::compose()
{
    const auto& sentences = m_a.asked.sentences;
    if (!m_a.complete || (!m_b.complete && m_shown == sentences)) return showState();
    std::vector<ProbedText> texts(sentences.size());
    for (size_t i = 0; i < sentences.size(); ++i) {
        texts[i].sentence = sentences[i];
        texts[i].a = m_a.answers[i];
        texts[i].problem_a = m_a.problems[i];
        if (!m_b.complete || m_b.asked.sentences != sentences) continue;
        texts[i].b = m_b.answers[i];
        texts[i].problem_b = m_b.problems[i];
    }
    m_shown = sentences;
    m_composing = true;
    m_picture->setTexts(std::move(texts));
    m_composing = false;
    showChanges();
    showState();
}

void ProbePage::cancel()
{
    m_a.asker->cancel();
    m_b.asker->cancel();
    m_ask_again = false;
    showState();
}

void ProbePage::showState()
{
    const bool busy = isBusy();
    m_cancel->setVisible(busy);
    const bool capacity_matters =
        m_a.box->chosen().kind != ProbeSource::Kind::Recorded ||
        (m_b.box->chosen().kind != ProbeSource::Kind::Recorded && m_b.box->chosen().kind != ProbeSource::Kind::None);
    m_capacity->setEnabled(capacity_matters);
    QString text;
    if (!m_problem.isEmpty())
        text = m_problem;
    else if (m_a.asker->isLoading() || m_b.asker->isLoading())
        text = tr("Loading the checkpoint…");
    else if (busy && m_a.box->chosen().kind == ProbeSource::Kind::Live)
        text = tr("Asking the trainer: it answers between two steps…");
    else if (busy)
        text = tr("Asking…");
    else if (m_a.box->count() == 0 && !m_runs.empty())
        text = tr("Nobody can answer: the run neither trains nor has checkpoints, and this is no recorded sentence.");
    else if (const QString missing = m_texts->missing(); !missing.isEmpty())
        text = missing;
    m_state->setText(text);
    m_state->setVisible(!text.isEmpty());
}

void ProbePage::showChanges()
{
    QStringList parts;
    QStringList layers = m_context.focus->index()->layers;
    for (const auto& layer : layers) {
        ChangedRoutes sum;
        for (const auto& text : m_picture->texts())
            if (const auto changed = changedRoutes(text, layer)) {
                sum.changed += changed->changed;
                sum.tokens += changed->tokens;
            }
        if (sum.tokens > 0)
            parts << tr("%1 %2 %").arg(layer, QLocale().toString(100.0 * sum.changed / sum.tokens, 'f', 0));
    }
    m_changes->setText(parts.isEmpty() ? QString()
                                       : tr("Tokens changed from A to B: %1").arg(parts.join(QStringLiteral(" · "))));
    m_changes->setVisible(!parts.isEmpty());
}

} // namespace sy
