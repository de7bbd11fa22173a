// Bars, tables, actions and exports of the experts' panel.
#include "core/analysis/definitions.h"
#include "ui/causes/effect_models.h"
#include "ui/causes/effects_runner.h"
#include "ui/causes/experts_panel.h"
#include "ui/models/flow_layout.h"
#include "ui/models/routing_focus.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/plots/bar_chart.h"
#include "ui/plots/chart_render.h"
#include "ui/plots/export_menu.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>

namespace sy {

namespace {

constexpr auto seeds_key = "causes/seeds";

QTableView* tableOf(const char* name, QSortFilterProxyModel* sorted)
{
    auto* table = new QTableView;
    table->setObjectName(QLatin1String(name));
    table->setModel(sorted);
    table->setSortingEnabled(true);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setAlternatingRowColors(true);
    table->setWordWrap(false);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() * 3 / 2);
    table->horizontalHeader()->setHighlightSections(false);
    for (int i = 0; i < sorted->columnCount(); ++i) {
        const int title = table->fontMetrics().horizontalAdvance(sorted->headerData(i, Qt::Horizontal).toString());
        table->setColumnWidth(i, title + table->fontMetrics().height() * 2);
    }
    return table;
}

} // namespace

QWidget* ExpertsPanel::makeBar()
{
    auto* bar = new QWidget;
    m_expert = new QComboBox;
    m_expert->setObjectName("causesExpert");
    m_expert->setToolTip(tr("An expert of the layer that is chosen above; choosing it in any view chooses it here"));
    m_other = new QComboBox;
    m_other->setObjectName("causesOther");
    m_other->setToolTip(tr("The expert to swap with"));
    m_seeds = new QSpinBox;
    m_seeds->setObjectName("causesSeeds");
    m_seeds->setRange(0, 20);
    m_seeds->setValue(m_context.settings ? m_context.settings->value(seeds_key, 3).toInt() : 3);
    m_seeds->setPrefix(tr("random × "));
    m_seeds->setToolTip(plainTip(tr("Draws of as many random tokens, beside every ablation") + QStringLiteral("\n\n") +
                                 fromUtf8(definitionText("causes.random_baseline"))));
    connect(m_seeds, &QSpinBox::valueChanged, this, [this](int seeds) {
        if (m_context.settings) m_context.settings->setValue(seeds_key, seeds);
    });
    connect(m_expert, &QComboBox::activated, this, [this](int expert) {
        if (m_context.focus->expert() != expert) m_context.focus->setExpert(expert);
    });
    auto* layout = new FlowLayout(bar, fontMetrics().height() / 3);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_expert);
    const auto button = [this, layout](QAction* action) {
        auto* made = new QToolButton;
        made->setDefaultAction(action);
        layout->addWidget(made);
    };
    button(add("causes.ablate", tr("Ablate"), fromUtf8(definitionText("causes.ablation")), &ExpertsPanel::ablate));
    layout->addWidget(m_seeds);
    button(add("causes.force", tr("Force all to it"), fromUtf8(definitionText("causes.force")), &ExpertsPanel::force));
    button(add("causes.swap", tr("Swap with"), fromUtf8(definitionText("causes.swap")), &ExpertsPanel::swap));
    layout->addWidget(m_other);
    button(add("causes.ablateEvery", tr("Ablate every expert"),
               tr("Each expert of this layer in turn, with its random baselines: ranks them"),
               &ExpertsPanel::ablateEvery));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    bar->setSizePolicy(policy);
    bar->setMinimumWidth(fontMetrics().averageCharWidth() * 70); // not as tall as if it were as narrow as a button
    return bar;
}

QAction* ExpertsPanel::add(const char* name, const QString& text, const QString& tip, void (ExpertsPanel::*run)())
{
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setToolTip(plainTip(tip));
    connect(action, &QAction::triggered, this, run);
    addAction(action);
    m_actions << action;
    return action;
}

QWidget* ExpertsPanel::makeTables()
{
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(InterventionModel::SortRole);
    m_table = tableOf("interventions", m_sorted);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setColumnWidth(InterventionModel::WhatColumn, fontMetrics().averageCharWidth() * 22);
    m_table->setColumnWidth(InterventionModel::LayerColumn, fontMetrics().averageCharWidth() * 13);
    m_table->setColumnWidth(InterventionModel::RangeColumn, fontMetrics().averageCharWidth() * 28);
    addTableExport(*m_table, tr("interventions"));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ExpertsPanel::chosenChanged);
    return m_table;
}

QWidget* ExpertsPanel::makeChart()
{
    auto* side = new QSplitter(Qt::Horizontal);
    auto* left = new QWidget(side);
    m_by = new QComboBox(left);
    m_by->setObjectName("causesBy");
    m_by->addItem(tr("Change by language"));
    m_by->addItem(tr("Change by expert"));
    m_chart = new BarChart(left);
    m_chart->setObjectName("causesChart");
    m_chart->setValueAxis(tr("Change of loss"), tr("nats"));
    m_chart->setEmptyText(tr("Ablate an expert, and see here whom it costs what."));
    auto* exports = new QToolButton(left);
    exports->setObjectName("causesExport");
    exports->setText(tr("Export"));
    exports->setPopupMode(QToolButton::InstantPopup);
    exports->setMenu(new QMenu(exports));
    addExports(*this, *exports->menu(), QStringLiteral("causesExport"),
               {{"png", tr("Export change of loss as PNG…")},
                {"svg", tr("Export change of loss as SVG…")},
                {"csv", tr("Export change of loss as CSV…")},
                {"json", tr("Export all interventions as JSON…")}},
               [this](const QString& ending) { exportChart(ending); });
    auto* row = new QHBoxLayout;
    row->addWidget(m_by);
    row->addStretch();
    row->addWidget(exports);
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_chart, 1);
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_language_model);
    sorted->setSortRole(LanguageEffectModel::SortRole);
    m_languages = tableOf("languageEffects", sorted);
    m_languages->sortByColumn(-1, Qt::AscendingOrder);
    addTableExport(*m_languages, tr("change by language"));
    connect(m_languages, &QTableView::clicked, this, [this, sorted](const QModelIndex& index) {
        const auto place = sorted->mapToSource(index).row();
        const auto language = m_context.focus->index()->languages.indexOf(m_language_model->language(place));
        if (language >= 0) m_context.focus->setLanguage(static_cast<int>(language));
    });
    side->addWidget(left);
    side->addWidget(m_languages);
    side->setStretchFactor(0, 3);
    side->setStretchFactor(1, 2);
    side->setChildrenCollapsible(false);
    connect(m_by, &QComboBox::currentIndexChanged, this, &ExpertsPanel::fillChart);
    return side;
}

void ExpertsPanel::exportChart(const QString& suffix)
{
    const auto document = [this] {
        return QByteArray::fromStdString(effectsJson(m_runner->model(), m_runner->effects()).dump(1)) + '\n';
    };
    savePlotFile(this, QStringLiteral("interventions"), suffix,
                 suffix == QLatin1String("png")   ? m_chart->toPng(m_chart->size())
                 : suffix == QLatin1String("svg") ? m_chart->toSvg(m_chart->size())
                 : suffix == QLatin1String("csv") ? m_chart->toCsv()
                                                  : document());
}

} // namespace sy
