#include "ui/models/serve_client.h"

#include "ui/models/page_context.h"
#include "ui/models/text.h"

#include <QCoreApplication>
#include <QTimer>

namespace sy {

namespace {

constexpr int parting_ms = 100;             ///< that a destructor takes at most
constexpr int farewell_ms = 800;            ///< that a child has to end by itself
constexpr int idle_ms = 10 * 60 * 1000;     ///< setIdleLimit
constexpr qsizetype kept_errors = 16 << 10; ///< bytes of its standard error
constexpr int shown_errors = 6;             ///< lines

QStringList names(const nlohmann::json& list)
{
    QStringList out;
    for (const auto& name : list.get<std::vector<std::string>>()) out << fromUtf8(name);
    return out;
}

} // namespace

ServeClient::ServeClient(const PageContext& context, QObject* parent)
    : QObject(parent), m_cli(context.cli), m_database(fromUtf8(context.paths.database.string())),
      m_idle(new QTimer(this))
{
    m_idle->setSingleShot(true);
    m_idle->setInterval(idle_ms);
    connect(m_idle, &QTimer::timeout, this, [this] {
        if (!isBusy()) retire();
    });
}

ServeClient::~ServeClient()
{
    QProcess* process = m_process;
    retire();
    // At the end of the program no event loop is left to see it go.
    if (process && process->state() != QProcess::NotRunning) process->waitForFinished(parting_ms);
}

void ServeClient::setIdleLimit(int ms)
{
    m_idle->setInterval(ms);
}

void ServeClient::open(const QString& run, const QString& checkpoint)
{
    if (run != m_run || checkpoint != m_checkpoint) {
        forget();
        retire();
        m_run = run;
        m_checkpoint = checkpoint;
        tellBusy();
    }
    start();
}

void ServeClient::close()
{
    forget();
    retire();
    tellBusy();
}

void ServeClient::ask(QObject* receiver, nlohmann::json request, Answer answer, Failure failure, Progress progress)
{
    const int64_t id = m_next_id++;
    request["id"] = id;
    m_waiting[id] = {receiver, std::move(request), std::move(answer), std::move(failure), std::move(progress)};
    m_idle->stop();
    start();
    send();
    tellBusy();
}

void ServeClient::cancel()
{
    const bool at_work = !m_waiting.empty() && m_waiting.begin()->second.sent;
    forget();
    if (at_work) retire();
    tellBusy();
}

void ServeClient::start()
{
    if (m_process || m_run.isEmpty()) return;
    m_partial.clear();
    m_errors.clear();
    m_process = new QProcess(QCoreApplication::instance());
    auto* process = m_process;
    connect(process, &QProcess::readyReadStandardOutput, this, &ServeClient::readLines);
    connect(process, &QProcess::readyReadStandardError, this, &ServeClient::readErrors);
    connect(process, &QProcess::finished, this, &ServeClient::ended);
    connect(process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) ended();
    });
    process->start(m_cli, {"serve", m_run, "--checkpoint", m_checkpoint, "--store", m_database});
}

void ServeClient::retire()
{
    m_idle->stop();
    m_ready = false;
    if (!m_process) return;
    auto* process = std::exchange(m_process, nullptr);
    process->disconnect(this);
    if (process->state() == QProcess::NotRunning) {
        process->deleteLater();
        return;
    }
    // It has nothing to save: end of file ends an idle one, a signal one that computes.
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    QTimer::singleShot(farewell_ms, process, &QProcess::kill);
    process->closeWriteChannel();
    process->terminate();
}

void ServeClient::readErrors()
{
    m_errors += m_process->readAllStandardError();
    if (m_errors.size() > kept_errors) m_errors = m_errors.right(kept_errors);
}

QString ServeClient::lastWords() const
{
    QStringList lines = QString::fromUtf8(m_errors).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    return lines.mid(qMax<qsizetype>(0, lines.size() - shown_errors)).join(QLatin1Char('\n')).trimmed();
}

void ServeClient::readLines()
{
    m_partial += m_process->readAllStandardOutput();
    const QPointer<ServeClient> self = this;
    const auto* process = m_process;
    for (qsizetype end = m_partial.indexOf('\n'); end >= 0; end = m_partial.indexOf('\n')) {
        const QByteArray line = m_partial.left(end);
        m_partial.remove(0, end + 1);
        const auto json = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
        if (json.is_object())
            take(json);
        else if (!line.trimmed().isEmpty())
            m_errors += line + '\n';               // a library that writes where it must not: told when the child ends
        if (!self || process != m_process) return; // a callback deleted, opened, closed or cancelled
    }
}

void ServeClient::take(const nlohmann::json& line)
{
    if (line.contains("ready")) return takeReady(line["ready"]);
    const auto id = line.find("id");
    const auto first = m_waiting.begin();
    if (id == line.end() || !id->is_number_integer() || first == m_waiting.end() || *id != first->first) return;
    const bool wanted = !first->second.receiver.isNull();
    if (const auto share = line.find("progress"); share != line.end()) {
        if (wanted && first->second.progress && share->is_number()) first->second.progress(share->get<double>());
        return;
    }
    const Waiting done = std::move(first->second);
    m_waiting.erase(first);
    send();
    const auto result = line.find("result");
    const QString problem = line.contains("error") && line["error"].is_string()
                                ? fromUtf8(line["error"].get<std::string>())
                                : tr("The served model gave no result.");
    const QPointer<ServeClient> self = this;
    if (result == line.end() && wanted && done.failure)
        done.failure(problem);
    else if (result == line.end() && wanted)
        Q_EMIT failed(problem);
    else if (wanted && done.answer)
        done.answer(*result);
    if (self) tellBusy();
}

void ServeClient::takeReady(const nlohmann::json& model)
{
    try {
        ServedModel served;
        served.run = fromUtf8(model.at("run").get<std::string>());
        served.name = fromUtf8(model.at("name").get<std::string>());
        served.step = model.at("step").get<int64_t>();
        served.layers = names(model.at("layers"));
        served.languages = names(model.at("languages"));
        served.experts = model.at("experts").get<int>();
        m_model = served;
    } catch (const nlohmann::json::exception& error) {
        retire();
        return failAll(tr("The served model does not say what it is: %1").arg(QString::fromUtf8(error.what())));
    }
    m_ready = true;
    send();
    Q_EMIT ready();
}

void ServeClient::send()
{
    if (!isBusy()) return m_idle->start();
    auto& first = m_waiting.begin()->second;
    if (!m_ready || first.sent) return;
    first.sent = true;
    const auto replace = nlohmann::json::error_handler_t::replace; // a text may hold half a surrogate pair
    m_process->write(QByteArray::fromStdString(first.request.dump(-1, ' ', false, replace)) + '\n');
}

void ServeClient::ended()
{
    const bool started = m_process->error() != QProcess::FailedToStart;
    if (started) readErrors();
    QString problem;
    if (!started)
        problem = tr("Cannot start %1: %2")
                      .arg(m_cli.isEmpty() ? tr("the command line program") : m_cli, m_process->errorString());
    else if (m_process->exitStatus() == QProcess::CrashExit)
        problem = tr("The served model of %1 crashed.").arg(m_run);
    else
        problem = tr("The served model of %1 ended with status %2.").arg(m_run).arg(m_process->exitCode());
    if (const QString words = lastWords(); !words.isEmpty()) problem += QLatin1Char('\n') + words;
    retire();
    failAll(problem);
}

void ServeClient::failAll(const QString& problem)
{
    const auto waiting = std::exchange(m_waiting, {});
    const QPointer<ServeClient> self = this;
    for (const auto& [id, one] : waiting)
        if (one.receiver && one.failure) one.failure(problem);
    if (!self) return;
    Q_EMIT failed(problem);
    if (self) tellBusy();
}

void ServeClient::forget()
{
    m_waiting.clear();
}

void ServeClient::tellBusy()
{
    if (isBusy() == m_told_busy) return;
    m_told_busy = isBusy();
    Q_EMIT busyChanged(m_told_busy);
}

} // namespace sy
