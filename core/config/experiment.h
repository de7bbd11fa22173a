// The configuration is the experiment: one typed struct tree. A field's name is its JSON key, its
// `--set` path, its SQL key and its label.
#pragma once

#include "core/config/field.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sy {

enum class RouterKind { Switch, Top2, Hash, Random, ExpertChoice };
enum class Scope { Row, Group, Batch, Global };
enum class OverflowPriority { Position, Probability, Random };
enum class PaddingPolicy { Exclude, Count };
enum class Exploration { Argmax, Jitter, Sample, InputDropout };
enum class PrecisionMode { Float32, Bfloat16, Selective };
enum class OptimizerKind { Adafactor, AdamW };
enum class Schedule { InverseSqrt, Constant, Linear, Cosine };
enum class InitScheme { Switch, T5 };

template <> struct EnumNames<RouterKind> {
    static constexpr auto names =
        std::array{std::pair{RouterKind::Switch, "switch"}, std::pair{RouterKind::Top2, "top2"},
                   std::pair{RouterKind::Hash, "hash"}, std::pair{RouterKind::Random, "random"},
                   std::pair{RouterKind::ExpertChoice, "expert_choice"}};
};
template <> struct EnumNames<Scope> {
    static constexpr auto names = std::array{std::pair{Scope::Row, "row"}, std::pair{Scope::Group, "group"},
                                             std::pair{Scope::Batch, "batch"}, std::pair{Scope::Global, "global"}};
};
template <> struct EnumNames<OverflowPriority> {
    static constexpr auto names = std::array{std::pair{OverflowPriority::Position, "position"},
                                             std::pair{OverflowPriority::Probability, "probability"},
                                             std::pair{OverflowPriority::Random, "random"}};
};
template <> struct EnumNames<PaddingPolicy> {
    static constexpr auto names =
        std::array{std::pair{PaddingPolicy::Exclude, "exclude"}, std::pair{PaddingPolicy::Count, "count"}};
};
template <> struct EnumNames<Exploration> {
    static constexpr auto names =
        std::array{std::pair{Exploration::Argmax, "argmax"}, std::pair{Exploration::Jitter, "jitter"},
                   std::pair{Exploration::Sample, "sample"}, std::pair{Exploration::InputDropout, "input_dropout"}};
};
template <> struct EnumNames<PrecisionMode> {
    static constexpr auto names =
        std::array{std::pair{PrecisionMode::Float32, "float32"}, std::pair{PrecisionMode::Bfloat16, "bfloat16"},
                   std::pair{PrecisionMode::Selective, "selective"}};
};
template <> struct EnumNames<OptimizerKind> {
    static constexpr auto names =
        std::array{std::pair{OptimizerKind::Adafactor, "adafactor"}, std::pair{OptimizerKind::AdamW, "adamw"}};
};
template <> struct EnumNames<Schedule> {
    static constexpr auto names =
        std::array{std::pair{Schedule::InverseSqrt, "inverse_sqrt"}, std::pair{Schedule::Constant, "constant"},
                   std::pair{Schedule::Linear, "linear"}, std::pair{Schedule::Cosine, "cosine"}};
};
template <> struct EnumNames<InitScheme> {
    static constexpr auto names = std::array{std::pair{InitScheme::Switch, "switch"}, std::pair{InitScheme::T5, "t5"}};
};

/// The encoder–decoder's shape. T5 v1.0 with Switch layers: arXiv:2101.03961, sec. 2.
struct ModelConfig {
    int64_t num_experts = 8;
    int64_t d_model = 256;
    int64_t d_ff = 1024;
    int64_t d_kv = 32;
    int64_t num_heads = 8;
    int64_t num_layers = 4;
    int64_t num_decoder_layers = 4;
    int64_t encoder_sparse_step = 2;
    int64_t decoder_sparse_step = 2;
    int64_t vocab_size = 8192;
    bool tie_embeddings = true;
    int64_t relative_buckets = 32;
    int64_t relative_max_distance = 128;
    double norm_eps = 1e-6;
    double dropout = 0.1;
    double expert_dropout = -1;
    InitScheme init = InitScheme::Switch;
    double init_scale = 0.1;
    bool operator==(const ModelConfig&) const = default;
};

/// Who gets which token. arXiv:2101.03961 eqs. 1-6; z-loss: arXiv:2202.08906 eq. 5.
struct RouterConfig {
    RouterKind kind = RouterKind::Switch;
    double capacity_factor_train = 1.25;
    double capacity_factor_eval = 2.0;
    int64_t min_capacity = 1;
    Scope capacity_scope = Scope::Batch;
    Scope balance_scope = Scope::Batch;
    int64_t group_size = 1024;
    OverflowPriority overflow_priority = OverflowPriority::Position;
    bool dropless = false;
    PaddingPolicy padding = PaddingPolicy::Exclude;
    Exploration exploration = Exploration::Jitter;
    double jitter_eps = 1e-2;
    double exploration_dropout = 0.1;
    double aux_loss_weight = 1e-2;
    double z_loss_weight = 0;
    bool no_token_left_behind = false;
    bool operator==(const RouterConfig&) const = default;
};

/// Selective precision: arXiv:2101.03961 sec. 2.4, table 2.
struct PrecisionConfig {
    PrecisionMode mode = PrecisionMode::Float32;
    bool operator==(const PrecisionConfig&) const = default;
};

/// Text to batches: span corruption of arXiv:1910.10683 sec. 3.1.4, language sampling of arXiv:2010.11934 sec. 3.2.
struct DataConfig {
    std::string corpus = "handbook";
    std::vector<std::string> languages;
    std::string tokenizer;
    double temperature = 1 / 0.3;
    int64_t batch_size = 16;
    int64_t input_length = 128;
    int64_t target_length = 32;
    double noise_density = 0.15;
    double mean_span_length = 3;
    int64_t prefetch = 4;
    bool operator==(const DataConfig&) const = default;
};

/// Adafactor: arXiv:1804.04235. AdamW: arXiv:1711.05101.
struct OptimizerConfig {
    OptimizerKind kind = OptimizerKind::Adafactor;
    double learning_rate = 0.01;
    Schedule schedule = Schedule::InverseSqrt;
    int64_t warmup_steps = 1000;
    double final_fraction = 0;
    double grad_clip = 0;
    double weight_decay = 0;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double eps = 1e-8;
    double decay_exponent = 0.8;
    double update_clip = 1;
    bool scale_by_parameter = true;
    bool operator==(const OptimizerConfig&) const = default;
};

struct TrainConfig {
    int64_t steps = 1000;
    int64_t seed = 1;
    int64_t micro_batches = 1;
    int64_t eval_every = 200;
    int64_t eval_rows = 32;
    int64_t checkpoint_every = 200;
    int64_t keep_checkpoints = 2;
    int64_t log_every = 10;
    int64_t window_steps = 20;
    int64_t max_skipped_steps = 10;
    int64_t threads = 0;
    bool operator==(const TrainConfig&) const = default;
};

struct ExperimentConfig {
    ModelConfig model;
    RouterConfig router;
    PrecisionConfig precision;
    DataConfig data;
    OptimizerConfig optimizer;
    TrainConfig train;
    std::string device = "cpu";
    bool operator==(const ExperimentConfig&) const = default;
};

/// Walks a section's fields in the order people read them: `visit(Field<T>)`.
template <class Visitor> void visitFields(ModelConfig& c, Visitor&& visit)
{
    visit(field("num_experts", c.num_experts)
              .text("experts per sparse layer; 1 = the dense model of the same FLOPs")
              .range(1, 65536));
    visit(field("d_model", c.d_model).text("width of the residual stream").range(8, 65536).dividesBy(8));
    visit(field("d_ff", c.d_ff)
              .text("width of every feed-forward block and of every expert")
              .range(8, 262144)
              .dividesBy(8));
    visit(field("d_kv", c.d_kv).text("width of one attention head").range(1, 1024));
    visit(field("num_heads", c.num_heads).text("attention heads per layer").range(1, 1024));
    visit(field("num_layers", c.num_layers).text("encoder layers").range(1, 512));
    visit(field("num_decoder_layers", c.num_decoder_layers).text("decoder layers").range(1, 512));
    visit(
        field("encoder_sparse_step", c.encoder_sparse_step)
            .text(
                "every how many encoder layers one is sparse: layer i is where i mod step = 1 (step 1: all); 0 = none")
            .range(0, 512));
    visit(field("decoder_sparse_step", c.decoder_sparse_step).text("the same for the decoder; 0 = none").range(0, 512));
    visit(field("vocab_size", c.vocab_size)
              .text("tokens, the 100 sentinels included; a small corpus gets fewer")
              .range(8, 1 << 22));
    visit(field("tie_embeddings", c.tie_embeddings)
              .text("the output layer is the embedding, scaled by d_model^-0.5 (T5 v1.0)"));
    visit(field("relative_buckets", c.relative_buckets)
              .text("relative position buckets, shared by a stack's layers")
              .range(4, 4096)
              .dividesBy(2));
    visit(field("relative_max_distance", c.relative_max_distance)
              .text("distance from which all positions share the last bucket")
              .in("tokens")
              .range(8, 1 << 20));
    visit(field("norm_eps", c.norm_eps).text("added to the mean square in RMSNorm").above(0).below(1));
    visit(field("dropout", c.dropout)
              .text("rate on embeddings, attention weights, hidden units and sub-layer outputs")
              .range(0, 1)
              .below(1));
    visit(field("expert_dropout", c.expert_dropout)
              .text("rate on the hidden units of experts; -1 = as dropout (Switch paper, sec. 3.2)")
              .range(-1, 1)
              .below(1));
    visit(field("init", c.init)
              .text("switch: truncated normal of variance init_scale / fan-in (sec. 2.4); t5: the T5 scheme of Hugging "
                    "Face"));
    visit(field("init_scale", c.init_scale)
              .text("s of the truncated normal; the paper's 0.1 is a tenth of the usual")
              .above(0));
}

template <class Visitor> void visitFields(RouterConfig& c, Visitor&& visit)
{
    visit(field("kind", c.kind)
              .text("switch: top-1; top2: two experts a token (GShard); hash, random: baselines that learn nothing; "
                    "expert_choice: experts pick tokens (encoder only)"));
    visit(field("capacity_factor_train", c.capacity_factor_train)
              .text("slots per expert over the even share of tokens, in training")
              .above(0));
    visit(field("capacity_factor_eval", c.capacity_factor_eval).text("the same in evaluation").above(0));
    visit(field("min_capacity", c.min_capacity)
              .text("an expert has at least this many slots per scope")
              .in("tokens")
              .range(1, 1 << 20));
    visit(field("capacity_scope", c.capacity_scope)
              .text("what capacity is counted over: each row, groups of group_size tokens, the batch of one rank, or "
                    "all ranks"));
    visit(field("balance_scope", c.balance_scope).text("what the auxiliary loss balances over, then averages"));
    visit(field("group_size", c.group_size)
              .text("tokens per group where a scope is group; whole rows")
              .in("tokens")
              .range(1, 1 << 24));
    visit(field("overflow_priority", c.overflow_priority)
              .text("who gets the slots when an expert is full: earlier tokens, likelier tokens (encoder only), or a "
                    "random choice"));
    visit(field("dropless", c.dropless).text("no capacity: nothing is dropped"));
    visit(field("padding", c.padding)
              .text("exclude: padding takes no slot and enters no loss; count: it does, as in the peers"));
    visit(field("exploration", c.exploration)
              .text("jitter: noise on the router's input; sample from the probabilities; input_dropout; argmax: none "
                    "(Switch paper, app. C)"));
    visit(field("jitter_eps", c.jitter_eps)
              .text("the router's input is multiplied by U[1-eps, 1+eps] in training")
              .range(0, 1)
              .below(1));
    visit(field("exploration_dropout", c.exploration_dropout)
              .text("rate of exploration = input_dropout")
              .range(0, 1)
              .below(1));
    visit(field("aux_loss_weight", c.aux_loss_weight).text("alpha, weight of the load-balancing loss").range(0, 1e6));
    visit(field("z_loss_weight", c.z_loss_weight)
              .text("weight of the router z-loss (ST-MoE: 1e-3; 0 = off, as in the Switch paper)")
              .range(0, 1e6));
    visit(field("no_token_left_behind", c.no_token_left_behind)
              .text("overflow goes to the second choice where that has room (Switch paper, app. B)"));
}

template <class Visitor> void visitFields(PrecisionConfig& c, Visitor&& visit)
{
    visit(field("mode", c.mode)
              .text("float32; bfloat16 everywhere, the router too; selective: bfloat16 with a float32 router"));
}

template <class Visitor> void visitFields(DataConfig& c, Visitor&& visit)
{
    visit(field("corpus", c.corpus).text("name of an imported corpus"));
    visit(field("languages", c.languages).text("codes to train on; empty = all of the corpus"));
    visit(field("tokenizer", c.tokenizer).text("a SentencePiece .model file; empty = train one on the corpus"));
    visit(field("temperature", c.temperature)
              .text("T of language sampling, p ~ size^(1/T); 1 = by size, large = even (mT5: 3.33)")
              .range(1, 1e6));
    visit(field("batch_size", c.batch_size)
              .text("rows per update over all ranks and micro-batches")
              .in("rows")
              .range(1, 1 << 20));
    visit(field("input_length", c.input_length).text("encoder tokens per row").in("tokens").range(8, 1 << 16));
    visit(field("target_length", c.target_length).text("decoder tokens per row").in("tokens").range(4, 1 << 16));
    visit(field("noise_density", c.noise_density).text("share of tokens that span corruption hides").above(0).below(1));
    visit(
        field("mean_span_length", c.mean_span_length).text("mean length of a hidden span").in("tokens").range(1, 100));
    visit(field("prefetch", c.prefetch).text("batches prepared ahead in the background").in("batches").range(0, 1024));
}

template <class Visitor> void visitFields(OptimizerConfig& c, Visitor&& visit)
{
    visit(field("kind", c.kind).text("adafactor (as T5) or adamw"));
    visit(field("learning_rate", c.learning_rate)
              .text("peak; with scale_by_parameter relative to each matrix's root mean square")
              .above(0));
    visit(field("schedule", c.schedule)
              .text("after warm-up: inverse_sqrt ~ sqrt(warmup / step), constant, linear or cosine down to "
                    "final_fraction"));
    visit(field("warmup_steps", c.warmup_steps)
              .text("linear rise from 0; also the scale of inverse_sqrt")
              .in("steps")
              .range(0, 1e9));
    visit(
        field("final_fraction", c.final_fraction).text("linear and cosine end at this share of the peak").range(0, 1));
    visit(field("grad_clip", c.grad_clip).text("largest global gradient norm; 0 = no clipping").range(0, 1e9));
    visit(field("weight_decay", c.weight_decay).text("decoupled; norms and biases are left out").range(0, 10));
    visit(field("beta1", c.beta1).text("AdamW: decay of the first moment").range(0, 1).below(1));
    visit(field("beta2", c.beta2).text("AdamW: decay of the second moment").range(0, 1).below(1));
    visit(field("eps", c.eps).text("AdamW: added to the root of the second moment").above(0).below(1));
    visit(field("decay_exponent", c.decay_exponent).text("Adafactor: beta2 at step t is 1 - t^-exponent").above(0));
    visit(field("update_clip", c.update_clip)
              .text("Adafactor: largest root mean square of a matrix's update before scaling")
              .above(0));
    visit(field("scale_by_parameter", c.scale_by_parameter)
              .text("Adafactor: steps are relative to the matrix's root mean square"));
}

template <class Visitor> void visitFields(TrainConfig& c, Visitor&& visit)
{
    visit(field("steps", c.steps).text("updates of the whole run").in("steps").range(1, 1e12));
    visit(field("seed", c.seed)
              .text("of initial weights, data order and every random draw")
              .range(0, 9007199254740992.0));
    visit(field("micro_batches", c.micro_batches)
              .text("a batch is split into this many parts whose gradients are added")
              .range(1, 65536));
    visit(field("eval_every", c.eval_every)
              .text("steps between evaluations; 0 = only at the end")
              .in("steps")
              .range(0, 1e12));
    visit(field("eval_rows", c.eval_rows).text("validation rows per language").in("rows").range(1, 1 << 20));
    visit(field("checkpoint_every", c.checkpoint_every)
              .text("steps between checkpoints; 0 = only at the end")
              .in("steps")
              .range(0, 1e12));
    visit(field("keep_checkpoints", c.keep_checkpoints)
              .text("newest checkpoints kept, beside the best; 0 = all")
              .range(0, 1 << 20));
    visit(field("log_every", c.log_every)
              .text("steps between drains of the device's measurements")
              .in("steps")
              .range(1, 100000));
    visit(
        field("window_steps", c.window_steps).text("steps that one routing window adds up").in("steps").range(1, 1e9));
    visit(field("max_skipped_steps", c.max_skipped_steps)
              .text("non-finite steps in a row after which the run stops")
              .in("steps")
              .range(1, 1e9));
    visit(field("threads", c.threads).text("CPU threads; 0 = all cores").range(0, 4096));
}

/// Walks the sections: `visit(name, section)`.
template <class Config, class Visitor> void visitSections(Config& c, Visitor&& visit)
{
    visit("model", c.model);
    visit("router", c.router);
    visit("precision", c.precision);
    visit("data", c.data);
    visit("optimizer", c.optimizer);
    visit("train", c.train);
}

} // namespace sy
