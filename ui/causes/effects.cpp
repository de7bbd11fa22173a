#include "ui/causes/effects.h"

#include "core/base/error.h"
#include "ui/models/text.h"

#include <QLocale>

#include <algorithm>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("sy::CausesPage", text);
}

const char* kindName(Cause::Kind kind)
{
    switch (kind) {
    case Cause::Kind::Baseline:
        return "baseline";
    case Cause::Kind::Ablate:
        return "ablate";
    case Cause::Kind::Force:
        return "force";
    case Cause::Kind::Swap:
        return "swap";
    case Cause::Kind::Random:
        return "ablate_random";
    case Cause::Kind::Capacity:
        return "capacity";
    }
    return "";
}

double number(const nlohmann::json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end() || !found->is_number())
        throw DataError(std::string("evaluation: \"") + key + "\" must be a number");
    return found->get<double>();
}

} // namespace

QString Cause::text() const
{
    switch (kind) {
    case Kind::Baseline:
        return words("Baseline");
    case Kind::Ablate:
        return words("Ablate e%1").arg(expert);
    case Kind::Force:
        return words("Force all to e%1").arg(expert);
    case Kind::Swap:
        return words("Swap e%1 and e%2").arg(expert).arg(other);
    case Kind::Random:
        return words("Random tokens, as many as e%1 takes, seed %2").arg(expert).arg(seed);
    case Kind::Capacity: {
        const QString text =
            words("Capacity %1 per %2, by %3").arg(QLocale().toString(factor, 'f', 2), scope, priority);
        return scope == QLatin1String("group") ? text + words(", groups of %1").arg(group_size) : text;
    }
    }
    return {};
}

nlohmann::json Cause::request() const
{
    if (kind == Kind::Baseline) return nlohmann::json::object();
    if (kind == Kind::Capacity) {
        nlohmann::json request{{"capacity_factor", factor},
                               {"capacity_scope", scope.toStdString()},
                               {"overflow_priority", priority.toStdString()},
                               {"dropless", false}};
        if (group_size > 0) request["group_size"] = group_size;
        return request;
    }
    nlohmann::json intervention{{"kind", kindName(kind)}, {"layer", layer.toStdString()}, {"expert", expert}};
    if (kind == Kind::Swap) intervention["other"] = other;
    if (kind == Kind::Random) intervention["seed"] = seed;
    return {{"intervention", intervention}};
}

std::optional<double> CauseLoss::of(const QString& language) const
{
    if (language.isEmpty()) return loss;
    for (const auto& one : languages)
        if (one.language == language) return one.loss;
    return {};
}

CauseLoss CauseLoss::fromJson(const nlohmann::json& evaluation)
{
    CauseLoss out;
    out.loss = number(evaluation, "cross_entropy");
    out.tokens = static_cast<int64_t>(number(evaluation, "tokens"));
    out.drop_rate =
        evaluation.contains("drop_rate") && evaluation["drop_rate"].is_number() ? number(evaluation, "drop_rate") : 0;
    const auto languages = evaluation.find("languages");
    if (languages == evaluation.end() || !languages->is_object())
        throw DataError("evaluation: \"languages\" must be an object");
    for (const auto& [code, one] : languages->items())
        out.languages.push_back(
            {fromUtf8(code), number(one, "cross_entropy"), static_cast<int64_t>(number(one, "tokens"))});
    return out;
}

void Effects::add(Effect effect)
{
    for (auto& known : m_effects)
        if (known.cause == effect.cause) {
            known = std::move(effect);
            return;
        }
    m_effects.push_back(std::move(effect));
}

const CauseLoss* Effects::find(const Cause& cause) const
{
    for (const auto& effect : m_effects)
        if (effect.cause == cause) return &effect.loss;
    return nullptr;
}

std::vector<const Effect*> Effects::interventions() const
{
    std::vector<const Effect*> out;
    for (const auto& effect : m_effects)
        if (effect.cause.kind != Cause::Kind::Baseline && effect.cause.kind != Cause::Kind::Random)
            out.push_back(&effect);
    return out;
}

std::optional<double> Effects::change(const Cause& cause, const QString& language) const
{
    const auto *after = find(cause), *before = baseline();
    if (!after || !before) return {};
    const auto now = after->of(language), then = before->of(language);
    return now && then ? std::optional(*now - *then) : std::nullopt;
}

std::optional<RandomChange> Effects::randomChange(const QString& layer, int expert, const QString& language) const
{
    RandomChange out;
    for (const auto& effect : m_effects) {
        const auto& cause = effect.cause;
        if (cause.kind != Cause::Kind::Random || cause.layer != layer || cause.expert != expert) continue;
        const auto one = change(cause, language);
        if (!one) continue;
        out.low = out.seeds == 0 ? *one : std::min(out.low, *one);
        out.high = out.seeds == 0 ? *one : std::max(out.high, *one);
        out.mean += *one;
        ++out.seeds;
    }
    if (out.seeds == 0) return {};
    out.mean /= out.seeds;
    return out;
}

QStringList Effects::languages() const
{
    QStringList out;
    if (const auto* base = baseline())
        for (const auto& one : base->languages) out << one.language;
    return out;
}

nlohmann::json effectsJson(const CauseModel& model, const Effects& effects)
{
    auto list = nlohmann::json::array();
    for (const auto& effect : effects.all()) {
        const auto& cause = effect.cause;
        auto one = cause.request();
        one["kind"] = kindName(cause.kind);
        one["cross_entropy"] = effect.loss.loss;
        one["tokens"] = effect.loss.tokens;
        one["drop_rate"] = effect.loss.drop_rate;
        if (const auto change = effects.change(cause)) one["change"] = *change;
        for (const auto& language : effect.loss.languages) {
            nlohmann::json of{{"cross_entropy", language.loss}, {"tokens", language.tokens}};
            if (const auto change = effects.change(cause, language.language)) of["change"] = *change;
            one["languages"][language.language.toStdString()] = std::move(of);
        }
        list.push_back(std::move(one));
    }
    return {{"run", model.run.toStdString()},
            {"name", model.name.toStdString()},
            {"step", model.step},
            {"rows_per_language", model.rows},
            {"evaluations", list}};
}

} // namespace sy
