#include "ui/routing/specialization_panel.h"

#include "ui/models/flow_layout.h"
#include "ui/models/page_actions.h"
#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/plots/curve_chart.h"
#include "ui/plots/heat_map.h"
#include "ui/routing/parallel_dialog.h"
#include "ui/routing/specialization_loader.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace sy {

SpecializationPanel::SpecializationPanel(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_loader(new SpecializationLoader(context, this)),
      m_chart(new CurveChart(this)), m_overview(new HeatMap(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(makeWords());
    layout->addWidget(makeBar());
    layout->addWidget(makePictures(), 1);
    RoutingFocus* focus = m_context.focus;
    connect(m_loader, &SpecializationLoader::changed, this, &SpecializationPanel::showAll);
    connect(focus, &RoutingFocus::layerChanged, this, &SpecializationPanel::showAll);
    connect(focus, &RoutingFocus::stepChanged, this, &SpecializationPanel::showMarks);
    connect(focus, &RoutingFocus::indexChanged, this, &SpecializationPanel::showMarks); // new figures come by changed()
    connect(m_overview, &HeatMap::cellChosen, focus, &RoutingFocus::setLayer);
    connect(m_overview, &HeatMap::rowChosen, focus, &RoutingFocus::setLayer);
    connect(m_chart, &CurveChart::clicked, this, [this, focus](double x) {
        const auto& steps = focus->index()->evaluation_steps;
        const auto after = std::lower_bound(steps.begin(), steps.end(), static_cast<int64_t>(std::llround(x)));
        if (steps.empty()) return;
        auto nearest = after == steps.end() ? std::prev(after) : after;
        if (nearest != steps.begin() &&
            x - static_cast<double>(*std::prev(nearest)) < static_cast<double>(*nearest) - x)
            --nearest;
        focus->setStep(*nearest);
    });
    showAll();
}

QWidget* SpecializationPanel::makeWords()
{
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->setSpacing(1);
    m_head = plainLabel("specializationHead", {}, box);
    m_verdict = plainLabel("specializationVerdict", {}, box);
    m_token = plainLabel("specializationToken", {}, box);
    for (QLabel* label : {m_head, m_verdict, m_token}) {
        label->setWordWrap(true);
        label->setToolTip(definitionOf(InformationScale::Adjusted, SpecializationOf::Count));
        layout->addWidget(label);
    }
    QFont bold = m_head->font();
    bold.setBold(true);
    m_head->setFont(bold);
    return box;
}

QComboBox* SpecializationPanel::combo(const char* name, const QStringList& texts, int preset, const QString& tip)
{
    auto* box = new QComboBox(this);
    box->setObjectName(QLatin1String(name));
    box->addItems(texts);
    box->setToolTip(tip);
    box->setAccessibleName(tip);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    const QString key = QLatin1String("languages/") + box->objectName();
    box->setCurrentIndex(std::clamp(m_context.settings->value(key, preset).toInt(), 0, box->count() - 1));
    connect(box, &QComboBox::activated, this, [this, key](int index) {
        m_context.settings->setValue(key, index);
        showAll();
    });
    return box;
}

QWidget* SpecializationPanel::makeBar()
{
    auto* bar = new QWidget(this);
    auto* row = new FlowLayout(bar);
    m_figure = combo("specializationFigure", {tr("by count"), tr("weighted by gate"), tr("given the token")}, 0,
                     tr("What is counted: choices, choices weighted by their gate, or choices of tokens that languages "
                        "share"));
    m_scale = combo("specializationScale", {tr("nats"), tr("normalized (NMI)"), tr("adjusted for chance")}, 1,
                    tr("Scale of the information in chart and overview"));
    m_layers = combo("specializationLayers", {tr("all layers"), tr("encoder"), tr("decoder"), tr("chosen layer")}, 0,
                     tr("Which layers the chart draws"));
    for (QComboBox* box : {m_figure, m_scale, m_layers}) {
        row->addWidget(box);
        addChoiceActions(*this, *box, tr("Specialization"));
    }
    row->addWidget(parallelButton());
    return bar;
}

QWidget* SpecializationPanel::parallelButton()
{
    auto* judge = new QAction(tr("Parallel sentences…"), this);
    judge->setObjectName("judgeOnParallel");
    judge->setToolTip(tr("Judges a checkpoint on the same sentences in several languages, so that content is equal"));
    connect(judge, &QAction::triggered, this, [this] {
        auto* dialog = new ParallelDialog(m_context, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->show();
    });
    addAction(judge);
    auto* button = new QToolButton(this);
    button->setDefaultAction(judge);
    return button;
}

QWidget* SpecializationPanel::makePictures()
{
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setObjectName("specializationSplitter");
    m_chart->setObjectName("specializationChart");
    m_chart->setLegendVisible(true);
    m_overview->setObjectName("specializationOverview");
    splitter->addWidget(m_chart);
    splitter->addWidget(m_overview);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    m_overview->setReadOut([this](int row, int column) {
        const auto* shown = m_loader->at(m_context.focus->shownStep());
        if (!shown) return QString();
        const auto of = static_cast<SpecializationOf>(column);
        const auto p = adjustedPValues(shown->second, of);
        for (size_t i = 0; i < shown->second.size(); ++i)
            if (shown->second[i].layer == row && std::isfinite(p[i]))
                return tr("p = %1 after Holm").arg(QLocale().toString(p[i], 'g', 2));
        return QString();
    });
    return splitter;
}

void SpecializationPanel::setActive(bool active)
{
    m_active = active;
    m_loader->setActive(active);
    if (active && m_stale) showAll();
}

void SpecializationPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showAll(); // the band is drawn in its grey
}

SpecializationOf SpecializationPanel::figure() const
{
    return static_cast<SpecializationOf>(m_figure->currentIndex());
}

InformationScale SpecializationPanel::scale() const
{
    return static_cast<InformationScale>(m_scale->currentIndex());
}

bool SpecializationPanel::isWanted(int layer) const
{
    const RoutingFocus* focus = m_context.focus;
    switch (m_layers->currentIndex()) {
    case 1:
        return !focus->index()->isDecoder(layer);
    case 2:
        return focus->index()->isDecoder(layer);
    case 3:
        return layer == focus->layer();
    default:
        return true;
    }
}

QString SpecializationPanel::emptyText() const
{
    if (!m_loader->problem().isEmpty()) return m_loader->problem();
    const RoutingIndex& index = *m_context.focus->index();
    if (index.evaluation_steps.empty())
        return tr(
            "No evaluation yet. Specialization is told from the sequences of the validation text: evaluate now, or "
            "wait for the next one (train.eval_every).");
    if (!m_loader->isKnown() || m_loader->waiting() > 0) return tr("Reading ...");
    if (figure() == SpecializationOf::GivenToken)
        return tr("Information given the token was not recorded by this run: it needs routes of every token of the "
                  "evaluation.");
    return tr("The evaluations of this run hold no counts per sequence.");
}

void SpecializationPanel::showAll()
{
    m_stale = !m_active;
    if (m_stale) return;
    showCurves();
    showMarks();
}

void SpecializationPanel::showMarks()
{
    if (!m_active) return;
    const RoutingFocus* focus = m_context.focus;
    showWords();
    showOverview();
    const auto* shown = m_loader->at(focus->shownStep());
    m_chart->setMarkedStep(shown ? std::optional(shown->first) : std::nullopt);
    m_chart->setHighlighted(focus->index()->layers.value(focus->layer()));
}

void SpecializationPanel::showWords()
{
    const RoutingFocus* focus = m_context.focus;
    const auto* shown = m_loader->at(focus->shownStep());
    SpecializationWords words;
    if (shown)
        words = specializationWords(focus->index()->layers.value(focus->layer()), shown->first, focus->layer(),
                                    shown->second, figure());
    m_head->setText(shown ? words.head : emptyText());
    m_verdict->setText(words.verdict);
    QStringList notes;
    if (const int waiting = m_loader->waiting(); waiting > 0 && m_loader->isKnown())
        notes << tr("Computing %1 more evaluations from their counts, newest first ...").arg(waiting);
    else if (m_loader->anyComputed())
        notes << tr("Computed here from counts per sequence: the run did not record these figures.");
    if (shown && !m_loader->problem().isEmpty()) notes << m_loader->problem();
    m_token->setText(QStringList{words.token, notes.join(QLatin1Char(' '))}.join(QLatin1Char(' ')).trimmed());
    for (QLabel* label : {m_verdict, m_token}) label->setVisible(!label->text().isEmpty());
}

void SpecializationPanel::showCurves()
{
    const RoutingIndex& index = *m_context.focus->index();
    m_chart->setTitle(tr("%1, %2").arg(index.name, axisText(scale(), figure())));
    m_chart->setYAxis(axisText(scale(), figure()), unitOf(scale()));
    m_chart->setDefinition(definitionOf(scale(), figure()));
    m_chart->setEmptyText(emptyText());
    QSet<QString> wanted;
    for (int layer = 0; layer < index.layers.size(); ++layer) {
        if (!isWanted(layer)) continue;
        const QString& id = index.layers[layer];
        wanted << id;
        const auto pattern = index.isDecoder(layer) ? Qt::DashLine : Qt::SolidLine;
        m_chart->setCurve(id, CurveLook{id, lineColour(layer), pattern, index.name, axisText(scale(), figure())});
        Curve rows;
        for (const auto& [step, layers] : m_loader->history())
            for (const LayerSpecialization& one : layers) {
                const Specialization& figures = specializationOf(one, figure());
                if (one.layer != layer || !isKnown(figures)) continue;
                rows.step.push_back(step);
                rows.value.push_back(onScale(figures, figures.information, scale()));
            }
        const Curve before = m_chart->rows(id);
        if (before.step != rows.step || before.value != rows.value) m_chart->setRows(id, rows);
    }
    for (const QString& id : std::as_const(m_curves))
        if (!wanted.contains(id)) m_chart->removeCurve(id);
    m_curves = wanted;
    showBand();
}

void SpecializationPanel::showBand()
{
    const RoutingFocus* focus = m_context.focus;
    const QString layer = focus->index()->layers.value(focus->layer());
    Curve lower, upper;
    for (const auto& [step, layers] : m_loader->history())
        for (const LayerSpecialization& one : layers) {
            const Specialization& figures = specializationOf(one, figure());
            if (one.layer != focus->layer() || !isKnown(figures)) continue;
            lower.step.push_back(step);
            upper.step.push_back(step);
            lower.value.push_back(onScale(figures, figures.null_low, scale()));
            upper.value.push_back(onScale(figures, figures.null_high, scale()));
        }
    m_chart->setBand(QStringLiteral("null"), lower, upper, stateColours(palette()).faint, tr("null, %1").arg(layer),
                     focus->index()->name);
}

void SpecializationPanel::showOverview()
{
    const RoutingIndex& index = *m_context.focus->index();
    const auto* shown = m_loader->at(m_context.focus->shownStep());
    HeatMatrix matrix;
    m_overview->setEmptyText(emptyText());
    if (shown && !index.layers.isEmpty()) {
        matrix.rows = static_cast<int>(index.layers.size());
        matrix.columns = 3;
        matrix.value.assign(static_cast<size_t>(matrix.rows) * 3, std::nan(""));
        for (const LayerSpecialization& one : shown->second) {
            if (one.layer >= matrix.rows) continue;
            for (const auto of : {SpecializationOf::Count, SpecializationOf::Gate, SpecializationOf::GivenToken}) {
                const Specialization& figures = specializationOf(one, of);
                matrix.value[static_cast<size_t>(one.layer) * 3 + static_cast<size_t>(of)] =
                    onScale(figures, figures.information, scale());
            }
        }
        for (int layer = 0; layer < matrix.rows; ++layer) {
            matrix.row_names << index.layers[layer];
            matrix.row_groups << (index.isDecoder(layer) ? tr("decoder") : tr("encoder"));
        }
        for (const auto of : {SpecializationOf::Count, SpecializationOf::Gate, SpecializationOf::GivenToken})
            matrix.column_names << (of == SpecializationOf::Count  ? tr("count")
                                    : of == SpecializationOf::Gate ? tr("gate")
                                                                   : tr("token"));
        matrix.row_title = tr("Layer");
        matrix.column_title =
            tr("All layers, evaluation at step %1").arg(QLocale().toString(static_cast<qlonglong>(shown->first)));
        matrix.value_title = scale() == InformationScale::Nats ? tr("I") : axisText(scale(), SpecializationOf::Count);
        matrix.unit = scale() == InformationScale::Nats ? tr("nats") : QString();
    }
    m_overview->setTitle(tr("%1, specialization by layer").arg(index.name));
    m_overview->setDefinition(definitionOf(scale(), figure()));
    m_overview->setMatrix(std::move(matrix));
    m_overview->setSelected(m_context.focus->layer(), -1);
}

} // namespace sy
