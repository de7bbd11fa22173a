#include "ui/plots/replot_queue.h"

#include <QCoreApplication>

#include <algorithm>

namespace sy {

ReplotQueue& ReplotQueue::instance()
{
    static QPointer<ReplotQueue> queue;
    if (!queue) queue = new ReplotQueue(QCoreApplication::instance());
    return *queue;
}

ReplotQueue::ReplotQueue(QObject* parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ReplotQueue::next);
}

void ReplotQueue::request(QObject* chart, std::function<void()> replot)
{
    const bool waiting =
        std::any_of(m_entries.begin(), m_entries.end(), [&](const Entry& e) { return e.chart == chart; });
    if (waiting) return;
    m_entries.append({chart, std::move(replot)});
    if (!m_timer.isActive()) m_timer.start(0);
}

void ReplotQueue::next()
{
    if (m_entries.isEmpty()) return;
    const Entry entry = m_entries.takeFirst();
    if (!m_entries.isEmpty()) m_timer.start(0);
    if (entry.chart) entry.replot();
}

} // namespace sy
