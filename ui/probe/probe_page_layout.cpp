// The probe's bars, actions and exports.
#include "ui/models/flow_layout.h"
#include "ui/models/routing_focus.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/plots/chart_render.h"
#include "ui/plots/export_menu.h"
#include "ui/probe/probe_page.h"
#include "ui/probe/probe_picture.h"
#include "ui/probe/source_box.h"
#include "ui/probe/text_picker.h"
#include "ui/probe/token_card.h"
#include "ui/probe/token_path.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

namespace sy {

namespace {

QWidget* labelled(const QString& text, QWidget* widget)
{
    auto* pair = new QWidget;
    auto* label = new QLabel(text, pair);
    label->setBuddy(widget);
    auto* layout = new QHBoxLayout(pair);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(label);
    layout->addWidget(widget);
    return pair;
}

QToolButton* menuButton(const char* name, const QString& text, QMenu* menu)
{
    auto* button = new QToolButton;
    button->setObjectName(QLatin1String(name));
    button->setText(text);
    button->setPopupMode(QToolButton::InstantPopup);
    menu->setParent(button, menu->windowFlags());
    button->setMenu(menu);
    return button;
}

} // namespace

QWidget* ProbePage::makeBar()
{
    auto* bar = new QWidget;
    m_a = {new ProbeAsker(m_context, this), new SourceBox, {}, {}, {}, false};
    m_b = {new ProbeAsker(m_context, this), new SourceBox, {}, {}, {}, false};
    m_a.box->setObjectName("probeSourceA");
    m_a.box->setToolTip(
        tr("Who answers. The trainer answers between two steps; a checkpoint is loaded once and kept warm"));
    m_b.box->setObjectName("probeSourceB");
    m_b.box->setToolTip(
        tr("A second answer beside it: another checkpoint, or one of a ticked run. Changed routes are framed"));
    m_capacity = new QComboBox;
    m_capacity->setObjectName("probeCapacity");
    m_capacity->addItem(tr("no capacity"), "none");
    m_capacity->addItem(tr("evaluation capacity"), "eval");
    m_capacity->addItem(tr("training capacity"), "train");
    m_capacity->setToolTip(
        tr("Without capacity nothing is dropped. With it, experts have slots = factor · tokens / N of this "
           "text (Fedus et al. 2022, eq. 3): tokens beyond them are struck through"));
    m_ask = new QToolButton;
    m_ask->setObjectName("probeAsk");
    m_cancel = new QToolButton;
    m_cancel->setObjectName("probeCancel");
    m_cancel->setText(tr("Cancel"));
    m_cancel->hide();
    connect(m_cancel, &QToolButton::clicked, this, &ProbePage::cancel);
    connect(m_capacity, &QComboBox::activated, this, &ProbePage::pickedAnother);
    auto* layout = new FlowLayout(bar, fontMetrics().height() / 3);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(labelled(tr("A"), m_a.box));
    layout->addWidget(labelled(tr("B"), m_b.box));
    layout->addWidget(m_capacity);
    layout->addWidget(m_ask);
    layout->addWidget(m_cancel);
    auto* view = new QMenu;
    m_shade = view->addAction(tr("Paler where the probability is lower"));
    m_shade->setObjectName("probeShade");
    m_numbers = view->addAction(tr("Numbers of experts"));
    m_numbers->setObjectName("probeNumbers");
    layout->addWidget(menuButton("probeView", tr("View"), view));
    auto* exports = new QMenu;
    fillExports(exports);
    layout->addWidget(menuButton("probeExport", tr("Export"), exports));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    bar->setSizePolicy(policy);
    bar->setMinimumWidth(fontMetrics().averageCharWidth() * 70); // not as tall as if it were as narrow as a button
    return bar;
}

void ProbePage::fillExports(QMenu* menu)
{
    addExports(*this, *menu, QStringLiteral("probeExport"),
               {{"png", tr("Export probe as PNG…")},
                {"svg", tr("Export probe as SVG…")},
                {"csv", tr("Export probe as CSV…")},
                {"json", tr("Export probe as JSON…")}},
               [this](const QString& ending) { exportAs(ending); });
}

QWidget* ProbePage::makeDetails()
{
    m_details = new QWidget;
    m_details->setObjectName("probeDetails");
    m_token_title = plainLabel("probeTokenTitle", {}, m_details);
    m_path = new TokenPath(m_details);
    m_path->setToolTip(tr("Experts as lanes"));
    m_card = new TokenCard(m_details);
    auto* close = new QToolButton(m_details);
    close->setObjectName("probeDetailsClose");
    close->setText(tr("Close"));
    close->setAutoRaise(true);
    connect(close, &QToolButton::clicked, m_picture, &ProbePicture::clearChosen);
    connect(m_path, &TokenPath::stopChosen, this, [this](const QString& layer, int expert) {
        auto& focus = *m_context.focus;
        const int place = static_cast<int>(focus.index()->layers.indexOf(layer));
        const bool here = place == focus.layer();
        if (place >= 0) focus.setLayer(place);
        // The chosen expert again is let go of, but not by a click on its number in another layer.
        if (expert < focus.index()->experts && (here || expert != focus.expert())) focus.setExpert(expert);
    });
    auto* head = new QHBoxLayout;
    head->addWidget(m_token_title, 1);
    head->addWidget(close);
    auto* body = new QHBoxLayout;
    body->addWidget(m_path, 1);
    body->addWidget(m_card, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(m_details);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(head);
    layout->addLayout(body, 1);
    m_details->hide();
    return m_details;
}

void ProbePage::makeActions()
{
    auto* ask_now = new QAction(tr("Probe"), this);
    ask_now->setObjectName("probe.ask");
    ask_now->setToolTip(tr("Ask for the routes of these sentences (F5; Ctrl+Return in the text)"));
    ask_now->setShortcut(QKeySequence(Qt::Key_F5));
    ask_now->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(ask_now, &QAction::triggered, this, &ProbePage::ask);
    addAction(ask_now);
    m_ask->setDefaultAction(ask_now);
    auto* type = new QAction(tr("Probe a text of my own"), this);
    type->setObjectName("probe.type");
    connect(type, &QAction::triggered, this, [this] { m_texts->focusText(); });
    addAction(type);
    const auto restore = [this](QAction* action, const char* key, auto apply) {
        action->setCheckable(true);
        const bool on = !m_context.settings || m_context.settings->value(QLatin1String(key), true).toBool();
        action->setChecked(on);
        apply(on);
        addAction(action);
        connect(action, &QAction::toggled, this, [this, key, apply](bool now) {
            if (m_context.settings) m_context.settings->setValue(QLatin1String(key), now);
            apply(now);
        });
    };
    restore(m_shade, "probe/shade", [this](bool on) { m_picture->setShaded(on); });
    restore(m_numbers, "probe/numbers", [this](bool on) { m_picture->setNumbers(on); });
}

void ProbePage::exportAs(const QString& suffix)
{
    if (m_picture->texts().empty()) {
        m_state->setText(tr("Nothing to export yet: probe a text first."));
        m_state->show();
        return;
    }
    const int width = m_picture->width();
    savePlotFile(this, QStringLiteral("probe"), suffix,
                 suffix == QLatin1String("png")   ? m_picture->toPng(width)
                 : suffix == QLatin1String("svg") ? m_picture->toSvg(width)
                 : suffix == QLatin1String("csv") ? m_picture->toCsv()
                                                  : m_picture->toJson());
}

} // namespace sy
