#include "ui/runs/run_actions.h"

#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"
#include "ui/runs/notice_bar.h"
#include "ui/runs/tag_dialog.h"
#include "ui/runs/words.h"

#include "core/base/error.h"

#include <QApplication>
#include <QClipboard>
#include <QInputDialog>
#include <QMessageBox>
#include <QPushButton>

#include <memory>

namespace sy {

namespace {

bool isRun(const RunRow& row)
{
    return row.isRun();
}

bool isKept(const RunRow& row)
{
    return row.isRun() && !row.run->deleted;
}

bool isDeleted(const RunRow& row)
{
    return row.isRun() && row.run->deleted;
}

bool waits(const RunRow& row)
{
    return row.queue_place > 0;
}

bool isActive(const RunRow& row)
{
    return row.isRun() && row.run->status == RunStatus::Running;
}

bool isPaused(const RunRow& row)
{
    return row.isRun() && row.run->status == RunStatus::Paused;
}

bool isLive(const RunRow& row)
{
    return row.isLive();
}

/// A run of this machine that ended before its last step.
bool canGoOn(const RunRow& row)
{
    const RunStatus status = row.run->status;
    return isKept(row) && !row.queue && row.run->origin.empty() &&
           (status == RunStatus::Interrupted || status == RunStatus::Stopped || status == RunStatus::Failed);
}

bool canBeRemoved(const RunRow& row)
{
    return isKept(row) || waits(row);
}

} // namespace

RunActions::RunActions(const PageContext& context, NoticeBar* notice, QWidget* page)
    : QObject(page), m_context(context), m_notice(notice), m_page(page)
{
    const auto needs = [this](QAction* action, Pick fits) { m_needs.insert(action, fits); };
    const auto gap = [this] { m_menu << nullptr; };
    needs(add("showRuns", tr("Show or hide"), tr("Tick or untick for charts and comparison"), {Qt::Key_Space},
              &RunActions::toggleShown),
          isRun);
    needs(add("compareRuns", tr("Compare"), tr("Show just these and compare them"), {Qt::Key_C}, &RunActions::compare),
          isRun);
    needs(add("newRunLike", tr("New run like this"), tr("Set up a run with this one's configuration"),
              {Qt::CTRL | Qt::Key_D}, &RunActions::likeSelected),
          isRun);
    gap();
    needs(add("starRuns", tr("Star"), tr("Mark as favourite, or take the mark away"), {Qt::Key_S},
              &RunActions::toggleStar),
          isRun);
    needs(add("tagRuns", tr("Tags…"), tr("Add and remove tags"), {Qt::Key_T}, &RunActions::editTags), isRun);
    needs(add("noteRuns", tr("Note…"), tr("Write a note"), {Qt::Key_N}, &RunActions::editNote), isRun);
    needs(add("copyNames", tr("Copy names"), tr("Copy the names, one a line"), QKeySequence::Copy,
              &RunActions::copyNames),
          isRun);
    gap();
    addControl("pauseRuns", tr("Pause"), tr("Pause after the step under way"), "pause", isActive);
    addControl("unpauseRuns", tr("Go on"), tr("Go on after a pause"), "resume", isPaused);
    addControl("checkpointRuns", tr("Checkpoint now"), tr("Write a checkpoint after the step under way"), "checkpoint",
               isLive);
    addControl("evaluateRuns", tr("Evaluate now"), tr("Evaluate after the step under way"), "evaluate", isLive);
    addControl("stopRuns", tr("Stop"), tr("Write a checkpoint and end; it can be resumed"), "stop", isLive);
    needs(add("resumeRuns", tr("Resume training"), tr("Go on from the last checkpoint of an ended run"), {},
              &RunActions::resumeEnded),
          canGoOn);
    gap();
    needs(add("exportRuns", tr("Export bundle…"), tr("Write the runs to one file for another machine"), {},
              &RunActions::exportSelected),
          isRun);
    auto* import = add("importRuns", tr("Import bundle…"), tr("Take in runs from another machine"), {}, nullptr);
    connect(import, &QAction::triggered, this, &RunActions::importRequested);
    gap();
    needs(add("deleteRuns", tr("Delete"), tr("Hide from the list; can be undone. A waiting one leaves the queue"),
              QKeySequence::Delete, &RunActions::removeSelected),
          canBeRemoved);
    add("undoDelete", tr("Undo delete"), tr("Bring back what was deleted last"), QKeySequence::Undo, &RunActions::undo);
    needs(add("restoreRuns", tr("Restore"), tr("Bring deleted runs back"), {}, &RunActions::restoreSelected),
          isDeleted);
    needs(add("purgeRuns", tr("Purge…"), tr("Remove deleted runs and their checkpoints for good"),
              {Qt::SHIFT | Qt::Key_Delete}, &RunActions::purgeSelected),
          isDeleted);
    update();
}

QAction* RunActions::add(const char* name, const QString& text, const QString& tip, const QKeySequence& keys,
                         void (RunActions::*slot)())
{
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setToolTip(keys.isEmpty() ? tip : tr("%1 (%2)").arg(tip, keys.toString(QKeySequence::NativeText)));
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    if (slot) connect(action, &QAction::triggered, this, slot);
    m_page->addAction(action);
    m_menu << action;
    return action;
}

QAction* RunActions::addControl(const char* name, const QString& text, const QString& tip, const char* verb, Pick fits)
{
    auto* action = add(name, text, tip, {}, nullptr);
    m_needs.insert(action, fits);
    connect(action, &QAction::triggered, this, [this, verb = QString::fromLatin1(verb), fits] {
        const QStringList targets = ids(fits);
        if (!targets.isEmpty()) Q_EMIT controlRequested(targets, verb);
    });
    return action;
}

QAction* RunActions::action(const char* name) const
{
    return findChild<QAction*>(QLatin1String(name), Qt::FindDirectChildrenOnly);
}

QList<QAction*> RunActions::menu() const
{
    return m_menu;
}

void RunActions::setRows(std::vector<RunRow> rows)
{
    m_rows = std::move(rows);
    update();
}

void RunActions::update()
{
    for (auto entry = m_needs.begin(); entry != m_needs.end(); ++entry)
        entry.key()->setEnabled(std::any_of(m_rows.begin(), m_rows.end(), entry.value()));
    action("newRunLike")->setEnabled(ids(isRun).size() == 1);
    action("undoDelete")->setEnabled(!m_removals.isEmpty());
    const bool starred = !m_rows.empty() && std::all_of(m_rows.begin(), m_rows.end(), [](const RunRow& row) {
        return !row.isRun() || row.run->starred;
    });
    action("starRuns")->setText(starred ? tr("Take star away") : tr("Star"));
}

QStringList RunActions::ids(Pick fits) const
{
    QStringList ids;
    for (const auto& row : m_rows)
        if (fits(row)) ids << row.id;
    return ids;
}

void RunActions::writeEach(const QStringList& ids, std::function<void(Store&, const std::string&)> job,
                           std::function<void(const QStringList&)> then)
{
    struct Outcome {
        QStringList done, problems;
    };
    if (ids.isEmpty()) return;
    auto outcome = std::make_shared<Outcome>();
    m_context.access->write(
        this,
        [ids, job = std::move(job), outcome](Store& store) {
            for (const auto& id : ids) {
                try {
                    job(store, id.toStdString());
                    outcome->done << id;
                } catch (const Error& error) { // the others go on
                    outcome->problems << fromUtf8(error.what());
                }
            }
        },
        [this, outcome, then = std::move(then)] {
            m_context.watch->lookNow();
            if (then && !outcome->done.isEmpty()) then(outcome->done);
            outcome->problems.removeDuplicates();
            if (!outcome->problems.isEmpty()) m_notice->showProblem(outcome->problems.join('\n'));
            update();
        },
        [this](const QString& problem) { m_notice->showProblem(problem); });
}

void RunActions::toggleShown()
{
    const QStringList runs = ids(isRun);
    QStringList shown = m_context.selection->shownRuns();
    const bool all = std::all_of(runs.begin(), runs.end(), [&](const QString& id) { return shown.contains(id); });
    for (const auto& id : runs) {
        if (all)
            shown.removeAll(id);
        else if (!shown.contains(id))
            shown << id;
    }
    m_context.selection->setShownRuns(shown);
}

void RunActions::compare()
{
    const QStringList runs = ids(isRun);
    if (runs.isEmpty()) return;
    m_context.selection->setShownRuns(runs);
    Q_EMIT compareRequested(runs);
}

void RunActions::likeSelected()
{
    const QStringList runs = ids(isRun);
    if (runs.size() == 1) Q_EMIT newRunLike(runs.first());
}

void RunActions::toggleStar()
{
    const auto without = [](const RunRow& row) { return row.isRun() && !row.run->starred; };
    const QStringList plain = ids(without);
    setStarred(plain.isEmpty() ? ids(isRun) : plain, !plain.isEmpty());
}

void RunActions::setStarred(const QStringList& ids, bool starred)
{
    writeEach(ids, [starred](Store& store, const std::string& id) { store.setStarred(id, starred); });
}

void RunActions::editTags()
{
    std::vector<const RunSummary*> runs;
    for (const auto& row : m_rows)
        if (row.isRun()) runs.push_back(row.run.get());
    const QStringList targets = ids(isRun);
    if (targets.isEmpty()) return;
    TagDialog dialog(runs, m_known_tags, m_page);
    if (dialog.exec() != QDialog::Accepted) return;
    writeEach(targets, [added = dialog.added(), removed = dialog.removed()](Store& store, const std::string& id) {
        for (const auto& tag : added) store.tag(id, tag.toStdString());
        for (const auto& tag : removed) store.untag(id, tag.toStdString());
    });
}

void RunActions::editNote()
{
    const QStringList targets = ids(isRun);
    if (targets.isEmpty()) return;
    QString before;
    for (const auto& row : m_rows)
        if (targets.size() == 1 && row.id == targets.first()) before = fromUtf8(row.run->note);
    bool ok = false;
    const QString label = targets.size() == 1 ? tr("Note:") : tr("Note for %1:").arg(runsText(targets.size()));
    const QString note = QInputDialog::getMultiLineText(m_page, tr("Note"), label, before, &ok);
    if (!ok || (note == before && targets.size() == 1)) return;
    writeEach(targets,
              [note](Store& store, const std::string& id) { store.setNote(id, note.trimmed().toStdString()); });
}

void RunActions::copyNames()
{
    QStringList names;
    for (const auto& row : m_rows)
        if (row.isRun()) names << fromUtf8(row.run->name);
    QApplication::clipboard()->setText(names.join('\n'));
}

void RunActions::resumeEnded()
{
    const QStringList runs = ids(canGoOn);
    if (!runs.isEmpty()) Q_EMIT resumeRequested(runs);
}

void RunActions::exportSelected()
{
    const QStringList runs = ids(isRun);
    if (!runs.isEmpty()) Q_EMIT exportRequested(runs);
}

void RunActions::removeSelected()
{
    for (const auto& row : m_rows)
        if (waits(row)) Q_EMIT removeFromQueue(row.queue->key);
    remove(ids([](const RunRow& row) { return isKept(row) && !waits(row); }));
}

void RunActions::remove(const QStringList& ids)
{
    writeEach(
        ids, [](Store& store, const std::string& id) { store.softDelete(id); },
        [this](const QStringList& done) {
            Removal removal{done, {}};
            QStringList shown = m_context.selection->shownRuns();
            for (const auto& id : done)
                if (shown.removeAll(id) > 0) removal.shown << id;
            m_context.selection->setShownRuns(shown);
            m_removals << removal;
            m_notice->offerUndo(tr("%1 deleted.").arg(runsText(done.size())), [this] { undo(); });
        });
}

void RunActions::undo()
{
    if (m_removals.isEmpty()) return;
    const Removal removal = m_removals.takeLast();
    m_notice->dismiss();
    writeEach(
        removal.ids, [](Store& store, const std::string& id) { store.undelete(id); },
        [this, removal](const QStringList&) {
            m_context.selection->setShownRuns(m_context.selection->shownRuns() + removal.shown);
        });
    update();
}

void RunActions::restoreSelected()
{
    writeEach(ids(isDeleted), [](Store& store, const std::string& id) { store.undelete(id); });
}

bool RunActions::confirmPurge(const std::vector<const RunSummary*>& runs)
{
    constexpr size_t named = 12;
    QStringList names;
    double bytes = 0;
    for (const auto* run : runs) {
        if (size_t(names.size()) < named) names << fromUtf8(run->name).simplified();
        bytes += double(run->checkpoint_bytes);
    }
    if (runs.size() > named) names << tr("and %1 more").arg(runs.size() - named);
    QMessageBox box(
        QMessageBox::Warning, tr("Purge"),
        tr("Remove %1 with %2 of checkpoints for good?").arg(runsText(qsizetype(runs.size())), bytesText(bytes)),
        QMessageBox::Cancel, m_page);
    box.setObjectName("purgeDialog");
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(names.join('\n') + "\n\n" + tr("This cannot be undone."));
    auto* purge = box.addButton(tr("Purge"), QMessageBox::DestructiveRole);
    purge->setObjectName("purgeButton");
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == purge;
}

void RunActions::purgeSelected()
{
    std::vector<const RunSummary*> runs;
    for (const auto& row : m_rows)
        if (isDeleted(row)) runs.push_back(row.run.get());
    const QStringList targets = ids(isDeleted);
    if (targets.isEmpty() || !confirmPurge(runs)) return;
    writeEach(
        targets, [](Store& store, const std::string& id) { store.purge(id); },
        [this](const QStringList& done) {
            m_context.selection->forget(done);
            for (auto& removal : m_removals)
                for (const auto& id : done) removal.ids.removeAll(id);
            m_removals.removeIf([](const Removal& removal) { return removal.ids.isEmpty(); });
        });
}

} // namespace sy
