#include "ui/routing/specialization_view.h"

#include "core/analysis/definitions.h"
#include "core/analysis/specialization.h"
#include "ui/models/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("sy::SpecializationView", text);
}

QString number(double value, int decimals = 2)
{
    return QLocale().toString(value, 'f', decimals);
}

QString pText(double p)
{
    return p < 0.0005 ? words("p < 0.0005") : words("p = %1").arg(QLocale().toString(p, 'g', 2));
}

/// "NMI 0.31, null 0.02 – 0.04, adjusted 0.29"
QString figuresText(const Specialization& figures)
{
    return words("NMI %1, null %2 – %3, adjusted %4")
        .arg(number(figures.normalized()), number(figures.normalizedLow()), number(figures.normalizedHigh()),
             number(figures.adjusted()));
}

QString verdictText(const Specialization& figures, double adjusted_p, qsizetype tests)
{
    const bool holds = adjusted_p < 0.05; // p is of values above chance
    // No layer can pass where there are too few permutations for that many of them.
    const bool undecided = !holds && figures.p_value * static_cast<double>(1 + figures.permutations) < 1.5;
    const QString verdict = undecided ? words("Above all %1 permutations, too few to tell").arg(figures.permutations)
                            : holds   ? words("More than chance: experts specialise by language")
                            : figures.information < figures.null_low
                                ? words("Below its null band: experts are shared more evenly than by chance")
                            : figures.outsideNull() ? words("Above its own null band, but no more than chance")
                                                    : words("No more than chance");
    return words("%1 (%2 after Holm over %3). I = %4 of at most %5 nats; %6 languages, %7 sequences.")
        .arg(verdict, pText(adjusted_p), tests == 1 ? words("1 layer") : words("%1 layers").arg(tests),
             number(figures.information, 3), number(figures.bound))
        .arg(figures.languages)
        .arg(figures.sequences);
}

const LayerSpecialization* find(const std::vector<LayerSpecialization>& layers, int layer)
{
    const auto found = std::find_if(layers.begin(), layers.end(), [&](const auto& one) { return one.layer == layer; });
    return found == layers.end() ? nullptr : &*found;
}

} // namespace

const Specialization& specializationOf(const LayerSpecialization& layer, SpecializationOf of)
{
    switch (of) {
    case SpecializationOf::Gate:
        return layer.by_gate;
    case SpecializationOf::GivenToken:
        return layer.given_token;
    default:
        return layer.by_count;
    }
}

bool isKnown(const Specialization& figures)
{
    return figures.permutations > 0 && std::isfinite(figures.information);
}

double onScale(const Specialization& figures, double information, InformationScale scale)
{
    if (!isKnown(figures)) return std::nan("");
    switch (scale) {
    case InformationScale::Normalized:
        return figures.bound > 0 ? information / figures.bound : 0;
    case InformationScale::Adjusted: {
        const double room = figures.bound - figures.null_mean;
        return room > 0 ? (information - figures.null_mean) / room : 0;
    }
    default:
        return information;
    }
}

std::vector<double> adjustedPValues(const std::vector<LayerSpecialization>& layers, SpecializationOf of)
{
    std::vector<double> p;
    for (const LayerSpecialization& layer : layers) {
        const Specialization& figures = specializationOf(layer, of);
        p.push_back(isKnown(figures) ? figures.p_value : std::nan(""));
    }
    return holmAdjusted(p);
}

QString nameOf(SpecializationOf of)
{
    switch (of) {
    case SpecializationOf::Gate:
        return words("by gate");
    case SpecializationOf::GivenToken:
        return words("given the token");
    default:
        return words("by count");
    }
}

QString axisText(InformationScale scale, SpecializationOf of)
{
    const bool token = of == SpecializationOf::GivenToken;
    switch (scale) {
    case InformationScale::Normalized:
        return token ? words("NMI given the token") : words("NMI");
    case InformationScale::Adjusted:
        return token ? words("Adjusted MI given the token") : words("Adjusted MI");
    default:
        return token ? words("I(expert; language | token)") : words("I(expert; language)");
    }
}

QString unitOf(InformationScale scale)
{
    return scale == InformationScale::Nats ? words("nats") : words("0 – 1");
}

QString definitionOf(InformationScale scale, SpecializationOf of)
{
    QStringList keys{scale == InformationScale::Nats         ? "specialization.information"
                     : scale == InformationScale::Normalized ? "specialization.normalized"
                                                             : "specialization.adjusted"};
    if (of == SpecializationOf::Gate) keys << "specialization.by_gate";
    if (of == SpecializationOf::GivenToken) keys << "specialization.given_token";
    keys << "specialization.null";
    QStringList texts;
    for (const auto& key : keys) texts << fromUtf8(definitionText(key.toStdString()));
    return texts.join(QStringLiteral("\n\n"));
}

SpecializationWords specializationWords(const QString& layer, int64_t step, int layer_index,
                                        const std::vector<LayerSpecialization>& layers, SpecializationOf of)
{
    const LayerSpecialization* own = find(layers, layer_index);
    if (!own) return {};
    const SpecializationOf shown = of == SpecializationOf::GivenToken ? SpecializationOf::Count : of;
    const Specialization& figures = specializationOf(*own, shown);
    SpecializationWords out;
    const QString place = words("%1 at step %2").arg(layer, QLocale().toString(static_cast<qlonglong>(step)));
    if (!isKnown(figures)) {
        out.head = words("%1, %2: not recorded").arg(place, nameOf(shown));
    } else {
        const auto p = adjustedPValues(layers, shown);
        const auto tests = std::count_if(p.begin(), p.end(), [](double one) { return std::isfinite(one); });
        const QString gate = shown == SpecializationOf::Gate ? words(" (by gate)") : QString();
        out.head = words("%1%2: %3").arg(place, gate, figuresText(figures));
        out.verdict = verdictText(figures, p[static_cast<size_t>(own - layers.data())], tests);
    }
    const Specialization& given = own->given_token;
    if (!isKnown(given)) {
        out.token = words("Given the token: not recorded.");
        return out;
    }
    const auto p = adjustedPValues(layers, SpecializationOf::GivenToken);
    out.token = words("Given the token, on tokens that languages share: %1 (%2 after Holm).")
                    .arg(figuresText(given), pText(p[static_cast<size_t>(own - layers.data())]));
    return out;
}

} // namespace sy
