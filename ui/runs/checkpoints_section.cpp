#include "ui/runs/checkpoints_section.h"

#include "ui/models/text.h"
#include "ui/runs/cell_table.h"

#include "core/base/error.h"

#include <QHeaderView>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

std::vector<int64_t> removableCheckpoints(const std::vector<CheckpointRecord>& checkpoints)
{
    int64_t best = -1, last = -1; // the last that was the best when written is the best
    for (const auto& checkpoint : checkpoints) {
        if (checkpoint.removed) continue;
        last = std::max(last, checkpoint.step);
        if (checkpoint.best) best = std::max(best, checkpoint.step);
    }
    std::vector<int64_t> steps;
    for (const auto& checkpoint : checkpoints)
        if (!checkpoint.removed && checkpoint.step != best && checkpoint.step != last) steps.push_back(checkpoint.step);
    return steps;
}

CheckpointsSection::CheckpointsSection(const PageContext& context, QWidget* parent)
    : DetailsSection(context, parent),
      m_table(new CellTable({{tr("Step"), {}, true},
                             {tr("Size"), tr("On the disk"), true},
                             {tr("Valid loss"), tr("Cross entropy at this step, nats per target token"), true},
                             {tr("Kept as"), tr("Best: lowest validation loss of all checkpoints"), false}},
                            this)),
      m_view(detailsList("runCheckpoints", tr("checkpoints"), m_table, this)),
      m_total(plainLabel("checkpointTotal", {}, this)), m_problem(plainLabel("checkpointProblem", {}, this)),
      m_remove(new QPushButton(tr("Delete…"), this)), m_keep(new QPushButton(tr("Keep only best and last…"), this))
{
    setColumnWidths(m_view, {"1,000,000", "1,023 MiB", tr("Valid loss")});
    m_total->setWordWrap(true);
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_remove->setObjectName("deleteCheckpoints");
    m_keep->setObjectName("keepBestAndLast");
    auto* row = new QHBoxLayout;
    row->addWidget(m_remove);
    row->addWidget(m_keep);
    row->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_total);
    layout->addWidget(m_problem);
    layout->addLayout(row);
    connect(m_remove, &QPushButton::clicked, this, &CheckpointsSection::removeSelected);
    connect(m_keep, &QPushButton::clicked, this, &CheckpointsSection::removeOthers);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CheckpointsSection::updateButtons);
    updateButtons();
}

void CheckpointsSection::clearRun()
{
    m_problem->hide();
    showCheckpoints({});
    m_total->clear();
}

void CheckpointsSection::load()
{
    fetch([id = run()](const Store& store) { return store.checkpoints(id); },
          [this](std::vector<CheckpointRecord> checkpoints) { showCheckpoints(std::move(checkpoints)); });
}

void CheckpointsSection::showSummary(const StorePicture&, const RunSummary&)
{
    updateButtons();
}

void CheckpointsSection::showCheckpoints(std::vector<CheckpointRecord> checkpoints)
{
    const auto gone =
        std::count_if(checkpoints.begin(), checkpoints.end(), [](const auto& one) { return one.removed; });
    std::erase_if(checkpoints, [](const auto& one) { return one.removed; });
    m_checkpoints = std::move(checkpoints);
    int64_t best = -1;
    double bytes = 0;
    for (const auto& checkpoint : m_checkpoints) {
        if (checkpoint.best) best = std::max(best, checkpoint.step);
        bytes += double(checkpoint.bytes);
    }
    QVector<CellRow> rows;
    for (const auto& checkpoint : m_checkpoints) {
        QStringList role;
        if (checkpoint.step == best) role << tr("best");
        if (&checkpoint == &m_checkpoints.back()) role << tr("last");
        const auto loss = checkpoint.valid_cross_entropy;
        rows << CellRow{{QLocale().toString(qlonglong(checkpoint.step)), qlonglong(checkpoint.step)},
                        {bytesText(double(checkpoint.bytes)), qlonglong(checkpoint.bytes)},
                        {loss ? lossText(*loss) : QString(), loss ? QVariant(*loss) : QVariant()},
                        {role.join(", "), {}, !role.isEmpty()}};
    }
    m_table->setRows(std::move(rows));
    QString total =
        m_checkpoints.empty()
            ? tr("No checkpoint on the disk.")
            : tr("%1 in %2 on the disk")
                  .arg(bytesText(bytes),
                       m_checkpoints.size() == 1 ? tr("1 checkpoint") : tr("%1 checkpoints").arg(m_checkpoints.size()));
    if (gone > 0) total += tr("; %1 removed earlier").arg(gone);
    m_total->setText(total);
    updateButtons();
}

std::vector<int64_t> CheckpointsSection::selectedSteps() const
{
    std::vector<int64_t> steps;
    for (const auto& row : m_view->selectionModel()->selectedRows())
        steps.push_back(row.data(CellTable::RawRole).toLongLong());
    return steps;
}

double CheckpointsSection::bytesOf(const std::vector<int64_t>& steps) const
{
    double bytes = 0;
    for (const auto& checkpoint : m_checkpoints)
        if (std::find(steps.begin(), steps.end(), checkpoint.step) != steps.end()) bytes += double(checkpoint.bytes);
    return bytes;
}

void CheckpointsSection::updateButtons()
{
    const bool live = isLive();
    const QString refusal = live ? tr("The run is alive: its trainer keeps its checkpoints") : QString();
    m_remove->setEnabled(!live && !selectedSteps().empty());
    m_keep->setEnabled(!live && !removableCheckpoints(m_checkpoints).empty());
    m_remove->setToolTip(live ? refusal : tr("Delete the files of the selected checkpoints"));
    m_keep->setToolTip(live ? refusal : tr("Delete the files of all others"));
}

void CheckpointsSection::removeSelected()
{
    const auto steps = selectedSteps();
    const bool all = steps.size() == m_checkpoints.size();
    remove(steps, all ? tr("Delete every checkpoint? The run cannot be resumed, evaluated or probed afterwards.")
                      : tr("Delete the selected checkpoints?"));
}

void CheckpointsSection::removeOthers()
{
    remove(removableCheckpoints(m_checkpoints), tr("Keep only the best and the last checkpoint?"));
}

void CheckpointsSection::remove(const std::vector<int64_t>& steps, const QString& question)
{
    if (steps.empty()) return;
    QStringList names;
    for (const int64_t step : steps) names << QLocale().toString(qlonglong(step));
    QMessageBox box(QMessageBox::Warning, tr("Delete checkpoints"), question, QMessageBox::Cancel, this);
    box.setObjectName("deleteCheckpointsDialog");
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(
        tr("Steps %1. This frees %2 and cannot be undone.").arg(names.join(", "), bytesText(bytesOf(steps))));
    auto* ok = box.addButton(tr("Delete"), QMessageBox::DestructiveRole);
    ok->setObjectName("confirmDelete");
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    if (box.clickedButton() != ok) return;
    context().access->write(
        this,
        [id = run(), steps](Store& store) {
            for (const int64_t step : steps) store.removeCheckpoint(id, step);
        },
        [this] {
            m_problem->hide();
            forget();
            refresh();
            context().watch->lookNow();
        },
        [this](const QString& problem) { showProblem(problem); });
}

void CheckpointsSection::showProblem(const QString& problem)
{
    m_problem->setText(problem);
    m_problem->show();
    forget(); // some may be gone
    context().watch->lookNow();
}

} // namespace sy
