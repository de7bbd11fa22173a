#include "core/train/model_runner.h"

#include "core/base/error.h"
#include "core/train/device.h"
#include "core/train/guard.h"
#include "core/train/saved_run.h"
#include "core/train/session.h"
#include "core/train/update.h"

#include <algorithm>

namespace sy {

struct ModelRunner::Impl {
    SavedRun saved;
    std::shared_ptr<const Tokenizer> tokenizer;
    std::vector<std::string> layers;
    Weights compute;
    int64_t step = 0;

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
    case Intervention::Kind::Swap:
        require(wanted.other);
        routing.swap_experts = std::pair(wanted.expert, wanted.other);
        break;
    }
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

Evaluation ModelRunner::evaluate(const EvaluateOptions& options) const
{
    const auto& config = m_impl->saved.config;
    auto routing = forwardOptions(config, /*train=*/false).routing;
    if (options.capacity_factor) {
        if (!(*options.capacity_factor > 0))
            throw UsageError("capacity factor: must be above 0, got " + std::to_string(*options.capacity_factor));
        routing.capacity_factor = *options.capacity_factor;
    }
    if (options.intervention)
        applyIntervention(routing, *options.intervention, m_impl->layers, config.model.num_experts);
    const auto corpus = evaluatedCorpus(m_impl->saved, options.corpus);
    const auto cache = TokenCache::openOrBuild(corpus, *m_impl->tokenizer);
    const int64_t rows = options.rows_per_language > 0 ? options.rows_per_language : config.train.eval_rows;
    const auto text = validationText(cache, corpus, *m_impl->tokenizer, config.data, rows, m_impl->saved.languages);
    return guardEngine("evaluate", [&] { return evaluateModel(config, m_impl->compute, text, routing, m_impl->step); });
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
    if (options.max_length < 1)
        throw UsageError("max_length: must be at least 1, got " + std::to_string(options.max_length));
    return guardEngine("generate", [&] {
        const auto model = m_impl->model(options.capacity);
        const auto ids = encodeWithSentinels(*m_impl->tokenizer, options.text);
        if (ids.empty()) throw DataError("generate: the text is empty");
        return m_impl->tokenizer->decode(generateGreedy(model, ids, options.max_length));
    });
}

} // namespace sy
