#include "ui/causes/effects_runner.h"

#include "core/base/error.h"
#include "ui/models/serve_client.h"
#include "ui/models/text.h"

#include <algorithm>

namespace sy {

EffectsRunner::EffectsRunner(const PageContext& context, QObject* parent)
    : QObject(parent), m_client(new ServeClient(context, this))
{
}

void EffectsRunner::setModel(const CauseModel& model)
{
    if (model == m_model) return;
    cancel();
    m_model = model;
    Q_EMIT changed();
}

const Effects& EffectsRunner::effects() const
{
    static const Effects none;
    for (const auto& [model, effects] : m_known)
        if (model == m_model) return effects;
    return none;
}

void EffectsRunner::forgetRun(const QString& run)
{
    if (run == m_model.run) {
        cancel();
        m_client->close();
    }
    std::erase_if(m_known, [&](const auto& known) { return known.first.run == run; });
    Q_EMIT changed();
}

void EffectsRunner::want(const std::vector<Cause>& causes)
{
    if (m_model.run.isEmpty() || m_model.step < 0) return;
    const auto add = [this](const Cause& cause) {
        const bool waits = std::find(m_queue.begin(), m_queue.end(), cause) != m_queue.end();
        if (!waits && !effects().find(cause)) m_queue.push_back(cause);
    };
    add({});
    for (const auto& cause : causes) add(cause);
    next();
}

void EffectsRunner::cancel()
{
    m_queue.clear();
    m_asked = false;
    m_done = 0;
    m_share = 0;
    m_client->cancel();
    Q_EMIT advanced();
}

double EffectsRunner::progress() const
{
    const auto all = m_done + static_cast<int>(m_queue.size());
    return all > 0 ? (m_done + m_share) / all : 0;
}

QString EffectsRunner::doing() const
{
    if (m_queue.empty()) return {};
    const auto all = m_done + static_cast<int>(m_queue.size());
    const QString what = m_client->isReady() ? m_queue.front().text() : tr("Loading the checkpoint");
    return tr("%1 (%2 of %3)").arg(what).arg(m_done + 1).arg(all);
}

void EffectsRunner::next()
{
    if (m_asked) return;
    if (m_queue.empty()) {
        m_done = 0;
        Q_EMIT advanced();
        return;
    }
    m_asked = true;
    m_share = 0;
    auto request = m_queue.front().request();
    request["verb"] = "evaluate";
    request["rows"] = m_model.rows;
    m_client->open(m_model.run, QString::number(m_model.step));
    m_client->ask(
        this, std::move(request), [this](const nlohmann::json& result) { take(result); },
        [this](const QString& problem) { stopWith(problem); },
        [this](double share) {
            m_share = std::clamp(share, 0.0, 1.0);
            Q_EMIT advanced();
        });
    Q_EMIT advanced();
}

void EffectsRunner::take(const nlohmann::json& result)
{
    try {
        Effect effect{m_queue.front(), CauseLoss::fromJson(result)};
        auto known = std::find_if(m_known.begin(), m_known.end(), [this](const auto& k) { return k.first == m_model; });
        if (known == m_known.end()) known = m_known.insert(known, {m_model, {}});
        known->second.add(std::move(effect));
    } catch (const Error& error) {
        return stopWith(fromUtf8(error.what()));
    }
    m_queue.pop_front();
    m_asked = false;
    m_share = 0;
    ++m_done;
    Q_EMIT changed();
    next();
}

void EffectsRunner::stopWith(const QString& problem)
{
    const QString what = m_queue.empty() ? QString() : m_queue.front().text();
    cancel();
    Q_EMIT failed(what.isEmpty() ? problem : tr("%1: %2").arg(what, problem));
}

} // namespace sy
