// One import of a corpus as a process of its own.
#pragma once

#include <QObject>
#include <QProcess>
#include <QTimer>

namespace sy {

struct ImportWish {
    QString source, name;
    QString format = "auto"; ///< as the command line spells it
    bool replace = false, skip_invalid = false;
};

/// `switchyard-cli corpus import`. A cancelled or failed import leaves nothing behind.
class ImportJob : public QObject {
    Q_OBJECT

public:
    ImportJob(QString cli, const ImportWish& wish, QObject* parent = nullptr);
    ~ImportJob() override; ///< ends the process and waits for it

    void start();
    void cancel();
    bool running() const { return m_process.state() != QProcess::NotRunning; }

Q_SIGNALS:
    /// @param share  in [0, 1]; below 0 where it cannot be told.
    void progress(double share, const QString& text);
    /// `summary` says what was imported, left out and ignored.
    void imported(const QString& summary);
    void failed(const QString& problem);
    void cancelled();

private:
    void read();
    void line(const QByteArray& text);
    void end(int status, QProcess::ExitStatus how);

    QString m_cli;
    ImportWish m_wish;
    QProcess m_process;
    QTimer m_kill;
    QByteArray m_pending;
    QString m_problem;
    bool m_cancelled = false;
};

} // namespace sy
