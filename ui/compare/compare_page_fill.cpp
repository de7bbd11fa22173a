// What the comparison's tables, choices and notes show.
#include "ui/compare/compare_page.h"

#include "ui/compare/compare_curves.h"
#include "ui/compare/comparison_table.h"
#include "ui/models/palette.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"

#include "core/config/config_io.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QTableView>
#include <QToolButton>

#include <set>

namespace sy {

namespace {

QString valueText(const nlohmann::json* value, bool fact = false)
{
    if (!value) return QString::fromUtf8("–");
    if (fact && value->is_number()) return countText(value->get<double>());
    if (value->is_number_float()) return QString::number(value->get<double>(), 'g', 10);
    if (value->empty() || *value == "") return QObject::tr("(empty)");
    return fromUtf8(settingText(*value));
}

QVariant rawValue(const nlohmann::json* value)
{
    if (!value) return QString();
    return value->is_number() ? QVariant(value->get<double>()) : QVariant(valueText(value));
}

QString documentationOf(const std::string& path)
{
    for (const auto& info : settings())
        if (info.path == path) return fromUtf8(path) + '\n' + QString::fromUtf8(info.field.doc);
    return fromUtf8(path);
}

QVector<ComparisonTable::Run> headersOf(const std::vector<ComparedRun>& runs, size_t baseline)
{
    QVector<ComparisonTable::Run> headers;
    for (size_t i = 0; i < runs.size(); ++i)
        headers << ComparisonTable::Run{runs[i].name, runs[i].colour, i == baseline};
    return headers;
}

QString statisticText(Statistic statistic)
{
    return statistic == Statistic::Best ? QObject::tr("best") : QObject::tr("final");
}

QString definitionOf(const std::string& series, Statistic statistic)
{
    QString what = QObject::tr("Latest value of %1");
    if (statistic == Statistic::Best)
        what = betterOf(series) == Better::Lower ? QObject::tr("Lowest finite value of %1")
                                                 : QObject::tr("Highest finite value of %1");
    const bool loss = series.find("cross_entropy") != std::string::npos;
    return what.arg(fromUtf8(series)) + (loss ? QObject::tr(", nats per target token") : QString()) + '\n' +
           QObject::tr("Below it the difference to the baseline, and that in percent of the baseline");
}

ComparisonTable::Cell metricCell(const MetricValue& value, const Delta& delta)
{
    ComparisonTable::Cell cell;
    if (!value.known) {
        cell.text = QString::fromUtf8("–");
        return cell;
    }
    const QString difference = deltaText(delta);
    cell.text = lossText(value.value) + (difference.isEmpty() ? QString() : '\n' + difference);
    cell.tip = QObject::tr("%1 at step %2").arg(lossText(value.value), QLocale().toString(qlonglong(value.step)));
    if (!difference.isEmpty()) cell.tip += '\n' + difference;
    cell.raw = value.value;
    cell.verdict = delta.verdict;
    return cell;
}

} // namespace

void ComparePage::fillBaselines()
{
    const QSignalBlocker quiet(m_baseline);
    bool same = m_baseline->count() == int(m_runs.size());
    for (int i = 0; same && i < m_baseline->count(); ++i)
        same = m_baseline->itemData(i).toString() == m_runs[size_t(i)].id;
    if (!same) {
        m_baseline->clear();
        for (const auto& run : m_runs) m_baseline->addItem(run.name, run.id);
    }
    m_baseline->setCurrentIndex(int(baselinePlace()));
}

void ComparePage::fillSeries()
{
    std::set<std::string> all;
    for (const auto& run : m_runs)
        for (const auto& [name, summary] : run.series)
            if (!name.starts_with("system/")) all.insert(name);
    QStringList names;
    for (const auto& name : all) names << fromUtf8(name);
    if (names == m_names) return;
    m_names = names;
    const QString drawn = m_curve->currentText();
    m_curve->clear();
    m_curve->addItems(names);
    const int kept = int(names.indexOf(drawn.isEmpty() ? QStringLiteral("valid/cross_entropy") : drawn));
    m_curve->setCurrentIndex(std::max(kept, names.isEmpty() ? -1 : 0));
    m_curves->setSeries(m_curve->currentText());
    fillSeriesMenu(names);
}

void ComparePage::fillSeriesMenu(const QStringList& names)
{
    auto* menu = m_series->menu();
    menu->clear();
    for (const auto& name : names) {
        QString label = name;
        auto* action = menu->addAction(label.replace('&', "&&"));
        action->setCheckable(true);
        action->setChecked(m_chosen.contains(name));
        connect(action, &QAction::toggled, this, [this, name](bool on) {
            if (!on)
                m_chosen.removeAll(name);
            else if (!m_chosen.contains(name))
                m_chosen << name;
            fillMetrics();
        });
    }
}

void ComparePage::fillNotes()
{
    QStringList lines;
    bool grave = false;
    for (const auto& note : fairnessNotes(m_runs, m_runs.empty() ? 0 : baselinePlace())) {
        grave |= note.grave;
        lines << (note.grave ? QString::fromUtf8("⚠ ") : QString::fromUtf8("• ")) + note.text;
    }
    const auto colours = stateColours(palette());
    QPalette ink = m_notes->palette();
    ink.setColor(QPalette::WindowText, grave ? colours.bad : colours.warning);
    m_notes->setPalette(ink);
    if (m_notes->text() != lines.join('\n')) m_notes->setText(lines.join('\n'));
    m_notes->setVisible(!lines.isEmpty());
}

void ComparePage::fillSettings()
{
    if (m_runs.size() < 2) return;
    const size_t base = baselinePlace();
    QVector<ComparisonTable::Thing> things;
    int differing = 0;
    for (const auto& row : settingRows(m_runs, m_all->isChecked())) {
        ComparisonTable::Thing thing{fromUtf8(row.name), row.fact ? QString() : documentationOf(row.name), {}};
        bool differs = false;
        for (size_t run = 0; run < row.value.size(); ++run) {
            ComparisonTable::Cell cell;
            cell.text = valueText(row.value[run], row.fact);
            cell.raw = rawValue(row.value[run]);
            const auto *value = row.value[run], *reference = row.value[base];
            cell.bold = (value == nullptr) != (reference == nullptr) || (value && *value != *reference);
            differs |= cell.bold;
            thing.cells << cell;
        }
        differing += differs && !row.fact;
        things << thing;
    }
    m_settings_model->setContent(headersOf(m_runs, base), things);
    m_same->setText(differing == 0 ? tr("These runs have the same settings.")
                                   : tr("Settings that differ: %1").arg(differing));
    fitTable(m_settings);
}

void ComparePage::fillMetrics()
{
    if (m_runs.size() < 2) return;
    const size_t base = baselinePlace();
    QVector<ComparisonTable::Thing> things;
    for (const auto& name : m_names) {
        if (!m_chosen.contains(name)) continue;
        const std::string series = name.toStdString();
        const Better better = betterOf(series);
        for (const auto statistic : {Statistic::Best, Statistic::Final}) {
            if (statistic == Statistic::Best && better == Better::Neither) continue;
            ComparisonTable::Thing thing{
                tr("%1 %2").arg(name, statisticText(statistic)), definitionOf(series, statistic), {}};
            const MetricValue reference = metricValue(m_runs[base], series, statistic);
            for (size_t run = 0; run < m_runs.size(); ++run) {
                const MetricValue value = metricValue(m_runs[run], series, statistic);
                thing.cells << metricCell(value, run == base ? Delta() : deltaOf(value, reference, better));
            }
            things << thing;
        }
    }
    m_metrics_model->setContent(headersOf(m_runs, base), things);
    fitTable(m_metrics);
}

/// Columns fit their content when their number changes or another run was read: what the user makes of them then stays.
void ComparePage::fitTable(QTableView* view)
{
    const auto* model = static_cast<ComparisonTable*>(view->model());
    const auto known = std::count_if(m_extra.begin(), m_extra.end(), [](const Extra& extra) { return extra.known; });
    const QString shape = QStringLiteral("%1 %2 %3 %4")
                              .arg(model->rowCount())
                              .arg(model->columnCount())
                              .arg(model->isTransposed())
                              .arg(known);
    if (view->property("shape").toString() == shape) return;
    view->setProperty("shape", shape);
    view->resizeColumnsToContents();
    view->resizeRowsToContents();
    for (int row = 0; row < model->rowCount(); ++row)
        view->setRowHeight(row, view->rowHeight(row) + fontMetrics().height() / 3);
    const int widest = fontMetrics().averageCharWidth() * 40;
    for (int column = 0; column < model->columnCount(); ++column)
        if (view->columnWidth(column) > widest) view->setColumnWidth(column, widest);
}

void ComparePage::exportSettings()
{
    // A table's CSV has no row names: they are put before it.
    const bool rows_are_runs = m_settings_model->isTransposed();
    QStandardItemModel table(m_settings_model->rowCount(), m_settings_model->columnCount() + 1);
    table.setHorizontalHeaderItem(0, new QStandardItem(rows_are_runs ? tr("run") : tr("setting")));
    for (int row = 0; row < m_settings_model->rowCount(); ++row) {
        table.setItem(row, 0,
                      new QStandardItem(rows_are_runs ? m_runs[size_t(row)].name
                                                      : m_settings_model->headerData(row, Qt::Vertical).toString()));
        for (int column = 0; column < m_settings_model->columnCount(); ++column) {
            const QModelIndex from = m_settings_model->index(row, column);
            auto* item = new QStandardItem(from.data().toString());
            item->setData(from.data(ComparisonTable::RawRole), Qt::UserRole);
            table.setItem(row, column + 1, item);
        }
    }
    for (int column = 0; column < m_settings_model->columnCount(); ++column)
        table.setHorizontalHeaderItem(
            column + 1,
            new QStandardItem(rows_are_runs ? m_settings_model->headerData(column, Qt::Horizontal).toString()
                                            : m_runs[size_t(column)].name));
    exportTable(this, table, tr("settings"));
}

void ComparePage::exportMetrics()
{
    QStandardItemModel table;
    table.setHorizontalHeaderLabels({tr("series"), tr("statistic"), tr("run"), tr("value"), tr("step"), tr("baseline"),
                                     tr("delta"), tr("delta_percent")});
    const auto number = [](bool known, double value) {
        auto* item = new QStandardItem;
        if (known) item->setData(value, Qt::UserRole);
        return item;
    };
    for (const auto& name : m_names) {
        if (!m_chosen.contains(name)) continue;
        const std::string series = name.toStdString();
        for (const auto statistic : {Statistic::Best, Statistic::Final}) {
            const MetricValue reference = metricValue(m_runs[baselinePlace()], series, statistic);
            for (const auto& run : m_runs) {
                const MetricValue value = metricValue(run, series, statistic);
                if (!value.known) continue;
                const Delta delta = deltaOf(value, reference, betterOf(series));
                table.appendRow({new QStandardItem(name), new QStandardItem(statisticText(statistic)),
                                 new QStandardItem(run.name), number(true, value.value),
                                 number(true, double(value.step)), new QStandardItem(m_runs[baselinePlace()].name),
                                 number(delta.known, delta.value),
                                 number(delta.percent.has_value(), delta.percent.value_or(0))});
            }
        }
    }
    exportTable(this, table, tr("metrics"));
}

} // namespace sy
