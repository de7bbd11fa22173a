// Launching, resuming and commanding runs: through the store and through processes of their own.
#pragma once

#include "ui/models/launch.h"
#include "ui/models/page_context.h"

#include <QHash>
#include <QObject>
#include <QStringList>

class QTimer;

namespace sy {

struct StorePicture;

class RunControl : public QObject {
    Q_OBJECT

public:
    explicit RunControl(const PageContext& context, QObject* parent = nullptr);

    void launch(const LaunchRequest& request);
    /// Puts resumptions into the queues of the runs' devices.
    void resume(const QStringList& ids);
    /// pause, resume, checkpoint, evaluate, stop: answered by the trainer between two steps. Never blocks.
    void send(const QStringList& ids, const QString& verb);
    void removeFromQueue(qint64 key);
    /// Tells of launches that became runs, and starts a worker for every device that has entries waiting and none
    /// that serves it.
    void follow(const StorePicture& picture);

Q_SIGNALS:
    void done(const QString& text);    ///< for the status bar
    void refused(const QString& text); ///< names the thing and the rule
    /// A launch of this window was registered as a run. `at_once`: the user still waits for it.
    void launched(const QString& id, bool at_once);

private:
    struct Sent {
        int64_t command = 0;
        QString run, verb;
        int64_t sent_ms = 0;
    };
    void ask();
    void report(const Command& command);
    void startWorker(const std::string& device);
    QString nameOf(const std::string& id) const;

    PageContext m_context;
    std::vector<Sent> m_sent; ///< commands without an answer yet
    struct Launch {
        int64_t key, time_ms;
    };
    std::vector<Launch> m_launches; ///< queue entries that are no runs yet
    QTimer* m_timer;
    QHash<QString, int64_t> m_worker_started_ms; ///< by device
};

} // namespace sy
