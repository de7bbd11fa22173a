#include "ui/setup/import_job.h"

#include "ui/models/text.h"
#include "ui/setup/labels.h"

#include <QLocale>

#include <nlohmann/json.hpp>

namespace sy {

namespace {

constexpr int kill_after_ms = 5000;

/// The command line's own prefix says nothing here.
QString withoutPrefix(QString text)
{
    const QString prefix = "switchyard-cli: ";
    return text.startsWith(prefix) ? text.mid(prefix.size()) : text;
}

QString summaryOf(const QByteArray& answer)
try {
    const auto report = nlohmann::json::parse(answer.toStdString());
    QStringList lines{
        QObject::tr("%1, format %2")
            .arg(counted(qsizetype(report.at("languages").size()), QObject::tr("language"), QObject::tr("languages")),
                 fromUtf8(report.at("format").get<std::string>()))};
    for (const auto& left_out : report.at("left_out"))
        lines << QObject::tr("left out %1: %2")
                     .arg(fromUtf8(left_out.at("source").get<std::string>()),
                          fromUtf8(left_out.at("reason").get<std::string>()));
    if (const auto skipped = report.at("skipped").get<int>(); skipped > 0)
        lines
            << QObject::tr("skipped %1").arg(counted(skipped, QObject::tr("broken line"), QObject::tr("broken lines")));
    for (const auto& path : report.at("ignored"))
        lines << QObject::tr("ignored %1").arg(fromUtf8(path.get<std::string>()));
    return lines.join("\n");
} catch (const nlohmann::json::exception&) { // the corpus is there all the same
    return {};
}

} // namespace

ImportJob::ImportJob(QString cli, const ImportWish& wish, QObject* parent)
    : QObject(parent), m_cli(std::move(cli)), m_wish(wish)
{
    m_kill.setSingleShot(true);
    m_kill.setInterval(kill_after_ms);
    connect(&m_kill, &QTimer::timeout, &m_process, &QProcess::kill);
    connect(&m_process, &QProcess::readyReadStandardError, this, &ImportJob::read);
    connect(&m_process, &QProcess::finished, this, &ImportJob::end);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT failed(tr("%1 could not be started: %2").arg(m_cli, m_process.errorString()));
    });
}

ImportJob::~ImportJob()
{
    m_process.disconnect(this);
    if (!running()) return;
    m_process.terminate(); // it takes its temporary folder with it
    if (!m_process.waitForFinished(kill_after_ms)) m_process.kill();
    m_process.waitForFinished(kill_after_ms);
}

void ImportJob::start()
{
    QStringList arguments{"corpus",   "import",      m_wish.source, "--name",    m_wish.name,
                          "--format", m_wish.format, "--json",      "--progress"};
    if (m_wish.replace) arguments << "--replace";
    if (m_wish.skip_invalid) arguments << "--skip-invalid";
    Q_EMIT progress(-1, tr("looking at %1").arg(m_wish.source));
    m_process.start(m_cli, arguments);
}

void ImportJob::cancel()
{
    if (!running()) return;
    m_cancelled = true;
    m_process.terminate();
    m_kill.start();
}

void ImportJob::read()
{
    m_pending += m_process.readAllStandardError();
    for (qsizetype end = m_pending.indexOf('\n'); end >= 0; end = m_pending.indexOf('\n')) {
        line(m_pending.left(end));
        m_pending.remove(0, end + 1);
    }
}

void ImportJob::line(const QByteArray& text)
try {
    const auto parsed = nlohmann::json::parse(text.toStdString());
    const double total = parsed.at("bytes_total"), done = parsed.at("bytes_read");
    Q_EMIT progress(total > 0 ? qBound(0.0, done / total, 1.0) : -1,
                    tr("%1 · %2 of %3 · %4 documents")
                        .arg(fromUtf8(parsed.at("language").get<std::string>()), bytesText(done), bytesText(total),
                             QLocale().toString(qlonglong(parsed.at("documents").get<int64_t>()))));
} catch (const nlohmann::json::exception&) { // words for people: the last ones say why it failed
    if (!text.trimmed().isEmpty()) m_problem = withoutPrefix(QString::fromUtf8(text));
}

void ImportJob::end(int status, QProcess::ExitStatus how)
{
    m_kill.stop();
    read();
    if (!m_pending.isEmpty()) line(std::exchange(m_pending, {}));
    if (how == QProcess::NormalExit && status == 0)
        Q_EMIT imported(summaryOf(m_process.readAllStandardOutput())); // a cancel that came too late, too
    else if (m_cancelled)
        Q_EMIT cancelled();
    else
        Q_EMIT failed(m_problem.isEmpty() ? tr("the import ended without a result") : m_problem);
}

} // namespace sy
