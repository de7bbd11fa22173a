#include "ui/routing/specialization_loader.h"

#include "core/analysis/specialization.h"

#include "ui/models/store_access.h"

#include <algorithm>

namespace sy {

std::optional<LayerSpecialization> specializationFromCounts(const Evaluation& evaluation, size_t place)
{
    const size_t layers = evaluation.layers.size(), rows = evaluation.row_language.size();
    if (place >= layers || rows == 0 || evaluation.counts.empty()) return {};
    const size_t size = evaluation.counts.size() / layers, experts = size / rows;
    const auto of = [&](const auto& all) {
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(place * size);
        const std::vector<double> weight(first, first + static_cast<std::ptrdiff_t>(size));
        return specialization({static_cast<int64_t>(experts), evaluation.row_language, weight},
                              {.permutations = permutationsFor(static_cast<int64_t>(layers))});
    };
    LayerSpecialization out;
    out.layer = evaluation.layers[place];
    out.by_count = of(evaluation.counts);
    if (evaluation.gates.size() == evaluation.counts.size()) out.by_gate = of(evaluation.gates);
    return out;
}

SpecializationLoader::SpecializationLoader(const PageContext& context, QObject* parent)
    : QObject(parent), m_context(context), m_run(std::make_shared<Run>())
{
    connect(m_context.focus, &RoutingFocus::indexChanged, this, &SpecializationLoader::sync);
}

void SpecializationLoader::setActive(bool active)
{
    m_active = active;
    sync();
}

const SpecializationLoader::History& SpecializationLoader::history() const
{
    return m_run->history;
}

const SpecializationLoader::History::value_type* SpecializationLoader::at(int64_t step) const
{
    const History::value_type* first = nullptr;
    const History::value_type* last = nullptr;
    for (const auto& entry : m_run->history) {
        if (entry.second.empty()) continue;
        if (!first) first = &entry;
        if (entry.first > step) break;
        last = &entry;
    }
    return last ? last : first;
}

int SpecializationLoader::waiting() const
{
    int count = 0;
    for (const int64_t step : m_run->seen) count += m_run->history.count(step) ? 0 : 1;
    return count;
}

bool SpecializationLoader::isKnown() const
{
    return m_run->known;
}

bool SpecializationLoader::anyComputed() const
{
    return m_run->computed;
}

const QString& SpecializationLoader::problem() const
{
    return m_run->problem;
}

std::shared_ptr<SpecializationLoader::Run> SpecializationLoader::current()
{
    const RoutingIndex& index = *m_context.focus->index();
    auto& run = m_runs[index.run];
    if (!run || run->rewinds != index.rewinds) {
        run = std::make_shared<Run>();
        run->rewinds = index.rewinds;
    }
    return run;
}

void SpecializationLoader::sync()
{
    const RoutingIndex& index = *m_context.focus->index();
    const auto run = current();
    if (run != m_run) {
        m_run = run;
        Q_EMIT changed();
    }
    if (!m_active || m_reading || index.run.isEmpty() || index.layers.isEmpty()) return;
    if (!run->known || run->seen != index.evaluation_steps)
        readRecorded();
    else
        computeNext();
}

void SpecializationLoader::finished()
{
    m_reading = false;
    Q_EMIT changed();
    sync();
}

void SpecializationLoader::readRecorded()
{
    m_reading = true;
    const RoutingIndex& index = *m_context.focus->index();
    m_context.access->read(
        this, [id = index.run.toStdString()](const Store& store) { return store.specializations(id); },
        [this, run = m_run, seen = index.evaluation_steps](std::vector<EvaluationSpecialization> recorded) {
            run->known = true;
            run->seen = seen;
            for (EvaluationSpecialization& one : recorded) run->history[one.step] = std::move(one.layers);
            run->problem.clear();
            finished();
        },
        [this, run = m_run, seen = index.evaluation_steps](const QString& problem) {
            run->known = true;
            run->seen = seen; // tried again when the run changes
            run->problem = problem;
            for (const int64_t step : seen) run->history.try_emplace(step);
            finished();
        });
}

std::optional<int64_t> SpecializationLoader::nextMissing() const
{
    for (auto step = m_run->seen.rbegin(); step != m_run->seen.rend(); ++step)
        if (!m_run->history.count(*step)) return *step;
    return {};
}

void SpecializationLoader::computeNext()
{
    const auto step = nextMissing();
    if (!step) return;
    m_reading = true;
    const auto failed = [this, run = m_run, at = *step](const QString& problem) {
        run->history[at] = {};
        run->problem = problem;
        finished();
    };
    m_context.access->read(
        this,
        [id = m_context.focus->index()->run.toStdString(), at = *step](const Store& store) {
            return std::make_shared<const Evaluation>(store.evaluationAt(id, at).value_or(Evaluation{}));
        },
        [this, run = m_run, at = *step](const std::shared_ptr<const Evaluation>& evaluation) {
            if (evaluation->counts.empty()) { // nothing to compute from
                run->history[at] = {};
                finished();
                return;
            }
            computeLayer(run, evaluation, std::make_shared<Layers>());
        },
        failed);
}

void SpecializationLoader::computeLayer(const std::shared_ptr<Run>& run, std::shared_ptr<const Evaluation> evaluation,
                                        std::shared_ptr<Layers> layers)
{
    m_context.access->read(
        this,
        [evaluation, place = layers->size()](const Store&) { return specializationFromCounts(*evaluation, place); },
        [this, run, evaluation, layers](std::optional<LayerSpecialization> layer) {
            if (layer) layers->push_back(*layer);
            if (layer && layers->size() < evaluation->layers.size()) {
                if (m_active && run == m_run) {
                    computeLayer(run, evaluation, layers);
                } else { // begun again when it is looked at
                    finished();
                }
                return;
            }
            run->history[evaluation->step] = *layers;
            run->computed = true;
            finished();
        },
        [this, run, evaluation](const QString& problem) {
            run->history[evaluation->step] = {};
            run->problem = problem;
            finished();
        });
}

} // namespace sy
