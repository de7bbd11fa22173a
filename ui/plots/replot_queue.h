// Draws one chart a turn of the event loop, so that many charts that change at once never stall the window.
#pragma once

#include <QList>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <functional>

namespace sy {

class ReplotQueue : public QObject {
    Q_OBJECT

public:
    static ReplotQueue& instance(); ///< of the GUI thread; lives as long as the application

    /// Calls `replot` soon, once for many requests; never after `chart` is gone.
    void request(QObject* chart, std::function<void()> replot);

private:
    explicit ReplotQueue(QObject* parent);
    void next();

    struct Entry {
        QPointer<QObject> chart;
        std::function<void()> replot;
    };
    QList<Entry> m_entries;
    QTimer m_timer;
};

} // namespace sy
