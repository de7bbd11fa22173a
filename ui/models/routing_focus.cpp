#include "ui/models/routing_focus.h"

#include "ui/models/text.h"

#include <algorithm>
#include <utility>

namespace sy {

QString RoutingIndex::piece(int32_t id) const
{
    if (tokenizer && id >= 0 && id < tokenizer->vocabSize()) return fromUtf8(tokenizer->piece(id));
    return QStringLiteral("#%1").arg(id);
}

std::optional<int64_t> RoutingIndex::atOrBefore(const std::vector<int64_t>& steps, int64_t step)
{
    if (steps.empty()) return {};
    const auto after = std::upper_bound(steps.begin(), steps.end(), step);
    return after == steps.begin() ? steps.front() : *std::prev(after);
}

RoutingFocus::RoutingFocus(QObject* parent) : QObject(parent), m_index(std::make_shared<RoutingIndex>()) {}

void RoutingFocus::setIndex(RoutingIndexPtr index)
{
    const auto before = std::exchange(m_index, std::move(index));
    const bool other_run = before->run != m_index->run;
    const QString layer = before->layers.value(m_layer);
    const QString language = before->languages.value(m_language);
    int wanted = static_cast<int>(m_index->layers.indexOf(layer));
    if (wanted < 0 && !m_index->layers.isEmpty()) wanted = 0;
    if (other_run || before->rewinds != m_index->rewinds) {
        if (other_run) m_step.reset();
        Q_EMIT runChanged();
    }
    moveLanguage(static_cast<int>(language.isEmpty() ? -1 : m_index->languages.indexOf(language)));
    if (m_expert >= m_index->experts || other_run) setExpert(-1);
    if (other_run) setToken(-1);
    const bool layer_moved = std::exchange(m_layer, wanted) != wanted || other_run;
    Q_EMIT indexChanged();
    if (layer_moved) Q_EMIT layerChanged(m_layer);
}

int64_t RoutingFocus::shownStep() const
{
    if (m_step) return *m_step;
    int64_t last = -1;
    for (const auto* steps : {&m_index->window_steps, &m_index->evaluation_steps})
        if (!steps->empty()) last = std::max(last, steps->back());
    return last;
}

void RoutingFocus::setLayer(int layer)
{
    if (layer == m_layer || layer < 0 || layer >= m_index->layers.size()) return;
    m_layer = layer;
    Q_EMIT layerChanged(layer);
}

void RoutingFocus::setExpert(int expert)
{
    const int wanted = expert == m_expert || expert >= m_index->experts ? -1 : std::max(expert, -1);
    if (wanted == m_expert) return;
    m_expert = wanted;
    Q_EMIT expertChanged(wanted);
}

void RoutingFocus::setLanguage(int language)
{
    moveLanguage(language == m_language || language >= m_index->languages.size() ? -1 : std::max(language, -1));
}

void RoutingFocus::moveLanguage(int language)
{
    if (language == m_language) return;
    m_language = language;
    Q_EMIT languageChanged(language);
}

void RoutingFocus::setToken(qint64 id)
{
    const qint64 wanted = id == m_token ? -1 : std::max<qint64>(id, -1);
    if (wanted == m_token) return;
    m_token = wanted;
    Q_EMIT tokenChanged(wanted);
}

void RoutingFocus::setStep(std::optional<int64_t> step)
{
    if (step == m_step) return;
    m_step = step;
    Q_EMIT stepChanged();
}

void RoutingFocus::clear()
{
    setExpert(-1);
    setLanguage(-1);
    setToken(-1);
}

} // namespace sy
