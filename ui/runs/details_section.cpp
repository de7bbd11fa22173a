#include "ui/runs/details_section.h"

#include "ui/models/table_export.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QTreeView>

namespace sy {

DetailsSection::DetailsSection(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context) {}

void DetailsSection::showRun(const StorePicturePtr& picture, const QString& id)
{
    m_picture = picture;
    if (id != m_run) {
        m_run = id;
        m_read_revision = -1;
        clearRun();
    }
    if (const auto* run = summary()) showSummary(*picture, *run);
    refresh();
}

const RunSummary* DetailsSection::summary() const
{
    return m_picture && !m_run.isEmpty() ? m_picture->find(m_run) : nullptr;
}

bool DetailsSection::isLive() const
{
    const auto* run = summary();
    return run && (run->status == RunStatus::Starting || run->status == RunStatus::Running ||
                   run->status == RunStatus::Paused);
}

int64_t DetailsSection::rewinds() const
{
    return summary() ? summary()->rewinds : 0;
}

void DetailsSection::refresh()
{
    const auto* run = summary();
    if (!run || m_reading || !isVisible() || run->revision == m_read_revision) return;
    m_read_revision = run->revision;
    m_reading = true;
    load();
}

void DetailsSection::showProblem(const QString&) {}

void DetailsSection::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

QTreeView* detailsList(const char* object_name, const QString& title, QAbstractItemModel* model, QWidget* parent)
{
    auto* view = new QTreeView(parent);
    view->setObjectName(QLatin1String(object_name));
    view->setModel(model);
    view->setRootIsDecorated(false);
    view->setUniformRowHeights(true);
    view->setAlternatingRowColors(true);
    view->setAllColumnsShowFocus(true);
    view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->header()->setStretchLastSection(true);
    auto* copy = new QAction(QObject::tr("Copy rows"), view);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QObject::connect(copy, &QAction::triggered, view,
                     [view] { QApplication::clipboard()->setText(selectedRowsText(*view)); });
    view->addAction(copy);
    addTableExport(*view, title);
    return view;
}

void setColumnWidths(QTreeView* view, const QStringList& samples)
{
    for (int column = 0; column < samples.size(); ++column)
        view->header()->resizeSection(column, view->fontMetrics().horizontalAdvance(samples[column]) +
                                                  view->fontMetrics().height());
}

QString selectedRowsText(const QTreeView& view)
{
    QModelIndexList rows = view.selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QString text;
    for (const auto& row : rows) {
        QStringList cells;
        for (int column = 0; column < row.model()->columnCount(row.parent()); ++column)
            if (!view.isColumnHidden(column)) cells << row.siblingAtColumn(column).data().toString();
        text += cells.join('\t') + '\n';
    }
    return text;
}

} // namespace sy
