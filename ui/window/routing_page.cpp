#include "ui/window/routing_page.h"

#include "ui/causes/causes_page.h"
#include "ui/dynamics/dynamics_page.h"
#include "ui/models/page_actions.h"
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/plots/step_slider.h"
#include "ui/routing/languages_page.h"
#include "ui/routing/load_page.h"
#include "ui/tokens/tokens_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSettings>
#include <QSignalBlocker>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

namespace {

constexpr const char* view_key = "routing/view";

/// Every step at which anything of the routers was recorded.
std::vector<int64_t> recordedSteps(const RoutingIndex& index)
{
    std::vector<int64_t> steps;
    std::set_union(index.window_steps.begin(), index.window_steps.end(), index.evaluation_steps.begin(),
                   index.evaluation_steps.end(), std::back_inserter(steps));
    return steps;
}

} // namespace

RoutingPage::RoutingPage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_layer(new QComboBox(this)), m_steps(new StepSlider(this)),
      m_choice(plainLabel("routingChoice", {}, this)), m_clear(new QToolButton(this)), m_views(new QTabWidget(this))
{
    setObjectName("routingPage");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 0);
    layout->addWidget(makeHeader());
    layout->addWidget(m_views, 1);
    makeViews();
    auto* focus = m_context.focus;
    connect(focus, &RoutingFocus::indexChanged, this, &RoutingPage::showIndex);
    connect(focus, &RoutingFocus::layerChanged, this, &RoutingPage::showIndex);
    connect(focus, &RoutingFocus::stepChanged, this, [this, focus] { m_steps->setStep(focus->step()); });
    for (auto signal : {&RoutingFocus::expertChanged, &RoutingFocus::languageChanged})
        connect(focus, signal, this, &RoutingPage::showChoice);
    connect(focus, &RoutingFocus::tokenChanged, this, &RoutingPage::showChoice);
    connect(m_layer, &QComboBox::activated, focus, &RoutingFocus::setLayer);
    connect(m_steps, &StepSlider::stepChanged, focus, &RoutingFocus::setStep);
    connect(m_clear, &QToolButton::clicked, focus, &RoutingFocus::clear);
    showIndex();
}

QWidget* RoutingPage::makeHeader()
{
    auto* header = new QWidget(this);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    m_layer->setObjectName("routingLayer");
    m_layer->setToolTip(tr("Sparse layer that the views show"));
    m_layer->setAccessibleName(tr("Layer"));
    m_layer->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_clear->setObjectName("clearChoice");
    m_clear->setText(QStringLiteral("×"));
    m_clear->setAutoRaise(true);
    m_clear->setToolTip(tr("Forget the chosen expert, language and token"));
    m_clear->setAccessibleName(tr("Forget the choice"));
    auto* label = new QLabel(tr("&Layer:"), header);
    label->setBuddy(m_layer);
    row->addWidget(label);
    row->addWidget(m_layer);
    row->addSpacing(8);
    row->addWidget(m_steps, 1);
    row->addSpacing(8);
    row->addWidget(m_choice);
    row->addWidget(m_clear);

    const auto move = [this](int by) {
        return [focus = m_context.focus, by] { focus->setLayer(focus->layer() + by); };
    };
    addPageAction(*this, "nextLayer", tr("Routing: next layer"), QKeySequence("Alt+Down"), move(1));
    addPageAction(*this, "previousLayer", tr("Routing: previous layer"), QKeySequence("Alt+Up"), move(-1));
    addPageAction(*this, "replay", tr("Routing: replay the training"), QKeySequence("Alt+P"),
                  [this] { m_steps->setPlaying(!m_steps->isPlaying()); });
    return header;
}

void RoutingPage::makeViews()
{
    m_views->setObjectName("routingViews");
    m_views->setDocumentMode(true);
    addView(new LanguagesPage(m_context, m_views), "languages", tr("Languages"),
            tr("Do experts specialise by language?"));
    addView(new LoadPage(m_context, m_views), "load", tr("Load"), tr("Who gets the tokens, and what is dropped?"));
    addView(new TokensPage(m_context, m_views), "tokens", tr("Tokens"),
            tr("Which tokens does an expert take, and where does a token go?"));
    addView(new DynamicsPage(m_context, m_views), "dynamics", tr("Dynamics"),
            tr("When does the router settle, and how do tokens move from layer to layer?"));
    addView(new CausesPage(m_context, m_views), "causes", tr("Causes"),
            tr("What does the model lose without an expert, or with another capacity?"));
    showView(m_context.settings->value(view_key).toString());
    connect(m_views, &QTabWidget::currentChanged, this,
            [this](int index) { m_context.settings->setValue(view_key, m_names.value(index)); });
}

void RoutingPage::addView(QWidget* view, const char* name, const QString& title, const QString& tip)
{
    m_names << name;
    m_views->addTab(view, title);
    m_views->setTabToolTip(m_views->count() - 1, tip);
    addPageAction(*this, QStringLiteral("view_%1").arg(name), tr("Routing: %1").arg(title),
                  QKeySequence(QStringLiteral("Alt+%1").arg(m_views->count())),
                  [this, view] { m_views->setCurrentWidget(view); });
}

QWidget* RoutingPage::view(const QString& name) const
{
    return m_views->widget(static_cast<int>(m_names.indexOf(name)));
}

void RoutingPage::showView(const QString& name)
{
    if (auto* wanted = view(name)) m_views->setCurrentWidget(wanted);
}

void RoutingPage::showIndex()
{
    const auto& index = *m_context.focus->index();
    QStringList shown;
    for (int i = 0; i < m_layer->count(); ++i) shown << m_layer->itemText(i);
    if (shown != index.layers) {
        const QSignalBlocker quiet(m_layer);
        m_layer->clear();
        m_layer->addItems(index.layers);
    }
    m_layer->setCurrentIndex(m_context.focus->layer());
    m_layer->setEnabled(index.layers.size() > 1);
    m_steps->setSteps(recordedSteps(index));
    m_steps->setStep(m_context.focus->step());
    showChoice();
}

void RoutingPage::showChoice()
{
    const auto& focus = *m_context.focus;
    QStringList parts;
    if (focus.expert() >= 0) parts << tr("expert %1").arg(focus.expert());
    if (focus.language() >= 0) parts << focus.index()->languages.value(focus.language());
    if (focus.token() >= 0) parts << focus.index()->piece(static_cast<int32_t>(focus.token()));
    m_choice->setText(parts.join(QStringLiteral(" · ")));
    m_clear->setVisible(!parts.isEmpty());
}

} // namespace sy
