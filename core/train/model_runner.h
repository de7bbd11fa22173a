// A loaded model for everything that is not training: evaluate, probe, generate, judge specialization. Torch-free
// header.
#pragma once

#include "core/config/experiment.h"
#include "core/store/store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sy {

/// Which checkpoint of a run: "best", "last" or a step's number.
using CheckpointChoice = std::string;

/// A causal intervention on one sparse layer.
struct Intervention {
    enum class Kind {
        Ablate,      ///< the expert gives nothing: the residual passes
        Force,       ///< every token of the layer goes to the expert, capacity set aside
        Swap,        ///< tokens of one go to the other, gates kept
        AblateRandom ///< as many kept choices of real tokens as the expert has in a pass, drawn at random, give nothing
    };
    Kind kind = Kind::Ablate;
    std::string layer; ///< "encoder.1"
    int64_t expert = 0;
    int64_t other = 0; ///< Swap
    uint64_t seed = 1; ///< AblateRandom: another one draws others
};

template <> struct EnumNames<Intervention::Kind> {
    static constexpr auto names = std::array{
        std::pair{Intervention::Kind::Ablate, "ablate"}, std::pair{Intervention::Kind::Force, "force"},
        std::pair{Intervention::Kind::Swap, "swap"}, std::pair{Intervention::Kind::AblateRandom, "ablate_random"}};
};

struct EvaluateOptions {
    std::string corpus; ///< empty = the run's own
    // Instead of the run's router settings; what is wrong in a configuration is wrong here. Any of the first four gives
    // a dropless run a capacity.
    std::optional<double> capacity_factor; ///< instead of router.capacity_factor_eval
    std::optional<Scope> capacity_scope;
    std::optional<int64_t> group_size;
    std::optional<OverflowPriority> overflow_priority;
    std::optional<bool> dropless;
    std::optional<Intervention> intervention;
    int64_t rows_per_language = 0; ///< 0 = the run's train.eval_rows
};
inline constexpr int64_t most_evaluated_rows = 1000000; ///< per language
inline constexpr double largest_capacity_factor = 1e6;

struct ProbeOptions {
    std::string text, language, target;
    std::string capacity = "none"; ///< none (dropless), eval, train
    int64_t top_k = 4;
};

struct GenerateOptions {
    std::string text;
    std::string capacity = "none";
    int64_t max_length = 64;
};
inline constexpr int64_t longest_answer = 1024; ///< tokens

struct SpecializationOptions {
    fs::path file;                      ///< as readParallel takes it
    int64_t sentences = 0;              ///< the first ones that are complete; 0 = all
    std::vector<std::string> languages; ///< empty = all that both the run and the file have
    int64_t permutations = 0;           ///< 0 = permutationsFor the model's layers
};
inline constexpr int64_t most_permutations = 100000;

/// L languages, N experts.
struct ParallelSpecialization {
    int64_t sentences = 0; ///< in each language
    std::vector<std::string> languages;
    int64_t experts = 0;
    std::vector<LayerSpecialization> layers;
    std::vector<std::vector<int64_t>> count; ///< per layer [L, N], choices before capacity
};

using ShareDone = std::function<void(double share)>; ///< in [0, 1]

/// Not thread-safe: what was read for one evaluation stays ready for the next.
class ModelRunner {
public:
    /// @throws StoreError (no such run or checkpoint), DataError (tokenizer gone or other), EngineError (corrupt
    /// weights).
    static ModelRunner load(const StorePaths& paths, const std::string& run, const CheckpointChoice& checkpoint,
                            const std::string& device = "cpu");
    ~ModelRunner();
    ModelRunner(ModelRunner&&) noexcept;

    int64_t step() const;
    const RunSummary& run() const;
    const std::vector<std::string>& sparseLayers() const;
    const ExperimentConfig& config() const;
    const std::vector<std::string>& languages() const; ///< of the run
    /// @throws UsageError, ConfigError: an option that makes no sense, naming it; DataError: no such corpus.
    Evaluation evaluate(const EvaluateOptions& options, const ShareDone& progress = {}) const;
    Probe probe(const ProbeOptions& options) const;
    std::string generate(const GenerateOptions& options) const;
    /// Parallel sentences through the model without drops (expert choice: under its evaluation capacity), see
    /// parallel_specialization.h. @throws DataError: the file, or no sentence in all of the languages.
    ParallelSpecialization specialization(const SpecializationOptions& options, const ShareDone& progress = {}) const;

private:
    struct Impl;
    explicit ModelRunner(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sy
