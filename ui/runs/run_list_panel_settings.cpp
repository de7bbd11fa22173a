// What the run list keeps between starts, and the dialogs that change it.
#include "ui/runs/run_list_panel.h"

#include "ui/models/palette.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/runs/columns_dialog.h"
#include "ui/runs/filter_edit.h"
#include "ui/runs/run_actions.h"

#include <QColorDialog>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QTreeView>

#include <set>

namespace sy {

namespace {

QString settingName(const char* name)
{
    return QLatin1String("runs/") + QLatin1String(name);
}

} // namespace

void RunListPanel::restore()
{
    QVector<RunColumn> columns;
    QSettings* settings = m_context.settings;
    if (settings) {
        for (const auto& key : settings->value(settingName("columns")).toStringList())
            if (const auto column = RunColumn::fromKey(key)) columns << *column;
        const QVariantHash widths = settings->value(settingName("widths")).toHash();
        for (auto entry = widths.begin(); entry != widths.end(); ++entry) m_widths[entry.key()] = entry.value().toInt();
        m_grouping = settings->value(settingName("grouping")).toString();
        m_show_deleted->setChecked(settings->value(settingName("deleted")).toBool());
        m_filter->setText(settings->value(settingName("filter")).toString());
    }
    if (columns.isEmpty() || columns.first().kind != RunColumn::Name) columns = standardColumns();
    const auto sorted = RunColumn::fromKey(settings ? settings->value(settingName("sort"), "started").toString()
                                                    : QStringLiteral("started"));
    const bool ascending = settings && settings->value(settingName("ascending")).toBool();
    m_model->setColumns(columns);
    applyColumns(columns);
    const auto place = sorted ? columns.indexOf(*sorted) : -1;
    m_view->sortByColumn(int(place), ascending ? Qt::AscendingOrder : Qt::DescendingOrder);
    m_context.watch->setMetrics(seriesOf(columns));
}

void RunListPanel::save()
{
    QSettings* settings = m_context.settings;
    if (!settings) return;
    QStringList keys;
    for (const auto& column : m_model->columns()) keys << column.key();
    QVariantHash widths;
    for (auto entry = m_widths.begin(); entry != m_widths.end(); ++entry) widths.insert(entry.key(), entry.value());
    const int sorted = m_view->header()->sortIndicatorSection();
    settings->setValue(settingName("columns"), keys);
    settings->setValue(settingName("widths"), widths);
    settings->setValue(settingName("grouping"), m_grouping);
    settings->setValue(settingName("deleted"), m_show_deleted->isChecked());
    settings->setValue(settingName("filter"), m_filter->text());
    settings->setValue(settingName("sort"), sorted >= 0 && sorted < keys.size() ? keys[sorted] : QString());
    settings->setValue(settingName("ascending"), m_view->header()->sortIndicatorOrder() == Qt::AscendingOrder);
}

int RunListPanel::widthOf(const RunColumn& column) const
{
    if (const int chosen = m_widths.value(column.key())) return chosen;
    const QFontMetrics metrics = m_view->fontMetrics();
    const int letter = metrics.averageCharWidth();
    // The triangle of the sort order stands beside the title.
    const int title = metrics.horizontalAdvance(columnTitle(column)) + 2 * metrics.height();
    if (column.kind == RunColumn::Name) return letter * 12 + 4 * metrics.height();
    if (column.kind == RunColumn::Progress)
        return metrics.horizontalAdvance(statusText(RunStatus::Interrupted)) + metrics.height();
    if (column.kind == RunColumn::Started) return metrics.horizontalAdvance(timeText(1767182399000)) + metrics.height();
    if (column.kind == RunColumn::Metric) return std::min(title, letter * 24);
    if (column.kind == RunColumn::Step || column.kind == RunColumn::Status) return std::max(title, letter * 17);
    return std::max(title, letter * 12);
}

void RunListPanel::applyColumns(const QVector<RunColumn>& columns)
{
    const int sorted_section = m_view->header()->sortIndicatorSection();
    const auto& before = m_model->columns();
    const auto sorted =
        sorted_section >= 0 && sorted_section < before.size() ? std::optional(before[sorted_section]) : std::nullopt;
    const auto order = m_view->header()->sortIndicatorOrder();
    const QStringList ids = selectedIds();
    const auto widths = m_widths; // the header tells new widths while it is filled
    {
        const QSignalBlocker quiet(m_view->header());
        m_model->setColumns(columns);
        for (int section = 0; section < columns.size(); ++section)
            m_view->header()->moveSection(m_view->header()->visualIndex(section), section);
    }
    m_widths = widths;
    for (int section = 0; section < columns.size(); ++section)
        m_view->header()->resizeSection(section, widthOf(columns[section]));
    m_widths = widths;
    const auto place = sorted ? columns.indexOf(*sorted) : -1;
    m_view->sortByColumn(int(place), order);
    m_view->expandAll();
    select(ids);
}

void RunListPanel::readOrderFromHeader()
{
    QVector<RunColumn> columns;
    for (int visual = 0; visual < m_model->columns().size(); ++visual)
        columns << m_model->columns()[m_view->header()->logicalIndex(visual)];
    if (columns != m_model->columns()) applyColumns(columns);
}

void RunListPanel::chooseColumns()
{
    auto* dialog = new ColumnsDialog(m_model->columns(), m_words.paths, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setModal(true);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const auto columns = dialog->columns();
        m_context.watch->setMetrics(seriesOf(columns));
        applyColumns(columns);
        m_words = FilterWords::of(m_model->rows(), seriesOf(columns));
        applyFilter();
        save();
    });
    std::vector<std::string> runs;
    for (const auto& row : m_model->rows())
        if (row.isRun()) runs.push_back(row.id.toStdString());
    m_context.access->read(
        dialog,
        [runs](const Store& store) {
            std::set<std::string> names;
            for (const auto& run : runs)
                for (const auto& name : store.seriesNames(run))
                    if (!name.starts_with("system/")) names.insert(name);
            return names;
        },
        [dialog](const std::set<std::string>& names) {
            QStringList series;
            for (const auto& name : names) series << fromUtf8(name);
            dialog->setSeries(series);
        });
    dialog->open();
}

void RunListPanel::chooseColour(const QString& id)
{
    auto* dialog = new QColorDialog(m_context.selection->colour(id), this);
    dialog->setObjectName("runColour");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    for (int i = 0; i < lineColourCount(); ++i) QColorDialog::setCustomColor(i, lineColour(i));
    connect(dialog, &QColorDialog::colorSelected, this,
            [this, id](const QColor& colour) { m_context.selection->setColour(id, colour); });
    dialog->open();
}

void RunListPanel::exportTableOfRuns()
{
    exportTable(this, *m_model, tr("runs"));
}

void RunListPanel::fillMenu(QMenu& menu)
{
    for (auto* action : m_actions->menu()) {
        if (action)
            menu.addAction(action);
        else
            menu.addSeparator();
    }
    menu.addSeparator();
    for (const char* name : {"showDeleted", "chooseColumns", "exportRunTable"})
        menu.addAction(findChild<QAction*>(QLatin1String(name)));
}

void RunListPanel::showMenu(const QPoint& place)
{
    QMenu menu;
    fillMenu(menu);
    menu.exec(m_view->viewport()->mapToGlobal(place));
}

} // namespace sy
