#include "ui/tokens/tokens_page.h"

#include "ui/models/page_actions.h"
#include "ui/models/routing_focus.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"
#include "ui/tokens/expert_tokens_panel.h"
#include "ui/tokens/token_class_panel.h"
#include "ui/tokens/token_examples.h"
#include "ui/tokens/token_lookup_panel.h"
#include "ui/tokens/vocabulary_panel.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QSplitter>
#include <QStackedLayout>
#include <QTabWidget>

namespace sy {

bool TokensPage::Wish::sameRoutes(const Wish& other) const
{
    return run == other.run && rewinds == other.rewinds && source == other.source && step == other.step;
}

TokensPage::TokensPage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_empty(plainLabel("tokensEmpty", {})),
      m_source_text(plainLabel("tokensSource", {})), m_source(new QComboBox), m_splitter(new QSplitter),
      m_tabs(new QTabWidget), m_experts(new ExpertTokensPanel(context.focus)),
      m_lookup(new TokenLookupPanel(context.focus)), m_classes(new TokenClassPanel(context.focus)),
      m_vocabulary(new VocabularyPanel(context.focus)), m_examples(new TokenExamplesPanel(context.focus))
{
    setObjectName("tokensPage");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_source->setObjectName("tokensSourceChoice");
    m_source->addItems({tr("Validation tokens"), tr("Training sample")});
    m_source->setToolTip(tr("Validation: the same tokens at every evaluation. Sample: the first tokens of one training "
                            "batch of a window, others every time."));
    m_source_text->setWordWrap(true);
    makeTabs();
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_source);
    bar->addWidget(m_source_text, 1);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    const int gap = fontMetrics().height() / 3;
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->addLayout(bar);
    layout->addWidget(m_splitter, 1);
    m_stack = new QStackedLayout(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(page);
    makeActions();
    const RoutingFocus* focus = m_context.focus;
    connect(focus, &RoutingFocus::runChanged, this, &TokensPage::forget);
    connect(focus, &RoutingFocus::indexChanged, this, &TokensPage::sync);
    connect(focus, &RoutingFocus::layerChanged, this, &TokensPage::sync);
    connect(focus, &RoutingFocus::stepChanged, this, &TokensPage::sync);
    connect(m_source, &QComboBox::activated, this, &TokensPage::sync);
    connect(m_vocabulary, &VocabularyPanel::leastChanged, this, &TokensPage::syncVocabulary);
    connect(m_tabs, &QTabWidget::currentChanged, this, &TokensPage::syncVocabulary);
    showEmpty(nothingText());
}

void TokensPage::makeTabs()
{
    m_tabs->setObjectName("tokensTabs");
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_lookup, tr("Token"));
    m_tabs->addTab(m_examples, tr("Examples"));
    m_tabs->addTab(m_classes, tr("Kinds"));
    m_tabs->addTab(m_vocabulary, tr("Vocabulary"));
    m_tabs->setTabToolTip(0, tr("From a token to its experts"));
    m_tabs->setTabToolTip(1, tr("The chosen token or expert in context"));
    m_tabs->setTabToolTip(2, tr("Sentinels, punctuation, numbers, word starts, scripts: which experts take them"));
    m_tabs->setTabToolTip(3, tr("How far an id alone decides its expert"));
    m_splitter->setObjectName("tokensSplitter");
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_experts);
    m_splitter->addWidget(m_tabs);
    m_splitter->setSizes({450, 550});
    m_splitter->setStretchFactor(0, 9);
    m_splitter->setStretchFactor(1, 11);
}

void TokensPage::makeActions()
{
    addPageAction(*this, "findToken", tr("Find a token"), QKeySequence(Qt::CTRL | Qt::Key_F), [this] {
        m_tabs->setCurrentWidget(m_lookup);
        m_lookup->startSearch();
    });
    addPageAction(*this, "showTokenExamples", tr("Show examples of the chosen token or expert"),
                  QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_X), [this] { m_tabs->setCurrentWidget(m_examples); });
    addPageAction(*this, "showTokenKinds", tr("Show kinds of tokens by expert"), {},
                  [this] { m_tabs->setCurrentWidget(m_classes); });
    addPageAction(*this, "showVocabulary", tr("Show vocabulary specialization"), {},
                  [this] { m_tabs->setCurrentWidget(m_vocabulary); });
}

TokensPage::Wish TokensPage::wish() const
{
    const RoutingFocus& focus = *m_context.focus;
    const RoutingIndex& index = *focus.index();
    Wish wish{index.run, index.rewinds, static_cast<RouteSource>(m_source->currentIndex()),
              -1,        focus.layer(), index.tokenizer};
    const auto at = [&](RouteSource source) {
        return RoutingIndex::atOrBefore(source == RouteSource::Sample ? index.window_steps : index.route_steps,
                                        focus.shownStep());
    };
    if (!at(wish.source))
        wish.source = wish.source == RouteSource::Sample ? RouteSource::Validation : RouteSource::Sample;
    wish.step = at(wish.source).value_or(-1);
    return wish;
}

void TokensPage::forget()
{
    m_picture.reset();
    m_shown = {};
    m_vocabulary_of = {};
    showEmpty(nothingText());
}

void TokensPage::sync()
{
    if (!isVisible()) return;
    const Wish wanted = wish();
    if (wanted.run.isEmpty() || wanted.layer < 0 || wanted.step < 0) {
        m_picture.reset();
        m_shown = {};
        return showEmpty(nothingText());
    }
    if (!m_picture) showEmpty(nothingText());
    if (m_reading || wanted == m_shown) return;
    startRead(wanted);
}

void TokensPage::startRead(const Wish& wish)
{
    m_reading = true;
    const RoutingIndexPtr index = m_context.focus->index();
    const StepRoutesPtr known = m_picture && wish.sameRoutes(m_shown) ? m_picture->routes : nullptr;
    m_context.access->read(
        this,
        [index, known, wish](const Store& store) {
            return layerTokens(index, known ? known : readStepRoutes(store, *index, wish.source, wish.step),
                               wish.layer);
        },
        [this, wish](LayerTokensPtr picture) { take(wish, std::move(picture)); },
        [this, wish](const QString& problem) {
            m_reading = false;
            m_shown = wish; // tried again when something else is asked for
            m_picture.reset();
            showEmpty(problem);
            if (this->wish() != wish) sync();
        });
}

void TokensPage::take(const Wish& wish, LayerTokensPtr picture)
{
    m_reading = false;
    if (wish.run != m_context.focus->index()->run || wish.rewinds != m_context.focus->index()->rewinds) return sync();
    m_shown = wish;
    m_picture = std::move(picture);
    if (m_picture) {
        m_experts->setPicture(m_picture);
        m_lookup->setPicture(m_picture);
        m_classes->setPicture(m_picture);
        m_examples->setPicture(m_picture);
        fillSource();
    }
    showEmpty(m_picture ? QString() : nothingText());
    syncVocabulary();
    sync();
}

void TokensPage::syncVocabulary()
{
    if (!m_picture || m_computing || m_tabs->currentWidget() != m_vocabulary || !isVisible()) return;
    const std::pair wanted(m_picture->routes, m_vocabulary->leastOccurrences());
    if (wanted == m_vocabulary_of) return;
    m_computing = true;
    const auto done = [this, wanted] {
        m_computing = false;
        m_vocabulary_of = wanted;
        syncVocabulary();
    };
    m_context.access->read(
        this,
        [index = m_picture->index, wanted](const Store&) {
            return vocabularySpecialization(*wanted.first, *index, wanted.second);
        },
        [this, index = m_picture->index, done](const std::vector<LayerVocabulary>& figures) {
            m_vocabulary->setFigures(*index, figures);
            done();
        },
        [this, done](const QString& problem) {
            m_vocabulary->setProblem(problem);
            done();
        });
}

QString TokensPage::nothingText() const
{
    const RoutingIndex& index = *m_context.focus->index();
    if (index.run.isEmpty()) return tr("Choose a run in the list to see which tokens its experts take.");
    if (index.layers.isEmpty())
        return tr("%1 is a dense model: it has no routers, so no token chooses an expert.\nChoose a run with experts.")
            .arg(index.name);
    if (wish().step < 0)
        return index.live
                   ? tr("%1 has recorded no routes yet.\nThe first come with the first window of steps or evaluation.")
                         .arg(index.name)
                   : tr("%1 recorded no routes of tokens.\nTrain longer than one window of steps, or until the first "
                        "evaluation.")
                         .arg(index.name);
    if (m_reading || m_shown != wish()) return tr("Reading routes …");
    return tr("The routes recorded at this step lack %1.").arg(index.layers.value(m_context.focus->layer()));
}

void TokensPage::fillSource()
{
    const StepRoutes& routes = *m_picture->routes;
    const QString step = QLocale().toString(qlonglong(routes.step));
    const QString tokens = QLocale().toString(qlonglong(m_picture->stack->tokens()));
    QString text = routes.source == RouteSource::Validation
                       ? tr("%1 fixed validation tokens, evaluated at step %2").arg(tokens, step)
                       : tr("%1 tokens of a training batch, sampled by step %2").arg(tokens, step);
    const bool fell_back = static_cast<int>(routes.source) != m_source->currentIndex();
    if (fell_back && routes.source == RouteSource::Sample)
        text += tr(": this run recorded no routes of its evaluations");
    else if (fell_back)
        text += tr(": this run recorded no samples");
    if (!m_picture->kinds) text += tr(" · no tokenizer here, so ids instead of text");
    m_source_text->setText(text);
    m_source_text->setToolTip(m_picture->index->tokenizer_problem.toHtmlEscaped());
}

void TokensPage::showEmpty(const QString& text)
{
    m_empty->setText(text);
    m_stack->setCurrentIndex(text.isEmpty() ? 1 : 0);
}

void TokensPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    sync();
    syncVocabulary();
}

void TokensPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool narrow = width() < fontMetrics().averageCharWidth() * 80;
    m_splitter->setOrientation(narrow ? Qt::Vertical : Qt::Horizontal);
}

} // namespace sy
