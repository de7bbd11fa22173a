#include "ui/window/queue_model.h"

#include "ui/models/text.h"
#include "ui/runs/run_end.h"

#include <algorithm>

namespace sy {

namespace {

bool sameRows(const std::vector<QueueEntry>& a, const std::vector<QueueEntry>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const QueueEntry& left, const QueueEntry& right) { return left.key == right.key; });
}

double tookSeconds(const QueueEntry& entry)
{
    return entry.started_ms > 0 && entry.ended_ms > 0 ? double(entry.ended_ms - entry.started_ms) / 1000 : -1;
}

} // namespace

QString endText(const QueueEntry& entry)
{
    if (entry.signal) return QueueModel::tr("killed by %1").arg(signalName(*entry.signal));
    return entry.exit_status ? QueueModel::tr("exit status %1").arg(*entry.exit_status) : QString();
}

void QueueModel::setEntries(std::vector<QueueEntry> entries, const std::map<std::string, std::string>& names)
{
    std::reverse(entries.begin(), entries.end());
    m_names = names;
    if (!sameRows(entries, m_entries)) {
        beginResetModel();
        m_entries = std::move(entries);
        endResetModel();
        return;
    }
    m_entries = std::move(entries);
    if (!m_entries.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int QueueModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int QueueModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString QueueModel::what(const QueueEntry& entry) const
{
    const auto& request = entry.request;
    const auto named = [&](const std::string& id) {
        const auto found = m_names.find(id);
        return fromUtf8(found == m_names.end() ? id : found->second);
    };
    if (!request.resume.empty()) return tr("resume %1").arg(named(request.resume));
    if (!entry.run.empty()) return named(entry.run);
    return fromUtf8(request.name.empty() ? request.preset : request.name);
}

QString QueueModel::text(const QueueEntry& entry, int column) const
{
    switch (column) {
    case WhatColumn:
        return what(entry);
    case DeviceColumn:
        return fromUtf8(entry.request.device);
    case StateColumn:
        return queueStateText(entry.state);
    case AddedColumn:
        return timeText(entry.added_ms);
    case StartedColumn:
        return timeText(entry.started_ms);
    case TookColumn:
        return tookSeconds(entry) < 0 ? QString() : durationText(tookSeconds(entry));
    case EndColumn:
        return endText(entry);
    default:
        return {};
    }
}

QVariant QueueModel::sortValue(const QueueEntry& entry, int column) const
{
    switch (column) {
    case AddedColumn:
        return qlonglong(entry.added_ms);
    case StartedColumn:
        return qlonglong(entry.started_ms);
    case TookColumn:
        return tookSeconds(entry);
    default:
        return text(entry, column);
    }
}

QVariant QueueModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& entry = m_entries[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(entry, index.column());
    case SortRole:
        return sortValue(entry, index.column());
    case KeyRole:
        return qlonglong(entry.key);
    case RunRole:
        return fromUtf8(entry.run);
    case WaitingRole:
        return entry.state == QueueState::Waiting;
    case LogRole:
        return fromUtf8(entry.log_tail);
    default:
        return {};
    }
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
    case WhatColumn:
        return tr("What");
    case DeviceColumn:
        return tr("Device");
    case StateColumn:
        return tr("State");
    case AddedColumn:
        return tr("Added");
    case StartedColumn:
        return tr("Started");
    case TookColumn:
        return tr("Took");
    default:
        return tr("Ended with");
    }
}

} // namespace sy
