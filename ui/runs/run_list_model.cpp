#include "ui/models/run_list_model.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <limits>
#include <optional>

namespace sy {

namespace {

bool hasId(const std::vector<RunSummary>& runs, const std::string& id)
{
    return std::any_of(runs.begin(), runs.end(), [&](const RunSummary& run) { return run.id == id; });
}

std::optional<double> lastLoss(const RunSummary& run)
{
    const auto found = run.last.find("valid/cross_entropy");
    return found == run.last.end() ? std::nullopt : std::optional(found->second);
}

QString lossText(std::optional<double> loss)
{
    return loss ? QLocale().toString(*loss, 'f', 3) : QString();
}

/// In [0, 1].
double progress(const RunSummary& run)
{
    return run.steps > 0 ? std::clamp(double(run.step) / double(run.steps), 0.0, 1.0) : 0;
}

double lossOrder(std::optional<double> loss)
{
    return loss && *loss == *loss ? *loss : std::numeric_limits<double>::infinity();
}

QString columnToolTip(int column)
{
    switch (column) {
    case RunListModel::BestColumn:
        return RunListModel::tr("Lowest cross entropy on the validation split, in nats per target token");
    case RunListModel::LastColumn:
        return RunListModel::tr("Latest cross entropy on the validation split, in nats per target token");
    case RunListModel::StatusColumn:
        return RunListModel::tr("Interrupted: neither alive nor ended; switchyard-cli resume goes on with it");
    default:
        return {};
    }
}

} // namespace

QString statusText(RunStatus status)
{
    switch (status) {
    case RunStatus::Queued:
        return RunListModel::tr("queued");
    case RunStatus::Starting:
        return RunListModel::tr("starting");
    case RunStatus::Running:
        return RunListModel::tr("running");
    case RunStatus::Paused:
        return RunListModel::tr("paused");
    case RunStatus::Finished:
        return RunListModel::tr("finished");
    case RunStatus::Stopped:
        return RunListModel::tr("stopped");
    case RunStatus::Failed:
        return RunListModel::tr("failed");
    case RunStatus::Interrupted:
        return RunListModel::tr("interrupted");
    }
    return {};
}

QString timeText(int64_t ms)
{
    return ms > 0 ? QLocale().toString(QDateTime::fromMSecsSinceEpoch(ms), QLocale::ShortFormat) : QString();
}

void RunListModel::setRuns(std::vector<RunSummary> runs)
{
    removeAbsent(runs);
    if (!sameOrder(runs)) {
        beginResetModel();
        m_runs = std::move(runs);
        endResetModel();
        return;
    }
    for (size_t row = 0; row < runs.size(); ++row) {
        const int place = static_cast<int>(row);
        if (row < m_runs.size() && m_runs[row].id == runs[row].id) {
            m_runs[row] = std::move(runs[row]);
            Q_EMIT dataChanged(index(place, 0), index(place, ColumnCount - 1));
        } else {
            beginInsertRows({}, place, place);
            m_runs.insert(m_runs.begin() + place, std::move(runs[row]));
            endInsertRows();
        }
    }
}

void RunListModel::removeAbsent(const std::vector<RunSummary>& runs)
{
    for (int row = static_cast<int>(m_runs.size()) - 1; row >= 0; --row) {
        if (hasId(runs, m_runs[static_cast<size_t>(row)].id)) continue;
        beginRemoveRows({}, row, row);
        m_runs.erase(m_runs.begin() + row);
        endRemoveRows();
    }
}

bool RunListModel::sameOrder(const std::vector<RunSummary>& runs) const
{
    auto next = m_runs.begin();
    for (const auto& run : runs)
        if (next != m_runs.end() && next->id == run.id) ++next;
    return next == m_runs.end();
}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& run = m_runs[static_cast<size_t>(index.row())];
    const bool words = index.column() == NameColumn || index.column() == StatusColumn;
    switch (role) {
    case Qt::DisplayRole:
        return text(run, index.column());
    case SortRole:
        return sortValue(run, index.column());
    case IdRole:
        return QString::fromStdString(run.id);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((words ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QString RunListModel::text(const RunSummary& run, int column) const
{
    const QLocale locale;
    switch (column) {
    case NameColumn:
        return QString::fromStdString(run.name);
    case StatusColumn:
        return statusText(run.status);
    case ProgressColumn:
        return tr("%1 %").arg(locale.toString(100 * progress(run), 'f', 0));
    case StepColumn:
        return tr("%1 / %2").arg(locale.toString(qlonglong(run.step)), locale.toString(qlonglong(run.steps)));
    case BestColumn:
        return lossText(run.best_valid);
    case LastColumn:
        return lossText(lastLoss(run));
    case StartedColumn:
        return timeText(run.started_ms);
    default:
        return {};
    }
}

QVariant RunListModel::sortValue(const RunSummary& run, int column) const
{
    switch (column) {
    case NameColumn:
        return QString::fromStdString(run.name);
    case StatusColumn:
        return static_cast<int>(run.status);
    case ProgressColumn:
        return progress(run);
    case StepColumn:
        return qlonglong(run.step);
    case BestColumn:
        return lossOrder(run.best_valid);
    case LastColumn:
        return lossOrder(lastLoss(run));
    case StartedColumn:
        return qlonglong(run.started_ms);
    default:
        return {};
    }
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::ToolTipRole) return columnToolTip(section);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case NameColumn:
        return tr("Run");
    case StatusColumn:
        return tr("Status");
    case ProgressColumn:
        return tr("Progress");
    case StepColumn:
        return tr("Step");
    case BestColumn:
        return tr("Best loss");
    case LastColumn:
        return tr("Last loss");
    default:
        return tr("Started");
    }
}

} // namespace sy
