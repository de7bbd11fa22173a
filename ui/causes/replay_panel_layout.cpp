// Controls, table and exports of the capacity replay.
#include "core/analysis/definitions.h"
#include "ui/causes/effects_runner.h"
#include "ui/causes/replay_panel.h"
#include "ui/models/flow_layout.h"
#include "ui/models/routing_focus.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/plots/bar_chart.h"
#include "ui/plots/chart_render.h"
#include "ui/plots/export_menu.h"

#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>

namespace sy {

namespace {

constexpr double least_factor = 0.25, most_factor = 4;

} // namespace

ReplayPanel::ReplayPanel(const PageContext& context, EffectsRunner* runner, QWidget* parent)
    : QWidget(parent), m_context(context), m_runner(runner), m_headline(plainLabel("replayHeadline", {})),
      m_note(plainLabel("replayNote", {})), m_truth(plainLabel("replayTruth", {})), m_model(new DropGroupModel(this)),
      m_sorted(new QSortFilterProxyModel(this)), m_table(nullptr)
{
    setObjectName("replayPanel");
    for (auto* label : {m_headline, m_note, m_truth}) label->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    const int gap = fontMetrics().height() / 3;
    layout->setContentsMargins(0, gap, 0, 0);
    layout->setSpacing(gap);
    layout->addWidget(makeBar());
    layout->addWidget(m_headline);
    layout->addWidget(m_note);
    layout->addWidget(m_truth);
    layout->addWidget(makeBody(), 1);
    m_truth->hide();
    m_note->hide();
    m_headline->setToolTip(plainTip(fromUtf8(definitionText("replay.drop_rate")) + QStringLiteral("\n\n") +
                                    fromUtf8(definitionText("replay.factor_for_no_drops"))));
    connect(m_runner, &EffectsRunner::changed, this, &ReplayPanel::showTruth);
    connect(context.focus, &RoutingFocus::indexChanged, this, &ReplayPanel::refresh);
    connect(context.focus, &RoutingFocus::stepChanged, this, &ReplayPanel::refresh);
    connect(context.focus, &RoutingFocus::layerChanged, this, &ReplayPanel::layerChanged);
    setReady(false);
}

QWidget* ReplayPanel::makeBar()
{
    auto* bar = new QWidget;
    m_factor = new QDoubleSpinBox;
    m_factor->setObjectName("replayFactor");
    m_factor->setRange(least_factor, most_factor);
    m_factor->setSingleStep(0.05);
    m_factor->setPrefix(tr("factor "));
    m_factor->setToolTip(tr("Capacity factor: slots per expert = factor · tokens / N, rounded up"));
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setObjectName("replaySlider");
    m_slider->setRange(qRound(least_factor * 100), qRound(most_factor * 100));
    m_slider->setSingleStep(5);
    m_slider->setPageStep(25);
    m_slider->setMinimumWidth(fontMetrics().averageCharWidth() * 22);
    m_slider->setAccessibleName(tr("Capacity factor"));
    m_scope = new QComboBox;
    m_scope->setObjectName("replayScope");
    for (const auto& [value, name] : EnumNames<Scope>::names)
        if (value != Scope::Global) m_scope->addItem(QString::fromLatin1(name), static_cast<int>(value));
    m_scope->setToolTip(tr("What tokens share an expert's slots: each row, groups of whole rows, or the batch"));
    m_group = new QSpinBox;
    m_group->setObjectName("replayGroup");
    m_group->setRange(1, 1 << 24);
    m_group->setValue(1024);
    m_group->setSuffix(tr(" tokens"));
    m_group->setToolTip(tr("Tokens of a group, where the scope is group; whole rows"));
    m_priority = new QComboBox;
    m_priority->setObjectName("replayPriority");
    for (const auto& [value, name] : EnumNames<OverflowPriority>::names)
        m_priority->addItem(QString::fromLatin1(name), static_cast<int>(value));
    m_priority->setToolTip(
        tr("Who gets a slot when there are too few: earlier tokens, likelier ones (encoder only: it looks "
           "at later tokens), or any"));
    m_reset = new QAction(tr("The run's own"), this);
    m_reset->setObjectName("replay.reset");
    m_reset->setToolTip(tr("Evaluation capacity as this run is set up"));
    m_evaluate = new QAction(tr("Evaluate the true loss"), this);
    m_evaluate->setObjectName("replay.evaluate");
    m_evaluate->setToolTip(tr("Evaluates the chosen checkpoint with this capacity in every sparse layer"));
    auto* layout = new FlowLayout(bar, fontMetrics().height() / 3);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_factor, m_slider, m_scope, m_group, m_priority})
        layout->addWidget(widget);
    for (auto* action : {m_reset, m_evaluate}) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        layout->addWidget(button);
        addAction(action);
    }
    connect(m_factor, &QDoubleSpinBox::valueChanged, this, [this](double factor) {
        m_slider->setValue(qRound(factor * 100));
        compute();
    });
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        if (qRound(m_factor->value() * 100) != value) m_factor->setValue(value / 100.0);
    });
    connect(m_scope, &QComboBox::currentIndexChanged, this, &ReplayPanel::compute);
    connect(m_group, &QSpinBox::valueChanged, this, &ReplayPanel::compute);
    connect(m_priority, &QComboBox::currentIndexChanged, this, &ReplayPanel::compute);
    connect(m_reset, &QAction::triggered, this, &ReplayPanel::resetRule);
    connect(m_evaluate, &QAction::triggered, this, &ReplayPanel::evaluate);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    bar->setSizePolicy(policy);
    bar->setMinimumWidth(fontMetrics().averageCharWidth() * 70);
    return bar;
}

QWidget* ReplayPanel::makeBody()
{
    auto* body = new QSplitter(Qt::Horizontal);
    body->setChildrenCollapsible(false);
    auto* left = new QWidget(body);
    m_by = new QComboBox(left);
    m_by->setObjectName("replayBy");
    for (const QString& name : {tr("Expert"), tr("Language"), tr("Token class"), tr("Position in the row")})
        m_by->addItem(name);
    m_chart = new BarChart(left);
    m_chart->setObjectName("replayChart");
    m_chart->setValueAxis(tr("Dropped"), tr("% of choices"));
    auto* exports = new QToolButton(left);
    exports->setObjectName("replayExport");
    makeExports(exports);
    auto* row = new QHBoxLayout;
    row->addWidget(new QLabel(tr("Drops by"), left));
    row->addWidget(m_by);
    row->addStretch();
    row->addWidget(exports);
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_chart, 1);
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(DropGroupModel::SortRole);
    m_table = new QTableView(body);
    m_table->setObjectName("replayTable");
    m_table->setModel(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setAlternatingRowColors(true);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 3 / 2);
    m_table->horizontalHeader()->setHighlightSections(false);
    for (int i = 0; i < m_model->columnCount(); ++i) m_table->setColumnWidth(i, fontMetrics().averageCharWidth() * 13);
    addTableExport(*m_table, tr("capacity replay"));
    body->addWidget(left);
    body->addWidget(m_table);
    body->setStretchFactor(0, 3);
    body->setStretchFactor(1, 2);
    connect(m_by, &QComboBox::currentIndexChanged, this, &ReplayPanel::showGroups);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        const int row_of = m_sorted->mapToSource(index).row();
        if (m_by->currentIndex() == 0) m_context.focus->setExpert(row_of);
        if (m_by->currentIndex() == 1) m_context.focus->setLanguage(row_of);
    });
    return body;
}

void ReplayPanel::makeExports(QToolButton* button)
{
    button->setText(tr("Export"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(new QMenu(button));
    addExports(*this, *button->menu(), QStringLiteral("replayExport"),
               {{"png", tr("Export capacity replay as PNG…")},
                {"svg", tr("Export capacity replay as SVG…")},
                {"csv", tr("Export capacity replay as CSV…")}},
               [this](const QString& ending) { exportAs(ending); });
}

void ReplayPanel::exportAs(const QString& suffix)
{
    savePlotFile(this, QStringLiteral("capacity_replay"), suffix,
                 suffix == QLatin1String("png")   ? m_chart->toPng(m_chart->size())
                 : suffix == QLatin1String("svg") ? m_chart->toSvg(m_chart->size())
                                                  : tableCsv(*m_model));
}

} // namespace sy
