#include "ui/runs/columns_dialog.h"

#include <QAction>
#include <QComboBox>
#include <QCompleter>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace sy {

namespace {

constexpr int key_role = Qt::UserRole;

/// Long lists are found by any part of their names.
QComboBox* searchable(const QString& object_name, const QStringList& texts, QWidget* parent)
{
    auto* combo = new QComboBox(parent);
    combo->setObjectName(object_name);
    combo->setEditable(true);
    combo->setInsertPolicy(QComboBox::NoInsert);
    combo->addItems(texts);
    combo->completer()->setCompletionMode(QCompleter::PopupCompletion);
    combo->completer()->setFilterMode(Qt::MatchContains);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(24);
    return combo;
}

} // namespace

ColumnsDialog::ColumnsDialog(const QVector<RunColumn>& columns, const QStringList& settings, QWidget* parent)
    : QDialog(parent), m_list(new QListWidget(this))
{
    setWindowTitle(tr("Columns"));
    setObjectName("columnsDialog");
    m_list->setObjectName("columnList");
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    fill(columns);
    addMove("moveColumnUp", tr("Move the column up"), Qt::ALT | Qt::Key_Up, -1);
    addMove("moveColumnDown", tr("Move the column down"), Qt::ALT | Qt::Key_Down, 1);
    auto* buttons =
        new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel | QDialogButtonBox::RestoreDefaults, this);
    auto* hint = new QLabel(tr("Drag, or Alt+Up and Alt+Down, to reorder."), this);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_list, 1);
    layout->addWidget(hint);
    layout->addWidget(metricRow());
    layout->addWidget(settingRow(settings));
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this,
            [this] { fill(standardColumns()); });
    resize(fontMetrics().averageCharWidth() * 64, fontMetrics().height() * 34);
}

void ColumnsDialog::addMove(const char* name, const QString& text, const QKeySequence& keys, int step)
{
    auto* action = new QAction(text, m_list);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(action);
    connect(action, &QAction::triggered, this, [this, step] {
        const int from = m_list->currentRow(), to = from + step;
        if (from < 0 || to < 0 || to >= m_list->count()) return;
        m_list->insertItem(to, m_list->takeItem(from));
        m_list->setCurrentRow(to);
    });
}

QWidget* ColumnsDialog::metricRow()
{
    auto* row = new QWidget(this);
    m_series = searchable("metricSeries", {}, row);
    m_series->lineEdit()->setPlaceholderText(tr("Series, for example valid/cross_entropy/de"));
    m_which = new QComboBox(row);
    m_which->setObjectName("metricWhich");
    m_which->addItem(tr("last"), RunColumn::Last);
    m_which->addItem(tr("min"), RunColumn::Min);
    m_which->addItem(tr("max"), RunColumn::Max);
    m_add_metric = new QPushButton(tr("Add metric"), row);
    m_add_metric->setObjectName("addMetric");
    m_add_metric->setAutoDefault(false);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_series, 1);
    layout->addWidget(m_which);
    layout->addWidget(m_add_metric);
    connect(m_add_metric, &QPushButton::clicked, this, [this] {
        const QString series = m_series->currentText().trimmed();
        if (m_series->findText(series) >= 0)
            add({RunColumn::Metric, series, static_cast<RunColumn::Which>(m_which->currentData().toInt())}, true);
    });
    const auto enable = [this] {
        m_add_metric->setEnabled(m_series->findText(m_series->currentText().trimmed()) >= 0);
    };
    connect(m_series, &QComboBox::editTextChanged, this, enable);
    enable();
    return row;
}

QWidget* ColumnsDialog::settingRow(const QStringList& settings)
{
    auto* row = new QWidget(this);
    m_setting = searchable("settingPath", settings, row);
    m_setting->setCurrentIndex(-1);
    m_setting->lineEdit()->setPlaceholderText(tr("Setting, for example model.num_experts"));
    auto* button = new QPushButton(tr("Add setting"), row);
    button->setObjectName("addSetting");
    button->setAutoDefault(false);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_setting, 1);
    layout->addWidget(button);
    connect(button, &QPushButton::clicked, this, [this] {
        const QString path = m_setting->currentText().trimmed();
        if (m_setting->findText(path) >= 0) add({RunColumn::Setting, path, RunColumn::Last}, true);
    });
    const auto enable = [this, button] {
        button->setEnabled(m_setting->findText(m_setting->currentText().trimmed()) >= 0);
    };
    connect(m_setting, &QComboBox::editTextChanged, this, enable);
    enable();
    return row;
}

void ColumnsDialog::setSeries(const QStringList& series)
{
    const QString typed = m_series->currentText();
    m_series->clear();
    m_series->addItems(series);
    m_series->setCurrentIndex(-1);
    m_series->setEditText(typed);
}

void ColumnsDialog::fill(const QVector<RunColumn>& ticked)
{
    m_list->clear();
    for (const auto& column : ticked) add(column, true);
    for (const auto& column : standardColumns() + fixedColumns())
        if (!ticked.contains(column)) add(column, false);
}

void ColumnsDialog::add(const RunColumn& column, bool ticked)
{
    if (column.kind == RunColumn::Name) return; // always there, always first
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->data(key_role).toString() != column.key()) continue;
        if (ticked) m_list->item(i)->setCheckState(Qt::Checked);
        m_list->scrollToItem(m_list->item(i));
        return;
    }
    auto* item = new QListWidgetItem(columnTitle(column), m_list);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsDragEnabled);
    item->setCheckState(ticked ? Qt::Checked : Qt::Unchecked);
    item->setData(key_role, column.key());
    m_list->scrollToItem(item);
}

QVector<RunColumn> ColumnsDialog::columns() const
{
    QVector<RunColumn> columns{{RunColumn::Name, {}, RunColumn::Last}};
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->checkState() != Qt::Checked) continue;
        if (const auto column = RunColumn::fromKey(m_list->item(i)->data(key_role).toString())) columns << *column;
    }
    return columns;
}

} // namespace sy
