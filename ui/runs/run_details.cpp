#include "ui/runs/run_details.h"

#include "core/config/config_io.h"
#include "ui/models/run_list_model.h"

#include <QFont>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace sy {

namespace {

/// Names, failures and messages come from the store: they are never read as HTML.
QLabel* plainLabel(const char* name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    return label;
}

QTreeWidget* list(const char* name, const QStringList& columns, QWidget* parent)
{
    auto* tree = new QTreeWidget(parent);
    tree->setObjectName(name);
    tree->setHeaderLabels(columns);
    tree->setAlternatingRowColors(true);
    tree->setUniformRowHeights(true);
    return tree;
}

QString valueText(const nlohmann::json& value)
{
    if (value.is_string()) return QString::fromStdString(value.get<std::string>());
    if (value.is_number_float()) return QString::fromStdString(numberText(value.get<double>()));
    return QString::fromStdString(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void addSettings(QTreeWidgetItem* parent, const nlohmann::json& section)
{
    for (const auto& [key, value] : section.items()) {
        auto* item = new QTreeWidgetItem(parent, {QString::fromStdString(key)});
        if (value.is_object())
            addSettings(item, value);
        else
            item->setText(1, valueText(value));
    }
}

QString stateText(const RunSummary& run)
{
    const QLocale locale;
    QStringList lines{
        RunDetails::tr("%1, step %2 of %3")
            .arg(statusText(run.status), locale.toString(qlonglong(run.step)), locale.toString(qlonglong(run.steps)))};
    if (run.best_valid && run.best_step)
        lines << RunDetails::tr("best validation loss %1 at step %2")
                     .arg(locale.toString(*run.best_valid, 'f', 3), locale.toString(qlonglong(*run.best_step)));
    if (!run.failure.empty()) lines << QString::fromStdString(run.failure);
    if (!run.note.empty()) lines << QString::fromStdString(run.note);
    return lines.join('\n');
}

} // namespace

RunDetails::RunDetails(QWidget* parent) : QWidget(parent)
{
    m_title = plainLabel("runTitle", this);
    QFont large = m_title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    m_title->setFont(large);
    m_state = plainLabel("runState", this);
    auto* lists = new QSplitter(Qt::Vertical, this);
    m_config = list("runConfig", {tr("Setting"), tr("Value")}, lists);
    m_events = list("runEvents", {tr("Time"), tr("Step"), tr("Event"), tr("Message")}, lists);
    m_events->setRootIsDecorated(false);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_title);
    layout->addWidget(m_state);
    layout->addWidget(lists, 1);
}

void RunDetails::show(const RunSummary& run, const nlohmann::json& config, const std::vector<Event>& events)
{
    m_title->setText(QString::fromStdString(run.name));
    m_state->setText(stateText(run));
    if (run.id != m_run || config != m_shown_config) showConfig(config);
    if (run.id != m_run || m_events->topLevelItemCount() != static_cast<int>(events.size())) showEvents(events);
    m_run = run.id;
}

void RunDetails::clear()
{
    m_title->setText(tr("Select a run to see its configuration and events."));
    m_state->clear();
    m_config->clear();
    m_events->clear();
    m_run.clear();
    m_shown_config = nullptr;
}

void RunDetails::showConfig(const nlohmann::json& config)
{
    m_config->clear();
    addSettings(m_config->invisibleRootItem(), config);
    m_config->expandAll();
    m_config->resizeColumnToContents(0);
    m_shown_config = config;
}

void RunDetails::showEvents(const std::vector<Event>& events)
{
    m_events->clear();
    for (const auto& event : events)
        new QTreeWidgetItem(m_events, {timeText(event.time_ms), QLocale().toString(qlonglong(event.step)),
                                       QString::fromStdString(event.kind), QString::fromStdString(event.message)});
    for (int column = 0; column < m_events->columnCount(); ++column) m_events->resizeColumnToContents(column);
    m_events->scrollToBottom();
}

} // namespace sy
