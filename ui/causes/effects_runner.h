// Evaluates interventions one after the other on a served checkpoint, and keeps what it learnt.
#pragma once

#include "ui/causes/effects.h"
#include "ui/models/page_context.h"

#include <QObject>

#include <deque>

namespace sy {

class ServeClient;

class EffectsRunner : public QObject {
    Q_OBJECT

public:
    explicit EffectsRunner(const PageContext& context, QObject* parent = nullptr);

    /// Another model cancels what is under way; what is known of it comes back with it.
    void setModel(const CauseModel& model);
    const CauseModel& model() const { return m_model; }
    const Effects& effects() const; ///< of the model
    void forgetRun(const QString& run);

    /// Evaluates those that are not known yet, the baseline before them.
    void want(const std::vector<Cause>& causes);
    void cancel();
    bool isBusy() const { return m_asked; }
    double progress() const; ///< of all that is wanted, in [0, 1]
    QString doing() const;   ///< "Ablate e3 (4 of 32)"

Q_SIGNALS:
    void changed();  ///< a result came, or another model
    void advanced(); ///< progress, busy or not
    void failed(const QString& problem);

private:
    void next();
    void take(const nlohmann::json& result);
    void stopWith(const QString& problem);

    ServeClient* m_client;
    CauseModel m_model;
    std::vector<std::pair<CauseModel, Effects>> m_known;
    std::deque<Cause> m_queue; ///< the first is under way while m_asked
    bool m_asked = false;
    int m_done = 0;
    double m_share = 0; ///< of the one under way
};

} // namespace sy
