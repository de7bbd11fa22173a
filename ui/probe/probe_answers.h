// Who is asked about a text, and what came back.
#pragma once

#include "core/store/records.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace sy {

struct ProbeSource {
    enum class Kind { None, Recorded, Live, Checkpoint };
    Kind kind = Kind::None;
    QString run, name;  ///< id and name
    QString checkpoint; ///< "last", "best" or a step's number
    int64_t step = -1;  ///< recorded: of the probe; checkpoint: its step; -1 = the slider's
    bool operator==(const ProbeSource&) const = default;

    QString text() const; ///< "Checkpoint best (step 600)", without the run
};

struct ProbedSentence {
    QString text, language, target; ///< target: what the decoder is fed; empty = the model's own answer
    bool operator==(const ProbedSentence&) const = default;
};

/// One answer to one sentence.
struct ProbeAnswer {
    QString source;     ///< "e8-s1 · step 800"
    QStringList layers; ///< of the run; Probe's routes index them
    int experts = 1;
    Probe probe;

    bool isDecoder(const ProbeRoute& route) const;
    QString layerName(const ProbeRoute& route) const { return layers.value(static_cast<int>(route.layer)); }
    /// Routes of one stack, in the order of layers.
    std::vector<const ProbeRoute*> routesOf(bool decoder) const;
    std::vector<const ProbeToken*> tokensOf(bool decoder) const;
    const ProbeRoute* route(const QString& layer) const;
};

/// A sentence with what A and B answered; problems are fit to show.
struct ProbedText {
    ProbedSentence sentence;
    std::optional<ProbeAnswer> a, b;
    QString problem_a, problem_b;
};

/// Whether both read the same ids in this stack, so that routes can be compared token by token.
bool sameTokens(const ProbeAnswer& a, const ProbeAnswer& b, bool decoder);
/// Tokens of this layer whose first choice differs between A and B.
struct ChangedRoutes {
    int changed = 0, tokens = 0;
};
/// Empty where the layer is not in both or the tokens differ.
std::optional<ChangedRoutes> changedRoutes(const ProbedText& text, const QString& layer);
/// Share of the layer's tokens per expert, [N]; first choices, dropped ones too.
std::vector<double> expertShares(const ProbeRoute& route, int experts);

/// "encoder.1: e3 (p 0.71), entropy 0.62 nats (30 % of ln 8), dropped" and the top k, a line each.
QString routeText(const ProbeAnswer& answer, const ProbeRoute& route, int token);
/// What the figures of a token are, with their source.
QString tokenDefinitions();

} // namespace sy
