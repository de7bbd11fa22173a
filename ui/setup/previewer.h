// Asks a process of its own for what a trainer would read: tokenizers and token caches may take long to make.
#pragma once

#include "core/config/experiment.h"
#include "core/text/preview.h"

#include <QCache>
#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>

#include <memory>

namespace sy {

using TextPreviewPtr = std::shared_ptr<const TextPreview>;

/// `switchyard-cli corpus preview`, once for everything that decides the rows: corpus, languages, tokenizer,
/// vocabulary, data settings, seed. Answers are kept; what is asked for again comes at once.
class Previewer : public QObject {
    Q_OBJECT

public:
    enum State { Nothing, Working, Ready, Failed, Cancelled };

    explicit Previewer(QString cli, QObject* parent = nullptr);
    ~Previewer() override; ///< ends the process and waits for it

    /// Asks for the preview of this configuration. A process for another one is ended; one that was cancelled or
    /// failed is not started again by itself. @param corpus_hash  tells corpora of one name apart.
    void want(const ExperimentConfig& config, const std::string& corpus_hash);
    void cancel();
    void again(); ///< starts after a failure or a cancel

    /// Whether this is what was asked for last.
    bool isOf(const ExperimentConfig& config, const std::string& corpus_hash) const;
    State state() const { return m_state; }
    const TextPreviewPtr& preview() const { return m_preview; } ///< of what was asked for last; null until Ready
    QString text() const { return m_text; }                     ///< what it is doing, or why it failed
    double seconds() const;                                     ///< since the start

Q_SIGNALS:
    void changed();

private:
    void start();
    void endProcess();
    void end(int status, QProcess::ExitStatus how);
    void settle(State state, const QString& text);

    QString m_cli;
    QTemporaryDir m_folder;
    QCache<QByteArray, TextPreviewPtr> m_kept;
    QProcess* m_process = nullptr;
    QByteArray m_key;
    ExperimentConfig m_config;
    State m_state = Nothing;
    TextPreviewPtr m_preview;
    QString m_text;
    QByteArray m_error;
    QElapsedTimer m_started;
};

/// All that decides a preview, as text.
QByteArray previewKey(const ExperimentConfig& config, const std::string& corpus_hash);

} // namespace sy
