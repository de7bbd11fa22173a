#include "ui/models/routing_index_reader.h"

#include "core/base/error.h"
#include "core/store/run_status.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"
#include "ui/models/text.h"

namespace sy {

namespace {

QStringList names(const nlohmann::json& list)
{
    QStringList names;
    for (const auto& name : list) names << fromUtf8(name.get<std::string>());
    return names;
}

/// Where a run keeps its tokenizer: with its checkpoints, else where it was trained with it.
void readTokenizer(const Store& store, const nlohmann::json& details, RoutingIndex& index)
{
    try {
        fs::path file = store.paths().checkpoints / index.run.toStdString() / "tokenizer.model";
        if (!fs::exists(file)) file = details.at("environment").value("tokenizer", "");
        if (file.empty() || !fs::exists(file)) throw DataError("the run's tokenizer is not on this machine");
        auto tokenizer = std::make_shared<const Tokenizer>(Tokenizer::load(file));
        if (tokenizer->hash() != details.at("tokenizer_hash").get<std::string>())
            throw DataError(file.string() + " is not the tokenizer that the run was trained with");
        index.kinds = std::make_shared<const std::vector<TokenKind>>(tokenKinds(*tokenizer));
        index.tokenizer = std::move(tokenizer);
    } catch (const std::exception& error) {
        index.tokenizer_problem = fromUtf8(error.what());
    }
}

RoutingIndexPtr readIndex(const Store& store, RoutingIndex index)
{
    const std::string run = index.run.toStdString();
    const auto details = store.details(run);
    index.layers = names(details.at("sparse_layers"));
    index.languages = names(details.at("languages"));
    index.experts = details.at("num_experts").get<int>();
    if (!index.tokenizer) readTokenizer(store, details, index);
    if (!index.layers.isEmpty()) {
        index.window_steps = store.windowSteps(run);
        index.evaluation_steps = store.evaluationSteps(run);
        index.route_steps = store.evaluationRouteSteps(run);
    }
    for (const auto& checkpoint : store.checkpoints(run))
        if (!checkpoint.removed) index.checkpoint_steps.push_back(checkpoint.step);
    return std::make_shared<const RoutingIndex>(std::move(index));
}

} // namespace

RoutingIndexReader::RoutingIndexReader(const PageContext& context, QObject* parent)
    : QObject(parent), m_context(context)
{
    connect(m_context.selection, &Selection::currentRunChanged, this, &RoutingIndexReader::look);
    connect(m_context.watch, &StoreWatch::pictureReady, this, &RoutingIndexReader::look);
    look();
}

void RoutingIndexReader::look()
{
    if (m_reading) return;
    const auto* run = m_context.watch->picture()->find(m_context.selection->currentRun());
    if (!run) {
        if (m_context.selection->currentRun().isEmpty() && !m_context.focus->index()->run.isEmpty())
            m_context.focus->setIndex(std::make_shared<const RoutingIndex>());
        return;
    }
    RoutingIndex index;
    index.run = fromUtf8(run->id);
    index.name = fromUtf8(run->name);
    index.revision = run->revision;
    index.rewinds = run->rewinds;
    index.live = claimsToLive(run->status);
    const RoutingIndex& shown = *m_context.focus->index();
    if (index.run == shown.run && index.revision == shown.revision && index.live == shown.live) return;
    if (index.run == shown.run) {
        index.tokenizer = shown.tokenizer;
        index.kinds = shown.kinds;
    }
    m_reading = true;
    m_context.access->read(
        this, [index = std::move(index)](const Store& store) { return readIndex(store, index); },
        [this](RoutingIndexPtr read) {
            m_reading = false;
            if (read->run == m_context.selection->currentRun()) m_context.focus->setIndex(std::move(read));
            look(); // it may have gone on meanwhile
        },
        // Gone, or the store is being moved: the watch tells; tried again with its next picture.
        [this](const QString&) { m_reading = false; });
}

} // namespace sy
