#include "ui/runs/run_list_panel.h"

#include "ui/models/palette.h"
#include "ui/models/selection.h"
#include "ui/models/text.h"
#include "ui/runs/filter_edit.h"
#include "ui/runs/notice_bar.h"
#include "ui/runs/run_actions.h"
#include "ui/runs/run_delegate.h"
#include "ui/runs/words.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QToolBar>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace sy {

RunListPanel::RunListPanel(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_model(new RunListModel(context.selection, this)),
      m_notice(new NoticeBar(this)), m_actions(new RunActions(context, m_notice, this))
{
    setObjectName("runListPanel");
    auto* layout = new QVBoxLayout(this);
    const int gap = fontMetrics().height() / 4;
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    layout->addWidget(makeHead());
    layout->addWidget(makeList(), 1);
    layout->addWidget(m_notice);
    makeActions();
    layout->addWidget(makeFoot());
    forwardSignals();
    restore();
    connect(context.watch, &StoreWatch::pictureReady, this, &RunListPanel::showPicture);
    connect(context.selection, &Selection::currentRunChanged, this, &RunListPanel::followCurrent);
    connect(context.selection, &Selection::shownRunsChanged, this, [this] {
        if (m_filter->text().contains(QLatin1String("is:shown"))) applyFilter();
        updateFoot();
    });
    showPicture(context.watch->picture());
}

RunListPanel::~RunListPanel()
{
    save();
}

QWidget* RunListPanel::makeHead()
{
    auto* head = new QWidget(this);
    m_filter =
        new FilterEdit([this](const QString& text,
                              qsizetype cursor) { return completeFilter(text, cursor, m_words, m_model->rows()); },
                       head);
    m_filter->setObjectName("runFilter");
    m_filter->setPlaceholderText(tr("Filter: words, status:running, best:<4.2"));
    m_filter->setToolTip(tr("Words are looked for in names, tags and notes.\n"
                            "status:running,paused   tag:x   starred:yes   is:deleted\n"
                            "num_experts:8   router.kind:switch   any setting\n"
                            "best:<4.2   step:100..500   disk:>1GiB   duration:>2h\n"
                            "-tag:old turns a term around, \"two words\" keeps them together, * stands for anything"));
    m_problem = plainLabel("filterProblem", {}, head);
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_group = new QComboBox(head);
    m_group->setObjectName("groupBy");
    m_group->setToolTip(tr("Group the runs by a setting, their status or tags"));
    m_group->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_group->setMinimumContentsLength(12);
    auto* label = new QLabel(tr("Group by"), head);
    label->setBuddy(m_group);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_group, 1);
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(fontMetrics().height() / 4);
    layout->addWidget(m_filter);
    layout->addWidget(m_problem);
    layout->addLayout(row);
    connect(m_filter, &QLineEdit::textChanged, this, &RunListPanel::applyFilter);
    connect(m_group, &QComboBox::activated, this, [this] {
        m_grouping = m_group->currentData().toString();
        const QStringList ids = selectedIds();
        m_model->setGrouping(m_grouping);
        select(ids);
        updateEmpty();
    });
    return head;
}

QWidget* RunListPanel::makeList()
{
    m_pages = new QStackedWidget(this);
    makeView();
    auto* page = new QWidget(m_pages);
    m_empty = plainLabel("emptyRunList", {}, page);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_clear = new QPushButton(tr("Clear the filter"), page);
    auto* layout = new QVBoxLayout(page);
    layout->addStretch();
    layout->addWidget(m_empty);
    layout->addWidget(m_clear, 0, Qt::AlignCenter);
    layout->addStretch();
    m_pages->addWidget(m_view);
    m_pages->addWidget(page);
    connect(m_clear, &QPushButton::clicked, m_filter, &QLineEdit::clear);
    return m_pages;
}

void RunListPanel::makeView()
{
    m_view = new QTreeView(m_pages);
    m_view->setObjectName("runList");
    m_view->setModel(m_model);
    m_view->setUniformRowHeights(true);
    m_view->setAlternatingRowColors(true);
    m_view->setMouseTracking(true); // the star of the row below the mouse
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setAllColumnsShowFocus(true);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setIndentation(fontMetrics().height() / 2);
    m_view->setRootIsDecorated(false);
    m_view->setSortingEnabled(true);
    m_view->header()->setSectionsMovable(true);
    m_view->header()->setFirstSectionMovable(false);
    m_view->header()->setStretchLastSection(false);
    m_view->header()->setTextElideMode(Qt::ElideRight);
    m_view->header()->setContextMenuPolicy(Qt::CustomContextMenu);
    auto* delegate = new RunDelegate(m_context.selection, m_view);
    m_view->setItemDelegate(delegate);
    connect(delegate, &RunDelegate::colourWanted, this, &RunListPanel::chooseColour);
    connect(delegate, &RunDelegate::starToggled, this,
            [this](const QString& id, bool starred) { m_actions->setStarred({id}, starred); });
    connect(m_view, &QTreeView::doubleClicked, this, &RunListPanel::open); // some desktops activate by one click
    connect(m_view, &QTreeView::customContextMenuRequested, this, &RunListPanel::showMenu);
    connect(m_view->header(), &QWidget::customContextMenuRequested, this, &RunListPanel::chooseColumns);
    connect(m_view->header(), &QHeaderView::sectionMoved, this, &RunListPanel::readOrderFromHeader,
            Qt::QueuedConnection);
    connect(m_view->header(), &QHeaderView::sectionResized, this, [this](int section, int, int size) {
        if (section < m_model->columns().size() && size > 0) m_widths[m_model->columns()[section].key()] = size;
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunListPanel::updateActions);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        const RunRow* row = m_model->row(now);
        if (row && row->isRun() && !m_following) m_context.selection->setCurrentRun(row->id);
    });
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &RunListPanel::expandGroups);
    connect(m_model, &RunListModel::aboutToArrange, this, &RunListPanel::noteScroll);
    connect(m_model, &RunListModel::arranged, this, &RunListPanel::keepScroll);
}

void RunListPanel::makeActions()
{
    const auto make = [this](const char* name, const QString& text, const QString& tip, const QKeySequence& keys) {
        auto* action = new QAction(text, this);
        action->setObjectName(QLatin1String(name));
        action->setToolTip(tip);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        return action;
    };
    m_show_deleted = make("showDeleted", tr("Show deleted"), tr("List deleted runs too"), {});
    m_show_deleted->setCheckable(true);
    connect(m_show_deleted, &QAction::toggled, this, [this](bool on) {
        m_model->setShowDeleted(on);
        updateEmpty();
        updateFoot();
    });
    auto* open_run = make("openRun", tr("Show run"), tr("Make it the current run and tick it (Enter)"), {});
    open_run->setShortcuts({Qt::Key_Return, Qt::Key_Enter});
    open_run->setShortcutContext(Qt::WidgetShortcut);
    m_view->addAction(open_run);
    connect(open_run, &QAction::triggered, this, [this] { open(m_view->currentIndex()); });
    connect(make("chooseColumns", tr("Columns…"), tr("Choose and order columns: metrics and settings too"), {}),
            &QAction::triggered, this, &RunListPanel::chooseColumns);
    connect(make("exportRunTable", tr("Export table as CSV…"), tr("Write the listed runs with their columns"), {}),
            &QAction::triggered, this, &RunListPanel::exportTableOfRuns);
    connect(make("focusFilter", tr("Filter runs"), tr("Go to the filter"), {Qt::Key_Slash}), &QAction::triggered, this,
            [this] {
                m_filter->setFocus(Qt::ShortcutFocusReason);
                m_filter->selectAll();
            });
}

QWidget* RunListPanel::makeFoot()
{
    auto* foot = new QWidget(this);
    m_count = new QLabel(foot);
    m_count->setObjectName("runCount");
    auto* tools = new QToolBar(foot);
    tools->setObjectName("runTools");
    tools->setToolButtonStyle(Qt::ToolButtonTextOnly);
    for (const char* name : {"compareRuns", "starRuns", "tagRuns", "deleteRuns", "stopRuns", "resumeRuns"})
        tools->addAction(m_actions->action(name));
    auto* more = new QToolButton(foot);
    more->setObjectName("moreRunActions");
    more->setText(tr("More"));
    more->setPopupMode(QToolButton::InstantPopup);
    more->setMenu(new QMenu(more));
    connect(more->menu(), &QMenu::aboutToShow, this, [this, menu = more->menu()] {
        menu->clear();
        fillMenu(*menu);
    });
    auto* row = new QHBoxLayout;
    row->addWidget(tools, 1);
    row->addWidget(more);
    auto* layout = new QVBoxLayout(foot);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(m_count);
    return foot;
}

void RunListPanel::forwardSignals()
{
    connect(m_actions, &RunActions::newRunLike, this, &RunListPanel::newRunLike);
    connect(m_actions, &RunActions::controlRequested, this, &RunListPanel::controlRequested);
    connect(m_actions, &RunActions::resumeRequested, this, &RunListPanel::resumeRequested);
    connect(m_actions, &RunActions::exportRequested, this, &RunListPanel::exportRequested);
    connect(m_actions, &RunActions::importRequested, this, &RunListPanel::importRequested);
    connect(m_actions, &RunActions::compareRequested, this, &RunListPanel::compareRequested);
    connect(m_actions, &RunActions::removeFromQueue, this, &RunListPanel::removeFromQueue);
}

void RunListPanel::showPicture(const StorePicturePtr& picture)
{
    if (!picture->problem.isEmpty()) return; // the last complete picture stays; the window says what is wrong
    m_no_store_yet = picture->runs.empty() && picture->queue.empty();
    const bool had_rows = !m_model->rows().empty();
    m_model->setPicture(picture);
    const bool other_settings = std::exchange(m_settings, picture->settings) != picture->settings;
    if (other_settings) {
        m_words = FilterWords::of(m_model->rows(), seriesOf(m_model->columns()));
        updateGroupings();
        if (!m_filter->text().isEmpty()) applyFilter(); // some may have come that a term names
    }
    QStringList tags;
    for (const auto& run : picture->runs)
        for (const auto& tag : run.tags) tags << fromUtf8(tag);
    tags.removeDuplicates();
    m_actions->setKnownTags(tags);
    if (!had_rows && !m_model->rows().empty()) followCurrent();
    updateEmpty();
    updateActions();
}

void RunListPanel::setFilterText(const QString& text)
{
    m_filter->setText(text);
}

void RunListPanel::applyFilter()
{
    const RunFilter filter(m_filter->text(), m_words);
    m_model->setFilter(filter);
    QStringList problems;
    for (const auto& problem : filter.problems())
        problems << tr("Left out: %1 – %2").arg(m_filter->text().mid(problem.from, problem.length), problem.text);
    m_problem->setText(problems.join('\n'));
    m_problem->setVisible(!problems.isEmpty());
    QPalette colours = m_problem->palette();
    colours.setColor(QPalette::WindowText, stateColours(palette()).bad);
    m_problem->setPalette(colours);
    m_filter->mark(filter.problems());
    updateEmpty();
    updateFoot();
}

void RunListPanel::updateGroupings()
{
    auto all = groupings(m_model->rows());
    if (std::none_of(all.begin(), all.end(), [this](const Grouping& one) { return one.key == m_grouping; }))
        all << Grouping{m_grouping, m_grouping}; // kept although no run differs in it now
    bool same = all.size() == m_group->count();
    for (int i = 0; same && i < m_group->count(); ++i) same = m_group->itemData(i).toString() == all[i].key;
    if (same) return;
    const QSignalBlocker quiet(m_group);
    m_group->clear();
    for (const auto& one : all) m_group->addItem(one.text, one.key);
    m_group->setCurrentIndex(m_group->findData(m_grouping));
    m_model->setGrouping(m_grouping);
}

void RunListPanel::expandGroups()
{
    m_view->setRootIsDecorated(!m_grouping.isEmpty());
    for (int row = 0; row < m_model->rowCount() && !m_grouping.isEmpty(); ++row) {
        const QModelIndex group = m_model->index(row, 0);
        if (m_model->rowCount(group) == 0) m_view->expand(group); // it has just come: its rows follow
    }
}

void RunListPanel::updateEmpty()
{
    const bool empty = m_model->rowCount() == 0;
    const bool filtered = empty && !m_filter->text().isEmpty() && !m_no_store_yet;
    if (empty && m_no_store_yet)
        m_empty->setText(tr("No runs yet.\n\nLaunch one from the set-up page, or train in a terminal with\n"
                            "switchyard-cli train demo\nIt appears here while it trains."));
    else if (filtered)
        m_empty->setText(tr("No run matches the filter."));
    else
        m_empty->setText(tr("All runs are deleted.\nShow them with More › Show deleted."));
    m_clear->setVisible(filtered);
    m_pages->setCurrentIndex(empty ? 1 : 0);
}

void RunListPanel::updateFoot()
{
    int kept = 0;
    for (const auto& row : m_model->rows()) kept += !row.run->deleted;
    const int listed = m_model->listedRuns(), selected = int(selectedIds().size());
    QString text = listed < kept ? tr("%1 of %2").arg(QLocale().toString(listed), runsText(kept)) : runsText(listed);
    if (selected > 1) text += tr(" · %1 selected").arg(selected);
    const auto shown = m_context.selection->shownRuns().size();
    if (shown > 0) text += tr(" · %1 shown").arg(shown);
    m_count->setText(text);
}

void RunListPanel::updateActions()
{
    std::vector<RunRow> rows;
    for (const auto& id : selectedIds())
        if (const auto* row = m_model->row(id)) rows.push_back(*row);
    m_actions->setRows(std::move(rows));
    updateFoot();
}

QStringList RunListPanel::selectedIds() const
{
    QStringList ids;
    QModelIndexList rows = m_view->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) {
        const auto place = [](const QModelIndex& index) {
            return index.parent().isValid() ? std::pair(index.parent().row(), index.row()) : std::pair(index.row(), -1);
        };
        return place(a) < place(b);
    });
    for (const auto& index : rows) ids << m_model->idsBelow(index);
    ids.removeDuplicates();
    return ids;
}

void RunListPanel::select(const QStringList& ids)
{
    QItemSelection selection;
    for (const auto& id : ids) {
        const QModelIndex index = m_model->indexOf(id);
        if (index.isValid()) selection.select(index, index);
    }
    m_view->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    followCurrent();
}

void RunListPanel::followCurrent()
{
    const QModelIndex index = m_model->indexOf(m_context.selection->currentRun());
    m_view->viewport()->update(); // the name in bold
    if (!index.isValid() || index == m_view->currentIndex().siblingAtColumn(0)) return;
    m_following = true;
    const bool chosen = m_view->selectionModel()->isRowSelected(index.row(), index.parent());
    m_view->selectionModel()->setCurrentIndex(index,
                                              chosen ? QItemSelectionModel::NoUpdate
                                                     : QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_following = false;
}

void RunListPanel::open(const QModelIndex& index)
{
    const RunRow* row = m_model->row(index);
    if (!row || !row->isRun()) return;
    m_context.selection->setCurrentRun(row->id);
    m_context.selection->setShown(row->id, true);
}

void RunListPanel::noteScroll()
{
    m_listed = m_model->listedRuns();
    const bool scrolled = m_view->verticalScrollBar()->value() > 0;
    m_top =
        scrolled ? QPersistentModelIndex(m_view->indexAt(QPoint(1, 1)).siblingAtColumn(0)) : QPersistentModelIndex();
}

/// Rows that come or go above must not move what is being read.
void RunListPanel::keepScroll()
{
    if (m_top.isValid() && m_listed != m_model->listedRuns()) m_view->scrollTo(m_top, QTreeView::PositionAtTop);
    m_top = QPersistentModelIndex();
}

void RunListPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_problem->isVisible()) applyFilter();
}

} // namespace sy
