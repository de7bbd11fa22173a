#include "ui/window/queue_panel.h"

#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/window/queue_model.h"

#include <QAction>
#include <QFontDatabase>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace sy {

QueuePanel::QueuePanel(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_model(new QueueModel(this)), m_stack(new QStackedWidget(this)), m_table(new QTableView),
      m_log(new QPlainTextEdit), m_remove(new QAction(tr("Remove from queue"), this))
{
    auto* empty = plainLabel("queueEmpty", tr("Nothing was queued yet.\nLaunch from Set up puts an experiment here; it "
                                              "starts when its device is free."));
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    m_table->setObjectName("queueTable");
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_log->setObjectName("queueLog");
    m_log->setReadOnly(true);
    m_log->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_log->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_log->setPlaceholderText(tr("The last lines of an ended trainer"));

    m_remove->setObjectName("removeFromQueue");
    m_remove->setShortcut(QKeySequence::Delete);
    m_remove->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(m_remove);
    addTableExport(*m_table, tr("queue"));
    connect(m_remove, &QAction::triggered, this, &QueuePanel::removeSelected);

    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(m_table);
    split->addWidget(m_log);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    m_stack->addWidget(empty);
    m_stack->addWidget(split);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &QueuePanel::showLog);
    connect(m_model, &QAbstractItemModel::modelReset, this, &QueuePanel::showLog);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &QueuePanel::showLog);
    connect(m_table, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (const auto id = index.data(QueueModel::RunRole).toString(); !id.isEmpty()) Q_EMIT runChosen(id);
    });
    connect(context.watch, &StoreWatch::pictureReady, this, [this](const StorePicturePtr& picture) { show(*picture); });
    show(*context.watch->picture());
}

void QueuePanel::show(const StorePicture& picture)
{
    if (!picture.problem.isEmpty()) return; // the last complete picture stays
    std::map<std::string, std::string> names;
    for (const auto& run : picture.runs) names[run.id] = run.name;
    m_model->setEntries(picture.queue, names);
    m_stack->setCurrentIndex(picture.queue.empty() ? 0 : 1);
    showLog();
}

void QueuePanel::showLog()
{
    const auto current = m_table->currentIndex();
    const QString text = current.isValid() ? current.data(QueueModel::LogRole).toString() : QString();
    if (text != m_log->toPlainText()) m_log->setPlainText(text);
    m_remove->setEnabled(current.isValid() && current.data(QueueModel::WaitingRole).toBool());
}

void QueuePanel::removeSelected()
{
    for (const auto& row : m_table->selectionModel()->selectedRows())
        if (row.data(QueueModel::WaitingRole).toBool())
            Q_EMIT removeRequested(row.data(QueueModel::KeyRole).toLongLong());
}

} // namespace sy
