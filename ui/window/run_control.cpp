#include "ui/window/run_control.h"

#include "core/base/files.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"
#include "ui/models/text.h"

#include <QProcess>
#include <QTimer>

#include <algorithm>
#include <set>

namespace sy {

namespace {

constexpr int64_t patience_ms = 60000;     ///< for an answer: a step or an evaluation may come before it
constexpr int64_t worker_start_ms = 10000; ///< until a worker that was started is expected to hold its lock
constexpr int ask_every_ms = 200;
constexpr int64_t attention_ms = 60000; ///< after which a launch that had to wait moves nothing under the user's hands

QString answerText(const Command& command)
{
    if (command.answer.is_object() && command.answer.contains("error") && command.answer["error"].is_string())
        return fromUtf8(command.answer["error"].get<std::string>());
    return fromUtf8(command.answer.dump());
}

} // namespace

RunControl::RunControl(const PageContext& context, QObject* parent)
    : QObject(parent), m_context(context), m_timer(new QTimer(this))
{
    m_timer->setInterval(ask_every_ms);
    connect(m_timer, &QTimer::timeout, this, &RunControl::ask);
}

QString RunControl::nameOf(const std::string& id) const
{
    const auto* run = m_context.watch->picture()->find(id);
    return fromUtf8(run ? run->name : id);
}

void RunControl::launch(const LaunchRequest& request)
{
    const auto failed = [this](const QString& problem) { Q_EMIT refused(tr("Not launched: %1").arg(problem)); };
    auto key = std::make_shared<int64_t>(0);
    m_context.access->write(
        this, [request, key](Store& store) { *key = store.enqueue(request); },
        [this, request, key] {
            m_launches.push_back({*key, nowMs()});
            startWorker(request.device);
            const QString what = fromUtf8(request.name.empty() ? request.preset : request.name);
            Q_EMIT done(tr("%1 is queued on %2").arg(what, fromUtf8(request.device)));
            m_context.watch->lookNow();
        },
        failed);
}

void RunControl::resume(const QStringList& ids)
{
    for (const auto& id : ids) {
        const auto* run = m_context.watch->picture()->find(id);
        LaunchRequest request;
        request.resume = id.toStdString();
        request.device = run && !run->device.empty() ? run->device : "cpu";
        const QString name = nameOf(request.resume);
        m_context.access->write(
            this, [request](Store& store) { store.enqueue(request); },
            [this, request, name] {
                startWorker(request.device);
                Q_EMIT done(tr("%1 goes on from its last checkpoint").arg(name));
                m_context.watch->lookNow();
            },
            [this, name](const QString& problem) { Q_EMIT refused(tr("%1 is not resumed: %2").arg(name, problem)); });
    }
}

void RunControl::send(const QStringList& ids, const QString& verb)
{
    for (const auto& id : ids) {
        const QString name = nameOf(id.toStdString());
        auto command = std::make_shared<int64_t>(0);
        m_context.access->write(
            this,
            [id, verb, command](Store& store) {
                *command = store.sendCommand(id.toStdString(), verb.toStdString(), nlohmann::json::object());
            },
            [this, id, verb, name, command] {
                m_sent.push_back({*command, id, verb, nowMs()});
                m_timer->start();
                Q_EMIT done(tr("%1: %2 …").arg(name, verb));
            },
            [this, name, verb](const QString& problem) {
                Q_EMIT refused(tr("%1: %2 was refused: %3").arg(name, verb, problem));
            });
    }
}

void RunControl::ask()
{
    if (m_sent.empty()) {
        m_timer->stop();
        return;
    }
    std::vector<int64_t> ids;
    for (const auto& sent : m_sent) ids.push_back(sent.command);
    m_context.access->read(
        this,
        [ids](const Store& store) {
            std::vector<Command> commands;
            for (const int64_t id : ids) commands.push_back(store.command(id));
            return commands;
        },
        [this](const std::vector<Command>& commands) {
            for (const auto& command : commands) report(command);
        });
}

void RunControl::report(const Command& command)
{
    const auto sent = std::find_if(m_sent.begin(), m_sent.end(),
                                   [&](const Sent& candidate) { return candidate.command == command.id; });
    if (sent == m_sent.end()) return;
    const QString name = nameOf(sent->run.toStdString());
    const auto* run = m_context.watch->picture()->find(sent->run);
    if (command.state == "done")
        Q_EMIT done(tr("%1: %2 is done").arg(name, sent->verb));
    else if (command.state == "failed")
        Q_EMIT refused(tr("%1: %2 failed: %3").arg(name, sent->verb, answerText(command)));
    else if (run && run->status == RunStatus::Interrupted)
        Q_EMIT refused(tr("%1 ended before it answered %2").arg(name, sent->verb));
    else if (nowMs() - sent->sent_ms > patience_ms)
        Q_EMIT refused(tr("%1 has not answered %2 within %3 s; the command stays queued")
                           .arg(name, sent->verb)
                           .arg(patience_ms / 1000));
    else
        return; // still to come
    m_sent.erase(sent);
}

void RunControl::removeFromQueue(qint64 key)
{
    m_context.access->write(
        this, [key](Store& store) { store.removeQueued(key); }, [this] { m_context.watch->lookNow(); },
        [this](const QString& problem) { Q_EMIT refused(problem); });
}

void RunControl::follow(const StorePicture& picture)
{
    std::set<std::string> waiting;
    for (const auto& entry : picture.queue) {
        if (entry.state == QueueState::Waiting) waiting.insert(entry.request.device);
        const auto launch = std::find_if(m_launches.begin(), m_launches.end(),
                                         [&](const Launch& candidate) { return candidate.key == entry.key; });
        const bool over = entry.state == QueueState::Failed || entry.state == QueueState::Removed;
        if (launch == m_launches.end() || (entry.run.empty() && !over) || (!over && !picture.find(entry.run))) continue;
        const bool at_once = nowMs() - launch->time_ms < attention_ms;
        m_launches.erase(launch);
        if (!entry.run.empty()) Q_EMIT launched(fromUtf8(entry.run), at_once);
    }
    for (const auto& device : waiting) startWorker(device);
}

void RunControl::startWorker(const std::string& device)
{
    auto& started = m_worker_started_ms[fromUtf8(device)];
    if (nowMs() - started < worker_start_ms || queueHasWorker(m_context.paths, device)) return;
    started = nowMs();
    QProcess worker;
    worker.setProgram(m_context.cli);
    worker.setArguments({"queue", "work", "--device", fromUtf8(device), "--store",
                         QString::fromStdString(m_context.paths.database.string())});
    worker.setStandardInputFile(QProcess::nullDevice());
    worker.setStandardOutputFile(QProcess::nullDevice());
    worker.setStandardErrorFile(QProcess::nullDevice());
    if (!worker.startDetached()) // in a session of its own: it outlives this window
        Q_EMIT refused(tr("The queue of %1 is not served: cannot start %2").arg(fromUtf8(device), m_context.cli));
}

} // namespace sy
