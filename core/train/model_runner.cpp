#include "core/train/model_runner.h"

#include "core/base/error.h"
#include "core/config/config_io.h"
#include "core/train/device.h"
#include "core/train/guard.h"
#include "core/train/parallel_specialization.h"
#include "core/train/saved_run.h"
#include "core/train/session.h"
#include "core/train/update.h"

#include <algorithm>
#include <map>
#include <utility>

namespace sy {

struct ModelRunner::Impl {
    SavedRun saved;
    std::shared_ptr<const Tokenizer> tokenizer;
    std::vector<std::string> layers;
    Weights compute;
    int64_t step = 0;
    std::map<std::pair<std::string, int64_t>, EvaluationText> texts; ///< by corpus hash and rows per language

    const EvaluationText& text(const Corpus& corpus, int64_t rows);
    ProbeModel model(const std::string& capacity) const
    {
        return {saved.config, compute, *tokenizer, probeRouting(saved.config, capacity)};
    }
};

ModelRunner::ModelRunner(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ModelRunner::~ModelRunner() = default;
ModelRunner::ModelRunner(ModelRunner&&) noexcept = default;

namespace {

Weights computeFrom(const NamedTensors& model, const ExperimentConfig& config, torch::Device device)
{
    Weights master;
    for (const auto& [name, tensor] : model) master.add(name, tensor.to(device));
    return computeWeights(master, config.model, config.precision.mode, /*trainable=*/false);
}

void applyIntervention(RoutingOptions& routing, const Intervention& wanted, const std::vector<std::string>& layers,
                       int64_t experts)
{
    if (std::find(layers.begin(), layers.end(), wanted.layer) == layers.end()) {
        std::string known;
        for (const auto& layer : layers) known += (known.empty() ? "" : ", ") + layer;
        throw UsageError("\"" + wanted.layer +
                         "\" is not a sparse layer of this model; there are: " + (known.empty() ? "none" : known));
    }
    const auto require = [&](int64_t expert) {
        if (expert < 0 || expert >= experts)
            throw UsageError("expert " + std::to_string(expert) + ": layer " + wanted.layer + " has experts 0 to " +
                             std::to_string(experts - 1));
    };
    require(wanted.expert);
    routing.layer = wanted.layer;
    switch (wanted.kind) {
    case Intervention::Kind::Ablate:
        routing.ablate_expert = wanted.expert;
        break;
    case Intervention::Kind::Force:
        routing.force_expert = wanted.expert;
        break;
    case Intervention::Kind::AblateRandom:
        routing.ablate_like = wanted.expert;
        routing.ablate_seed = wanted.seed;
        break;
    case Intervention::Kind::Swap:
        require(wanted.other);
        routing.swap_experts = std::pair(wanted.expert, wanted.other);
        break;
    }
}

/// The run's configuration with the capacity that an evaluation asks for.
ExperimentConfig evaluatedConfig(ExperimentConfig config, const EvaluateOptions& options)
{
    auto& router = config.router;
    const bool limits =
        options.capacity_factor || options.capacity_scope || options.group_size || options.overflow_priority;
    if (limits && options.dropless.value_or(false))
        throw UsageError("dropless has no capacity: leave out capacity_factor, capacity_scope, group_size and "
                         "overflow_priority, or dropless");
    if (limits) router.dropless = false;
    if (options.capacity_factor &&
        !(*options.capacity_factor > 0 && *options.capacity_factor <= largest_capacity_factor))
        throw UsageError("capacity_factor: must be above 0 and at most " + numberText(largest_capacity_factor) +
                         ", got " + numberText(*options.capacity_factor));
    router.capacity_factor_eval = options.capacity_factor.value_or(router.capacity_factor_eval);
    router.capacity_scope = options.capacity_scope.value_or(router.capacity_scope);
    router.group_size = options.group_size.value_or(router.group_size);
    router.overflow_priority = options.overflow_priority.value_or(router.overflow_priority);
    router.dropless = options.dropless.value_or(router.dropless);
    if (auto issues = validate(config); !issues.empty()) throw ConfigError(std::move(issues));
    return config;
}

Corpus evaluatedCorpus(const SavedRun& saved, const std::string& name)
{
    if (!name.empty() && name != saved.config.data.corpus) return openCorpus(name);
    return withLanguages(openCorpus(saved.config.data.corpus), saved.config.data.languages);
}

} // namespace

ModelRunner ModelRunner::load(const StorePaths& paths, const std::string& run, const CheckpointChoice& checkpoint,
                              const std::string& device_name)
{
    auto impl = std::make_unique<Impl>();
    impl->saved = openSavedRun(paths, run);
    const auto& saved = impl->saved;
    const auto step = chooseCheckpoint(saved, checkpoint);
    if (!step) throw StoreError("run " + saved.summary.name + " has no checkpoint yet");
    const auto device = openDevice(device_name);
    setThreads(saved.config.train.threads);
    impl->step = *step;
    impl->tokenizer = tokenizerOf(saved);
    impl->layers = sparseLayerNames(saved.config.model);
    guardEngine("load the checkpoint", [&] {
        const auto loaded = readCheckpoint(saved.folder, *step, saved.identity, parameterSpecs(saved.config.model));
        impl->compute = computeFrom(loaded.model, saved.config, device);
    });
    return ModelRunner(std::move(impl));
}

int64_t ModelRunner::step() const
{
    return m_impl->step;
}

const RunSummary& ModelRunner::run() const
{
    return m_impl->saved.summary;
}

const std::vector<std::string>& ModelRunner::sparseLayers() const
{
    return m_impl->layers;
}

const ExperimentConfig& ModelRunner::config() const
{
    return m_impl->saved.config;
}

const std::vector<std::string>& ModelRunner::languages() const
{
    return m_impl->saved.languages;
}

const EvaluationText& ModelRunner::Impl::text(const Corpus& corpus, int64_t rows)
{
    constexpr size_t most_kept = 4;
    const std::pair key(corpus.hash, rows);
    if (const auto found = texts.find(key); found != texts.end()) return found->second;
    if (texts.size() >= most_kept) texts.clear();
    const auto cache = TokenCache::openOrBuild(corpus, *tokenizer);
    auto read = validationText(cache, corpus, *tokenizer, saved.config.data, rows, saved.languages);
    return texts.emplace(key, std::move(read)).first->second;
}

Evaluation ModelRunner::evaluate(const EvaluateOptions& options, const ShareDone& progress) const
{
    const auto config = evaluatedConfig(m_impl->saved.config, options);
    auto routing = forwardOptions(config, /*train=*/false).routing;
    if (options.intervention)
        applyIntervention(routing, *options.intervention, m_impl->layers, config.model.num_experts);
    if (options.rows_per_language < 0 || options.rows_per_language > most_evaluated_rows)
        throw UsageError("rows: must be 1 to " + std::to_string(most_evaluated_rows) + " per language, got " +
                         std::to_string(options.rows_per_language));
    const int64_t rows = options.rows_per_language > 0 ? options.rows_per_language : config.train.eval_rows;
    const auto& text = m_impl->text(evaluatedCorpus(m_impl->saved, options.corpus), rows);
    EvaluationObserver observer;
    observer.progress = progress;
    return guardEngine("evaluate",
                       [&] { return evaluateModel(config, m_impl->compute, text, routing, m_impl->step, observer); });
}

ParallelSpecialization ModelRunner::specialization(const SpecializationOptions& options,
                                                   const ShareDone& progress) const
{
    if (options.permutations != 0 &&
        (options.permutations < fewest_permutations || options.permutations > most_permutations))
        throw UsageError("permutations: must be " + std::to_string(fewest_permutations) + " to " +
                         std::to_string(most_permutations) + ", got " + std::to_string(options.permutations));
    const auto sentences = completeSentences(options, m_impl->saved.languages);
    return guardEngine("specialization", [&] {
        return parallelSpecialization(m_impl->model("none"), sentences, m_impl->step, options.permutations, progress);
    });
}

Probe ModelRunner::probe(const ProbeOptions& options) const
{
    constexpr int64_t predicted_tokens = 32;
    return guardEngine("probe", [&] {
        return probeText(m_impl->model(options.capacity), {options.text, options.language, options.target},
                         m_impl->step, std::max<int64_t>(options.top_k, 1), predicted_tokens);
    });
}

std::string ModelRunner::generate(const GenerateOptions& options) const
{
    if (options.max_length < 1 || options.max_length > longest_answer)
        throw UsageError("max_length: must be 1 to " + std::to_string(longest_answer) + " tokens, got " +
                         std::to_string(options.max_length));
    return guardEngine("generate", [&] {
        const auto model = m_impl->model(options.capacity);
        const auto ids = encodeWithSentinels(*m_impl->tokenizer, options.text);
        if (ids.empty()) throw DataError("generate: the text is empty");
        return m_impl->tokenizer->decode(generateGreedy(model, ids, options.max_length));
    });
}

} // namespace sy
