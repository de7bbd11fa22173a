#include "ui/probe/probe_answers.h"

#include "core/analysis/definitions.h"
#include "ui/models/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("sy::ProbePage", text);
}

} // namespace

QString ProbeSource::text() const
{
    const QLocale locale;
    switch (kind) {
    case Kind::None:
        return words("nothing");
    case Kind::Live:
        return words("Running trainer, now");
    case Kind::Recorded:
        return step < 0 ? words("Recorded at the shown step")
                        : words("Recorded at step %1").arg(locale.toString(qlonglong(step)));
    case Kind::Checkpoint:
        break;
    }
    bool number = false;
    checkpoint.toLongLong(&number);
    if (number) return words("Checkpoint of step %1").arg(locale.toString(checkpoint.toLongLong()));
    const QString name_of = checkpoint == QLatin1String("best") ? words("Best checkpoint") : words("Last checkpoint");
    return step < 0 ? name_of : words("%1 (step %2)").arg(name_of, locale.toString(qlonglong(step)));
}

bool ProbeAnswer::isDecoder(const ProbeRoute& route) const
{
    return layerName(route).startsWith(QLatin1String("decoder"));
}

std::vector<const ProbeRoute*> ProbeAnswer::routesOf(bool decoder) const
{
    std::vector<const ProbeRoute*> out;
    for (const auto& route : probe.routes)
        if (isDecoder(route) == decoder) out.push_back(&route);
    std::sort(out.begin(), out.end(), [](const auto* l, const auto* r) { return l->layer < r->layer; });
    return out;
}

std::vector<const ProbeToken*> ProbeAnswer::tokensOf(bool decoder) const
{
    std::vector<const ProbeToken*> out;
    for (const auto& token : probe.tokens)
        if (token.decoder == decoder) out.push_back(&token);
    return out;
}

const ProbeRoute* ProbeAnswer::route(const QString& layer) const
{
    for (const auto& route : probe.routes)
        if (layerName(route) == layer) return &route;
    return nullptr;
}

bool sameTokens(const ProbeAnswer& a, const ProbeAnswer& b, bool decoder)
{
    const auto left = a.tokensOf(decoder), right = b.tokensOf(decoder);
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const auto* l, const auto* r) { return l->id == r->id && l->piece == r->piece; });
}

std::optional<ChangedRoutes> changedRoutes(const ProbedText& text, const QString& layer)
{
    if (!text.a || !text.b) return {};
    const auto *left = text.a->route(layer), *right = text.b->route(layer);
    if (!left || !right || !sameTokens(*text.a, *text.b, text.a->isDecoder(*left))) return {};
    ChangedRoutes out;
    out.tokens = static_cast<int>(std::min(left->expert.size(), right->expert.size()));
    for (size_t i = 0; i < static_cast<size_t>(out.tokens); ++i) out.changed += left->expert[i] != right->expert[i];
    return out;
}

std::vector<double> expertShares(const ProbeRoute& route, int experts)
{
    std::vector<double> shares(static_cast<size_t>(std::max(experts, 1)), 0);
    if (route.expert.empty()) return shares;
    for (const int32_t expert : route.expert)
        if (expert >= 0 && expert < experts) shares[static_cast<size_t>(expert)] += 1;
    for (double& share : shares) share /= static_cast<double>(route.expert.size());
    return shares;
}

QString routeText(const ProbeAnswer& answer, const ProbeRoute& route, int token)
{
    const QLocale locale;
    const auto i = static_cast<size_t>(token);
    if (token < 0 || i >= route.expert.size()) return {};
    const double entropy = route.entropy[i], most = std::log(std::max(answer.experts, 2));
    QString text = words("%1: expert %2, probability %3, entropy %4 nats (%5 % of ln %6)")
                       .arg(answer.layerName(route))
                       .arg(route.expert[i])
                       .arg(locale.toString(double(route.probability[i]), 'f', 3), locale.toString(entropy, 'f', 3),
                            locale.toString(100 * entropy / most, 'f', 0))
                       .arg(answer.experts);
    if (route.dropped[i]) text += words(", dropped: no slot was left");
    for (int64_t k = 0; k < route.top_k; ++k) {
        const size_t at = i * static_cast<size_t>(route.top_k) + static_cast<size_t>(k);
        text += words("\nexpert %1: %2 %")
                    .arg(route.top_expert[at])
                    .arg(locale.toString(100 * double(route.top_probability[at]), 'f', 1));
    }
    return text;
}

QString tokenDefinitions()
{
    QStringList all;
    for (const char* key : {"probe.probability", "probe.entropy", "probe.dropped", "probe.changed"})
        all << fromUtf8(definitionText(key));
    return all.join(QStringLiteral("\n\n"));
}

} // namespace sy
