#include "ui/setup/previewer.h"

#include "core/base/files.h"
#include "core/config/config_io.h"
#include "ui/models/text.h"

namespace sy {

namespace {

constexpr int kept_previews = 16, shown_rows = 16;

/// The settings that decide what is read; the rest stays at its defaults, so that a problem there hinders nothing.
ExperimentConfig textSettings(const ExperimentConfig& config)
{
    ExperimentConfig wanted;
    wanted.data = config.data;
    wanted.data.prefetch = 0;
    wanted.model.vocab_size = config.model.vocab_size;
    wanted.train.seed = config.train.seed;
    return wanted;
}

/// The last line that says something, without the log's "I text " or the program's name.
QString lastLine(const QByteArray& text)
{
    const auto lines = QString::fromUtf8(text).split('\n', Qt::SkipEmptyParts);
    if (lines.isEmpty()) return {};
    QString line = lines.last().trimmed();
    for (const QString prefix : {"switchyard-cli: ", "I ", "W "})
        if (line.startsWith(prefix)) line = line.mid(prefix.size());
    return line;
}

} // namespace

QByteArray previewKey(const ExperimentConfig& config, const std::string& corpus_hash)
{
    return QByteArray::fromStdString(toJson(textSettings(config)).dump() + corpus_hash);
}

Previewer::Previewer(QString cli, QObject* parent) : QObject(parent), m_cli(std::move(cli)), m_kept(kept_previews) {}

Previewer::~Previewer()
{
    endProcess();
}

void Previewer::endProcess()
{
    if (!m_process) return;
    m_process->disconnect(this);
    if (m_process->state() != QProcess::NotRunning) {
        m_process->kill(); // its lock goes with it; the next one clears what it left
        m_process->waitForFinished(5000);
    }
    m_process->deleteLater(); // this may be called out of one of its signals
    m_process = nullptr;
}

double Previewer::seconds() const
{
    return m_started.isValid() ? double(m_started.elapsed()) / 1000 : 0;
}

bool Previewer::isOf(const ExperimentConfig& config, const std::string& corpus_hash) const
{
    return previewKey(config, corpus_hash) == m_key;
}

void Previewer::want(const ExperimentConfig& config, const std::string& corpus_hash)
{
    const auto key = previewKey(config, corpus_hash);
    if (key == m_key) return;
    m_key = key;
    m_config = textSettings(config);
    endProcess();
    if (const auto* kept = m_kept.object(key)) {
        m_preview = *kept;
        return settle(Ready, {});
    }
    start();
}

void Previewer::again()
{
    if (m_state == Failed || m_state == Cancelled) start();
}

void Previewer::start()
{
    m_preview.reset();
    m_error.clear();
    m_started.start();
    const auto file = m_folder.filePath("experiment.json");
    try {
        if (!m_folder.isValid()) throw Error("no temporary folder: " + m_folder.errorString().toStdString());
        writeFileAtomically(file.toStdString(), toJson(m_config).dump());
    } catch (const std::exception& error) {
        return settle(Failed, fromUtf8(error.what()));
    }
    endProcess();
    m_process = new QProcess(this);
    connect(m_process, &QProcess::finished, this, &Previewer::end);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            settle(Failed, tr("%1 could not be started: %2").arg(m_cli, m_process->errorString()));
    });
    connect(m_process, &QProcess::readyReadStandardError, this, [this] {
        m_error += m_process->readAllStandardError();
        if (const auto line = lastLine(m_error); m_state == Working && !line.isEmpty()) settle(Working, line);
    });
    settle(Working, tr("preparing the text"));
    m_process->start(m_cli, {"corpus", "preview", file, "--json", "--rows", QString::number(shown_rows)});
}

void Previewer::end(int status, QProcess::ExitStatus how)
{
    m_error += m_process->readAllStandardError();
    const auto answer = m_process->readAllStandardOutput();
    if (how != QProcess::NormalExit || status != 0) {
        const auto line = lastLine(m_error);
        return settle(Failed, line.isEmpty() ? tr("the preview ended without an answer") : line);
    }
    try {
        m_preview = std::make_shared<const TextPreview>(previewFromJson(nlohmann::json::parse(answer.toStdString())));
        m_kept.insert(m_key, new TextPreviewPtr(m_preview));
        settle(Ready, {});
    } catch (const std::exception& error) {
        settle(Failed, fromUtf8(error.what()));
    }
}

void Previewer::cancel()
{
    if (m_state != Working || !m_process) return;
    endProcess();
    settle(Cancelled, tr("cancelled"));
}

void Previewer::settle(State state, const QString& text)
{
    m_state = state;
    m_text = text;
    Q_EMIT changed();
}

} // namespace sy
