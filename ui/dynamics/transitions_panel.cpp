#include "ui/dynamics/transitions_panel.h"

#include "core/analysis/definitions.h"
#include "ui/dynamics/transition_flow.h"
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/plots/heat_map.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

namespace {

enum Kind { Conditional, Lift, Tokens };

} // namespace

TransitionsPanel::TransitionsPanel(RoutingFocus* focus, QWidget* parent)
    : QWidget(parent), m_focus(focus), m_kind(new QComboBox(this)),
      m_heading(plainLabel("transitionsHeading", {}, this)), m_flow(new TransitionFlow), m_matrix(new HeatMap),
      m_splitter(new QSplitter(this))
{
    m_kind->setObjectName("transitionsKind");
    m_kind->addItems({tr("P(next | expert)"), tr("Lift"), tr("Tokens")});
    m_heading->setWordWrap(true);
    m_heading->setToolTip(plainTip(fromUtf8(definitionText("dynamics.transition_information"))));
    m_flow->setObjectName("transitionFlow");
    m_flow->setDefinition(fromUtf8(definitionText("dynamics.transition")));
    m_matrix->setObjectName("transitionMatrix");
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_flow);
    m_splitter->addWidget(m_matrix);
    m_splitter->setSizes({500, 500});
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_heading, 1);
    bar->addWidget(m_kind);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addWidget(m_splitter, 1);
    connect(m_kind, &QComboBox::activated, this, &TransitionsPanel::fillMatrix);
    connect(m_focus, &RoutingFocus::layerChanged, this, &TransitionsPanel::fillMatrix);
    connect(m_focus, &RoutingFocus::expertChanged, this, &TransitionsPanel::showChoice);
    connect(m_flow, &TransitionFlow::nodeChosen, this, &TransitionsPanel::choose);
    const auto choosePlace = [this](int place, bool next) {
        const int at = pair();
        if (at < 0) return;
        const auto layer = m_flow->stack().layers[static_cast<size_t>(at + (next ? 1 : 0))];
        choose(layer, layer == m_focus->layer() && place == m_focus->expert() ? -1 : place);
    };
    connect(m_matrix, &HeatMap::rowChosen, this, [choosePlace](int row) { choosePlace(row, false); });
    connect(m_matrix, &HeatMap::cellChosen, this, [this](int row, int column) {
        const int at = pair();
        if (at < 0) return;
        const bool from = m_flow->stack().layers[static_cast<size_t>(at)] == m_focus->layer();
        const int expert = from ? row : column;
        if (expert != m_focus->expert()) m_focus->setExpert(expert);
    });
    connect(m_matrix, &HeatMap::columnChosen, this, [choosePlace](int column) { choosePlace(column, true); });
    connect(m_matrix, &HeatMap::selectionCleared, this, [this] { m_focus->setExpert(-1); });
}

void TransitionsPanel::choose(int layer, int expert)
{
    m_focus->setLayer(layer);
    if (expert != m_focus->expert()) m_focus->setExpert(expert);
}

int TransitionsPanel::pair() const
{
    const StackTransitions& stack = m_flow->stack();
    const auto found = std::ranges::find(stack.layers, m_focus->layer());
    if (found == stack.layers.end() || stack.between.empty()) return -1;
    const auto last = static_cast<std::ptrdiff_t>(stack.between.size()) - 1;
    return static_cast<int>(std::min(found - stack.layers.begin(), last));
}

void TransitionsPanel::setStack(StackTransitions stack)
{
    const RoutingIndex& index = *m_focus->index();
    const QString layer = index.layers.value(m_focus->layer());
    const QString alone =
        tr("%1 is the only sparse layer of its stack.\nTransitions need two: make every second block sparse, or use "
           "more blocks.")
            .arg(layer);
    m_flow->setEmptyText(alone);
    m_matrix->setEmptyText(alone);
    m_flow->setStack(std::move(stack), index.layers, index.experts);
    fillMatrix();
}

void TransitionsPanel::clear(const QString& why)
{
    m_flow->setStack({}, {}, 1);
    m_flow->setEmptyText(why);
    m_matrix->setEmptyText(why);
    fillMatrix();
}

void TransitionsPanel::fillMatrix()
{
    HeatMatrix matrix;
    const int at = pair();
    if (at >= 0) {
        const StackTransitions& stack = m_flow->stack();
        const Transitions& table = stack.between[static_cast<size_t>(at)];
        const auto kind = static_cast<Kind>(m_kind->currentIndex());
        matrix.rows = static_cast<int>(table.from_experts);
        matrix.columns = static_cast<int>(table.to_experts);
        matrix.value = kind == Conditional ? table.conditional
                       : kind == Lift      ? table.lift
                                           : std::vector<double>(table.count.begin(), table.count.end());
        for (int e = 0; e < matrix.rows; ++e) matrix.row_names += QString::number(e);
        for (int e = 0; e < matrix.columns; ++e) matrix.column_names += QString::number(e);
        const QStringList& layers = m_focus->index()->layers;
        matrix.row_title = tr("Expert of %1").arg(layers.value(stack.layers[static_cast<size_t>(at)]));
        matrix.column_title = tr("Expert of %1").arg(layers.value(stack.layers[static_cast<size_t>(at) + 1]));
        matrix.value_title = m_kind->currentText();
        matrix.scale = kind == Lift ? HeatScale::Lift : HeatScale::Sequential;
        matrix.decimals = kind == Tokens ? 0 : 2;
        m_matrix->setTitle(tr("%1: %2 to %3").arg(matrix.value_title, matrix.row_title, matrix.column_title));
    }
    m_matrix->setDefinition(fromUtf8(definitionText("dynamics.transition")));
    m_matrix->setMatrix(std::move(matrix));
    fillHeading();
    showChoice();
}

void TransitionsPanel::fillHeading()
{
    const int at = pair();
    m_kind->setEnabled(at >= 0);
    if (at < 0) return m_heading->setText({});
    const StackTransitions& stack = m_flow->stack();
    const Transitions& table = stack.between[static_cast<size_t>(at)];
    const QLocale locale;
    const double bias = double((table.from_experts - 1) * (table.to_experts - 1)) / (2.0 * double(table.tokens));
    const QStringList& layers = m_focus->index()->layers;
    const QString tokens = locale.toString(qlonglong(table.tokens)), step = locale.toString(qlonglong(stack.step));
    m_heading->setText(tr("%1 to %2: I = %3 nats (about %4 by chance), normalized %5 · %6")
                           .arg(layers.value(stack.layers[static_cast<size_t>(at)]),
                                layers.value(stack.layers[static_cast<size_t>(at) + 1]),
                                locale.toString(table.information, 'f', 3), locale.toString(bias, 'f', 3),
                                locale.toString(table.normalized, 'f', 3),
                                stack.source == RouteSource::Validation
                                    ? tr("%1 fixed validation tokens, step %2").arg(tokens, step)
                                    : tr("%1 tokens of a training batch, step %2").arg(tokens, step)));
}

void TransitionsPanel::showChoice()
{
    const int at = pair();
    m_flow->setChosen(m_focus->layer(), m_focus->expert());
    if (at < 0) return m_matrix->setSelected(-1, -1);
    const bool from = m_flow->stack().layers[static_cast<size_t>(at)] == m_focus->layer();
    m_matrix->setSelected(from ? m_focus->expert() : -1, from ? -1 : m_focus->expert());
}

void TransitionsPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool narrow = width() < fontMetrics().averageCharWidth() * 90;
    m_splitter->setOrientation(narrow ? Qt::Vertical : Qt::Horizontal);
}

} // namespace sy
