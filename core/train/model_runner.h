// A loaded model for everything that is not training: evaluate, probe, generate. Torch-free header.
#pragma once

#include "core/config/experiment.h"
#include "core/store/store.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sy {

/// Which checkpoint of a run: "best", "last" or a step's number.
using CheckpointChoice = std::string;

/// A causal intervention on one sparse layer.
struct Intervention {
    enum class Kind { Ablate, Force, Swap };
    Kind kind = Kind::Ablate;
    std::string layer; ///< "encoder.1"
    int64_t expert = 0;
    int64_t other = 0; ///< Swap
};

struct EvaluateOptions {
    std::string corpus;                    ///< empty = the run's own
    std::optional<double> capacity_factor; ///< empty = the run's evaluation factor
    std::optional<Intervention> intervention;
    int64_t rows_per_language = 0; ///< 0 = the run's train.eval_rows
};

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
    Evaluation evaluate(const EvaluateOptions& options) const;
    Probe probe(const ProbeOptions& options) const;
    std::string generate(const GenerateOptions& options) const;

private:
    struct Impl;
    explicit ModelRunner(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sy
