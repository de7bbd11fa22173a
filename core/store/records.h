// What a run is made of, as plain values. Every step n >= 1 describes the n-th update; losses are in nats
// per target token.
#pragma once

#include "core/analysis/routes.h"
#include "core/analysis/routing_figures.h"
#include "core/analysis/specialization.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace sy {

/// Status as shown. `Interrupted` is derived (neither alive nor ended), never written.
enum class RunStatus { Queued, Starting, Running, Paused, Finished, Stopped, Failed, Interrupted };
std::string_view toString(RunStatus status);

/// What is known when a run begins.
struct NewRun {
    std::string name;
    nlohmann::json config; ///< full resolved configuration
    std::string preset;    ///< where it started from; may be empty
    int64_t steps = 0;     ///< planned
    std::vector<std::string> tags;
    std::string code_version, code_revision;
    std::string corpus, corpus_hash, tokenizer_hash;
    int64_t seed = 0;
    int64_t vocab_size = 0; ///< real size of the tokenizer
    int64_t parameters_total = 0, parameters_active = 0;
    double flops_per_token = 0;             ///< training FLOPs per token, docs/compute.md
    std::vector<std::string> languages;     ///< index = language id in blobs
    std::vector<std::string> sparse_layers; ///< "encoder.1", ...; index = layer id in blobs
    int64_t num_experts = 1;
    nlohmann::json environment; ///< host, device, threads, library versions
    std::string parent;         ///< run id of lineage; may be empty
    std::string parent_kind;    ///< continued, expanded, distilled, fine-tuned
};

/// A series in one row: what the run list sorts by.
struct SeriesSummary {
    int64_t points = 0;
    int64_t first_step = 0, last_step = 0;
    double last = 0;                ///< value at last_step; NaN and infinities as they are
    std::optional<double> min, max; ///< of the finite values; empty where there is none
    int64_t min_step = 0, max_step = 0;
    int64_t not_finite = 0; ///< points that are NaN or infinite
};

struct RunSummary {
    std::string id, name;
    RunStatus status = RunStatus::Queued;
    int64_t step = 0, steps = 0;
    int64_t created_ms = 0, started_ms = 0, ended_ms = 0, heartbeat_ms = 0;
    std::string host;
    int64_t pid = 0;
    std::string failure; ///< why it failed; empty otherwise
    std::vector<std::string> tags;
    std::string note;
    bool deleted = false;
    bool starred = false;
    int64_t revision = 0; ///< grows with every commit that writes anything of this run
    int64_t rewinds = 0;  ///< how often rows were deleted (by a resumption) or replaced: what was read before is void
    std::string preset, device;
    std::string parent, parent_kind; ///< lineage: run id and continued, expanded, distilled, fine-tuned; or empty
    std::string origin;              ///< host of the store that it was imported from; empty = born here
    int64_t num_experts = 1, parameters_total = 0, parameters_active = 0;
    double flops_per_token = 0;
    int64_t checkpoint_bytes = 0;                 ///< of checkpoints that are not removed
    std::map<std::string, SeriesSummary> metrics; ///< of the series that were asked for
    std::map<std::string, double> last;           ///< last value of train/cross_entropy, valid/cross_entropy
    std::optional<double> best_valid;             ///< lowest valid/cross_entropy
    std::optional<int64_t> best_step;
};

/// One value of one series at one step. NaN and infinities are kept as such.
struct Point {
    std::string series;
    int64_t step = 0;
    double value = 0;
};

/// A whole series as columns.
struct Curve {
    std::vector<int64_t> step;
    std::vector<double> value;
};

/// What the machine did at one moment of a run.
struct SystemSample {
    int64_t time_ms = 0;
    int64_t step = 0;
    double value = 0;
};

/// The run's clock at a step, so that any series can be drawn over tokens, FLOPs or time.
struct ClockTick {
    int64_t step = 0;
    int64_t tokens = 0;   ///< input + target positions so far, padding left out
    double flops = 0;     ///< so far
    int64_t wall_ms = 0;  ///< since the Unix epoch
    double process_s = 0; ///< seconds of running, pauses and gaps left out, over all resumptions
};

/// Counts of one sparse layer over one window of steps (first_step, last_step].. both inclusive.
struct RoutingWindow {
    int64_t first_step = 0, last_step = 0;
    int64_t layer = 0;                  ///< index into the run's sparse layers
    int64_t languages = 0, experts = 0; ///< L, N
    std::vector<int64_t> load;          ///< [L, N] choices before capacity
    std::vector<int64_t> kept;          ///< [L, N] choices that got a slot
    std::vector<double> importance;     ///< [L, N] sums of router probabilities
    std::vector<int64_t> tokens;        ///< [L] real tokens
    double entropy_sum = 0;             ///< sum over tokens of the entropy of its probabilities, nats
    double confidence_sum = 0;          ///< sum over tokens of the first choice's probability
    double z_sum = 0;                   ///< sum over tokens of logsumexp^2
    double lse_max = 0;                 ///< largest logsumexp
    double logit_min = NAN, logit_max = NAN; ///< range of the router's logits; NaN where it was not recorded
    double capacity_needed = NAN; ///< smallest capacity factor without drops: largest load of an expert in a capacity
                                  ///< group of one step, times N, over the group's tokens; NaN where not recorded
    int64_t padding = 0;                ///< positions left out
    std::vector<std::vector<std::pair<int32_t, int64_t>>> top_tokens; ///< per expert: (token id, count), most first
};

/// The small row beside a window's blob: what curves read.
struct WindowFigures {
    int64_t first_step = 0, last_step = 0;
    int64_t layer = 0;
    int64_t tokens = 0, padding = 0;
    double lse_max = 0;
    double logit_min = NAN, logit_max = NAN, capacity_needed = NAN;
    RoutingFigures figures;
};

/// One figure of routing windows, for curves of all layers.
enum class WindowColumn {
    DropRate,
    MaxViolation,
    LoadCv,
    DeadExperts,
    LoadEntropy,
    MeanEntropy,
    MeanProbabilityEntropy,
    MeanConfidence,
    MutualInformation,
    NormalizedMutualInformation,
    ZMean,
    LseMax,
    LogitMin,
    LogitMax,
    CapacityNeeded
};

/// A bounded sample of routed tokens of one window: up to 4,096, all sparse layers of one stack.
struct RouteSample {
    int64_t step = 0;
    bool decoder = false;
    std::vector<int32_t> token, language, sequence, position; ///< [X]
    std::vector<int64_t> layers;                              ///< indices into the run's sparse layers, M of them
    std::vector<int16_t> expert;                              ///< [M, X], first choice; -1 - e where dropped
    std::vector<float> gate;                                  ///< [M, X]
};

/// Specialization of one sparse layer at one evaluation, with its nulls.
struct LayerSpecialization {
    int64_t layer = 0; ///< index into the run's sparse layers
    Specialization by_count, by_gate;
    Specialization given_token; ///< I(expert; language | token id), by count
};
struct EvaluationSpecialization {
    int64_t step = 0;
    std::vector<LayerSpecialization> layers;
};

struct LanguageEvaluation {
    std::string language;
    double cross_entropy = 0; ///< nats per target token
    int64_t tokens = 0;       ///< target tokens
};

struct Evaluation {
    int64_t step = 0;
    std::string corpus, split = "valid";
    double cross_entropy = 0;
    int64_t tokens = 0;
    std::vector<LanguageEvaluation> languages;
    double drop_rate = 0;
    /// Counts per validation sequence and sparse layer, for the null of specialization: [M, rows, N].
    std::vector<int64_t> layers;
    std::vector<int32_t> row_language; ///< [rows]
    std::vector<uint16_t> counts;      ///< [M, rows, N], before capacity
    std::vector<float> gates;          ///< [M, rows, N] sums of the choices' probabilities; empty where not recorded
    std::vector<LayerSpecialization> specialization; ///< of these counts; empty where not recorded
};

/// Every route of some fixed validation tokens at one evaluation.
struct EvaluationRoutes {
    int64_t step = 0;
    std::string corpus, split = "valid";
    RouteText encoder, decoder; ///< rows = 0 where the stack has no sparse layer
    std::vector<LayerRoutes> layers;
    std::vector<int32_t> predicted; ///< [X of the decoder] likeliest next id; empty where there is no decoder text
};

/// First choices of one layer at every evaluation whose tokens are the latest one's.
struct ExpertHistory {
    RouteText text;
    std::vector<int64_t> step;
    std::vector<std::vector<int16_t>> first; ///< per step [X]; -1 = none, or the token does not count
};

/// One probe sentence with every token's route.
struct ProbeToken {
    int32_t id = 0;
    std::string piece;
    bool decoder = false;
};
struct ProbeRoute {
    int64_t layer = 0;                  ///< index into the run's sparse layers
    std::vector<int32_t> expert;        ///< [tokens of the layer's stack] first choice
    std::vector<uint8_t> dropped;       ///< [tokens]
    std::vector<float> probability;     ///< [tokens]
    std::vector<float> entropy;         ///< [tokens], nats
    std::vector<int32_t> top_expert;    ///< [tokens, top_k]
    std::vector<float> top_probability; ///< [tokens, top_k]
    int64_t top_k = 0;
};
struct Probe {
    int64_t step = 0;
    std::string text, language, target; ///< target: what the decoder was fed; may be empty
    std::string prediction;             ///< greedy continuation; may be empty
    std::vector<ProbeToken> tokens;     ///< encoder tokens, then decoder tokens
    std::vector<ProbeRoute> routes;
};

struct CheckpointRecord {
    int64_t step = 0;
    std::string folder; ///< relative to the checkpoints folder
    int64_t bytes = 0;
    std::string hash;  ///< SHA-256 of its manifest
    bool best = false; ///< lowest valid/cross_entropy so far
    std::optional<double> valid_cross_entropy;
    bool removed = false;
};

struct Event {
    int64_t step = 0;
    int64_t time_ms = 0;
    std::string kind; ///< started, resumed, paused, checkpoint, skipped_step, stopped, failed, ...
    std::string message;
    nlohmann::json data;
};

/// One line of the trainer's log.
struct LogRecord {
    int64_t time_ms = 0;
    std::string level, area, text;
};

/// One device of one machine as `doctor` measured it.
struct MachineDevice {
    std::string host, device; ///< "cpu", "cuda:0", ...
    std::string name;         ///< as its maker calls it
    int64_t memory_bytes = 0;
    std::map<std::string, double> matrix_peak; ///< precision -> FLOP/s of a large matrix product
    double copy_bandwidth = 0;                 ///< bytes/s, read + written
    int64_t measured_ms = 0;
};

/// Control of a live run through the store.
struct Command {
    int64_t id = 0;
    std::string verb;       ///< pause, resume, checkpoint, evaluate, probe, stop
    nlohmann::json payload; ///< probe: {"text": ..., "language": ...}
    std::string state;      ///< waiting, done, failed
    nlohmann::json answer;
};

/// What is asked of the queue: a new run, or the resumption of one.
struct QueueRequest {
    std::string device = "cpu"; ///< its queue: cpu, cuda:N; a resumption waits for its run's device
    nlohmann::json config;      ///< full resolved configuration of a new run; null for a resumption
    std::string preset, name;   ///< of a new run; an empty name gets a free one after the preset
    std::vector<std::string> tags;
    std::string resume; ///< run id to go on with; empty = a new run
};

enum class QueueState { Waiting, Starting, Running, Done, Failed, Removed };
std::string_view toString(QueueState state);

/// One place in the queue, kept after its end: it says how the process ended.
struct QueueEntry {
    int64_t key = 0;
    QueueRequest request;
    QueueState state = QueueState::Waiting;
    std::string run; ///< id, once the trainer has registered it
    int64_t added_ms = 0, started_ms = 0, ended_ms = 0;
    std::string host;
    int64_t pid = 0;
    std::optional<int64_t> exit_status, signal; ///< of the ended process: one of the two
    std::string log_tail;                       ///< last lines of its standard error
};

} // namespace sy
