// A served model: `switchyard-cli serve RUN --checkpoint C`, kept warm, asked in JSON lines (docs/serve.md).
#pragma once

#include <QObject>
#include <QPointer>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <functional>
#include <map>

#include <nlohmann/json.hpp>

class QTimer;

namespace sy {

struct PageContext;

/// What the served model says of itself when it is ready.
struct ServedModel {
    QString run, name; ///< id and name
    int64_t step = 0;  ///< of the checkpoint
    QStringList layers, languages;
    int experts = 1;
};

/// One child process. Requests wait their turn; answers come on the GUI thread in the order asked. A request whose
/// receiver is gone is answered to nobody. Destruction ends the child, without waiting for it.
class ServeClient : public QObject {
    Q_OBJECT

public:
    using Answer = std::function<void(const nlohmann::json& result)>;
    using Failure = std::function<void(const QString& problem)>;
    using Progress = std::function<void(double share)>; ///< in [0, 1]

    ServeClient(const PageContext& context, QObject* parent = nullptr);
    ~ServeClient() override;

    /// Starts the child for this run and checkpoint ("last", "best" or a step), or keeps the one that serves it. What
    /// waits for another model is forgotten.
    void open(const QString& run, const QString& checkpoint);
    void close();
    bool isReady() const { return m_ready; }
    bool isBusy() const { return !m_waiting.empty(); }
    const ServedModel& model() const { return m_model; } ///< of the last child that was ready
    QString run() const { return m_run; }
    QString checkpoint() const { return m_checkpoint; }
    /// A child that nothing was asked of for so long ends, to free its memory; the next request starts it anew.
    void setIdleLimit(int ms);

    /// {"verb": ..., ...}; starts when the child is ready. `receiver` gone = no callback. A failure that nobody takes
    /// is told by failed().
    void ask(QObject* receiver, nlohmann::json request, Answer answer, Failure failure = {}, Progress progress = {});
    /// Forgets what waits; what is being worked on ends with its child, which is started anew at the next request.
    void cancel();

Q_SIGNALS:
    void ready();
    void busyChanged(bool busy);
    void failed(const QString& problem); ///< the child could not start or ended: what it wrote last

private:
    struct Waiting {
        QPointer<QObject> receiver;
        nlohmann::json request;
        Answer answer;
        Failure failure;
        Progress progress;
        bool sent = false;
    };
    void start();
    void retire();
    void readLines();
    void readErrors();
    void take(const nlohmann::json& line);
    void takeReady(const nlohmann::json& model);
    void ended();
    void send();
    void failAll(const QString& problem);
    void forget();
    void tellBusy();
    QString lastWords() const;

    QString m_cli, m_database;
    QString m_run, m_checkpoint;
    QProcess* m_process = nullptr;
    QTimer* m_idle;
    QByteArray m_partial, m_errors;
    bool m_ready = false, m_told_busy = false;
    ServedModel m_model;
    int64_t m_next_id = 1;
    std::map<int64_t, Waiting> m_waiting; ///< by id: the order asked; only the first is sent
};

} // namespace sy
