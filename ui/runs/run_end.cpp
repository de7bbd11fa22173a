#include "ui/runs/run_end.h"

#include "ui/models/text.h"

#include <QCoreApplication>

#include <csignal>
#include <cstring>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("runs", text);
}

QString processEnd(const QueueEntry& entry)
{
    if (entry.signal) {
        const QString name = signalName(*entry.signal);
        if (*entry.signal == SIGKILL)
            return words("Its process was killed (%1): by hand, or by the system for want of memory.").arg(name);
        return words("Its process was ended by %1.").arg(name);
    }
    if (entry.exit_status && *entry.exit_status != 0)
        return words("Its process ended with exit status %1.").arg(*entry.exit_status);
    return {};
}

QString vanished(const RunSummary& run)
{
    const QString seen = timeText(run.heartbeat_ms);
    if (!run.origin.empty())
        return words("It was running on %1 when it was exported; its last sign of life there is of %2. A later bundle "
                     "tells how it went on.")
            .arg(fromUtf8(run.host), seen.isEmpty() ? words("an unknown time") : seen);
    return words("Gone without farewell: process %1 on %2 gave its last sign of life at %3.")
        .arg(run.pid)
        .arg(fromUtf8(run.host), seen.isEmpty() ? words("an unknown time") : seen);
}

} // namespace

QString signalName(int64_t signal)
{
    const char* name = signal > 0 && signal < NSIG ? ::sigabbrev_np(static_cast<int>(signal)) : nullptr;
    return name ? QStringLiteral("SIG") + QLatin1String(name) : words("signal %1").arg(signal);
}

RunEnd runEnd(const StorePicture& picture, const RunSummary& run)
{
    RunEnd end;
    const bool broken = run.status == RunStatus::Failed || run.status == RunStatus::Interrupted;
    const auto* entry = picture.queueEntryOf(run.id);
    const bool waits = std::any_of(picture.queue.begin(), picture.queue.end(), [&](const QueueEntry& one) {
        return one.request.resume == run.id && (one.state == QueueState::Waiting || one.state == QueueState::Starting);
    });
    end.can_resume = (broken || run.status == RunStatus::Stopped) && run.origin.empty() && !run.deleted && !waits;
    if (!broken) return end;
    QStringList reasons;
    if (!run.failure.empty()) reasons << fromUtf8(run.failure);
    // An entry that ended before the last sign of life tells of an earlier process.
    const bool tells = entry && entry->ended_ms > 0 && entry->ended_ms + 60000 >= run.heartbeat_ms;
    if (tells) {
        if (const QString how = processEnd(*entry); !how.isEmpty()) reasons << how;
        end.last_lines = fromUtf8(entry->log_tail).trimmed();
    }
    if (reasons.isEmpty()) reasons << vanished(run);
    end.reason = reasons.join('\n');
    return end;
}

} // namespace sy
