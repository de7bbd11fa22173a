// Interventions on a checkpoint and what they cost.
#pragma once

#include "core/store/records.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <nlohmann/json.hpp>

#include <optional>
#include <vector>

namespace sy {

/// One question to the served model: an evaluation with something done to it.
struct Cause {
    enum class Kind { Baseline, Ablate, Force, Swap, Random, Capacity };
    Kind kind = Kind::Baseline;
    QString layer;
    int expert = -1;
    int other = -1;    ///< of a swap
    int seed = 0;      ///< of random tokens
    double factor = 0; ///< of a capacity, with scope, group_size and priority by their setting's words
    QString scope, priority;
    qint64 group_size = 0;
    bool operator==(const Cause&) const = default;

    QString text() const; ///< "Ablate e3 in encoder.1"
    /// What docs/serve.md takes beside verb and rows.
    nlohmann::json request() const;
};

struct LossOfLanguage {
    QString language;
    double loss = 0; ///< nats per target token
    int64_t tokens = 0;
};

/// What an evaluation gave.
struct CauseLoss {
    double loss = 0; ///< nats per target token
    int64_t tokens = 0;
    double drop_rate = 0;
    std::vector<LossOfLanguage> languages;

    /// Of a language; empty where it was not evaluated.
    std::optional<double> of(const QString& language) const;
    /// @throws DataError naming what is missing.
    static CauseLoss fromJson(const nlohmann::json& evaluation);
};

/// Which evaluation results belong to: those of another checkpoint or of other rows are not comparable.
struct CauseModel {
    QString run, name;
    int64_t step = -1;
    int rows = 0; ///< per language
    bool operator==(const CauseModel& other) const
    {
        return run == other.run && step == other.step && rows == other.rows;
    }
};

struct Effect {
    Cause cause;
    CauseLoss loss;
};

/// Mean and range of a change, of several seeds; nats.
struct RandomChange {
    double mean = 0, low = 0, high = 0;
    int seeds = 0;
};

/// All that was learnt of one CauseModel.
class Effects {
public:
    void add(Effect effect); ///< in place of the same cause
    const CauseLoss* find(const Cause& cause) const;
    const CauseLoss* baseline() const { return find({}); }
    /// Without baseline and random tokens, in the order they came.
    std::vector<const Effect*> interventions() const;
    const std::vector<Effect>& all() const { return m_effects; }
    /// loss - baseline, nats; of one language, or of all where it is empty. Empty where either is unknown.
    std::optional<double> change(const Cause& cause, const QString& language = {}) const;
    /// Of as many random tokens as this expert takes. Empty where none was evaluated.
    std::optional<RandomChange> randomChange(const QString& layer, int expert, const QString& language = {}) const;
    QStringList languages() const; ///< of the baseline

private:
    std::vector<Effect> m_effects;
};

/// Baselines, interventions and changes as a document for scripts.
nlohmann::json effectsJson(const CauseModel& model, const Effects& effects);

} // namespace sy
