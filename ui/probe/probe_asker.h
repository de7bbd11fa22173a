// Asks one source about some sentences: the store, the running trainer, or a served checkpoint.
#pragma once

#include "ui/models/page_context.h"
#include "ui/probe/probe_answers.h"

#include <QObject>

class QTimer;

namespace sy {

class ServeClient;

struct ProbeRequest {
    ProbeSource source;
    std::vector<ProbedSentence> sentences;
    QString capacity = QStringLiteral("none"); ///< none, eval, train
    int64_t shown_step = -1;                   ///< for a recorded source that follows the slider
};

/// One request at a time; a new one voids the last. Answers come in the order of the sentences.
class ProbeAsker : public QObject {
    Q_OBJECT

public:
    explicit ProbeAsker(const PageContext& context, QObject* parent = nullptr);

    void ask(ProbeRequest request);
    void cancel();
    bool isBusy() const { return m_left > 0; }
    bool isLoading() const; ///< a checkpoint is being loaded

Q_SIGNALS:
    void answered(int sentence, const sy::ProbeAnswer& answer);
    void refused(int sentence, const QString& problem);
    void finished(); ///< all answered or refused
    void loaded();   ///< the checkpoint is there

private:
    void askStore();
    void askTrainer(int sentence);
    void poll();
    void askModel();
    void take(int sentence, const nlohmann::json& result, const QStringList& layers, int experts);
    void answer(int sentence, ProbeAnswer answer);
    void refuse(int sentence, const QString& problem);
    void refuseRest(const QString& problem);
    void done();

    PageContext m_context;
    ServeClient* m_client;
    QTimer* m_poll;
    ProbeRequest m_request;
    int64_t m_command = 0;
    int m_serial = 0, m_left = 0;
    int m_next = 0;         ///< sentence that the trainer is asked about
    bool m_polling = false; ///< a read of the command is under way
    QStringList m_layers;   ///< of the trainer's run
    int m_experts = 1;
};

} // namespace sy
