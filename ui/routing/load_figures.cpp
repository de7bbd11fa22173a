#include "ui/routing/load_figures.h"

#include "core/analysis/definitions.h"
#include "ui/models/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("sy::LoadFigures", text);
}

/// One after the other, as docs/analysis.md has them.
QString defined(std::initializer_list<const char*> keys)
{
    QStringList texts;
    for (const char* key : keys) texts << fromUtf8(definitionText(key));
    return texts.join(QStringLiteral("\n\n"));
}

QString number(double value, int decimals)
{
    return std::isfinite(value) ? QLocale().toString(value, 'f', decimals) : QStringLiteral("–");
}

double largestShare(const WindowFigures& window)
{
    const auto& load = window.figures.load;
    const auto total = static_cast<double>(std::accumulate(load.begin(), load.end(), int64_t{0}));
    return total > 0 ? static_cast<double>(*std::max_element(load.begin(), load.end())) / total : std::nan("");
}

} // namespace

LoadFigureInfo infoOf(LoadFigure figure)
{
    switch (figure) {
    case LoadFigure::Share:
        return {words("largest share"),      QStringLiteral("%"), defined({"load.share", "load.capacity_line"}), 1, 100,
                {WindowColumn::MaxViolation}};
    case LoadFigure::Dropped:
        return {words("dropped"), QStringLiteral("%"), defined({"load.drop_rate"}), 2, 100, {WindowColumn::DropRate}};
    case LoadFigure::Dead:
        return {words("dead"), words("experts"), defined({"load.dead_experts"}), 0, 1, {WindowColumn::DeadExperts}};
    case LoadFigure::MaxViolation:
        return {words("max violation"),      words("of the fair share"), defined({"load.max_violation"}), 2, 1,
                {WindowColumn::MaxViolation}};
    case LoadFigure::Cv:
        return {words("load CV"), words("of the mean load"), defined({"load.cv"}), 2, 1, {WindowColumn::LoadCv}};
    case LoadFigure::Information:
        return {words("I(token; expert)"),
                words("nats"),
                defined({"load.entropy_gap", "load.mean_probability_entropy", "load.mean_entropy"}),
                2,
                1,
                {WindowColumn::MeanProbabilityEntropy, WindowColumn::MeanEntropy}};
    case LoadFigure::Confidence:
        return {words("confidence"),           words("probability"), defined({"load.confidence"}), 2, 1,
                {WindowColumn::MeanConfidence}};
    case LoadFigure::Z:
        return {words("z"), words("nats²"), defined({"load.z_mean"}), 2, 1, {WindowColumn::ZMean}};
    case LoadFigure::Logits:
        return {words("logits"),         words("nats"), defined({"load.logit_range", "load.lse_max"}), 1, 1,
                {WindowColumn::LogitMax}};
    case LoadFigure::CapacityNeeded:
        break;
    }
    return {
        words("needed CF"), words("factor"), defined({"load.capacity_needed"}), 2, 1, {WindowColumn::CapacityNeeded}};
}

double valueOf(LoadFigure figure, const WindowFigures& window)
{
    const RoutingFigures& figures = window.figures;
    switch (figure) {
    case LoadFigure::Share:
        return 100 * largestShare(window);
    case LoadFigure::Dropped:
        return 100 * figures.drop_rate;
    case LoadFigure::Dead:
        return static_cast<double>(figures.dead_experts);
    case LoadFigure::MaxViolation:
        return figures.max_violation;
    case LoadFigure::Cv:
        return figures.load_cv;
    case LoadFigure::Information:
        return figures.mean_probability_entropy - figures.mean_entropy;
    case LoadFigure::Confidence:
        return figures.mean_confidence;
    case LoadFigure::Z:
        return figures.z_mean;
    case LoadFigure::Logits:
        return window.logit_max;
    default:
        return window.capacity_needed;
    }
}

QString tileText(LoadFigure figure, const WindowFigures& window)
{
    const double value = valueOf(figure, window);
    switch (figure) {
    case LoadFigure::Share:
    case LoadFigure::Dropped:
        return std::isfinite(value) ? words("%1 %").arg(number(value, 1)) : number(value, 1);
    case LoadFigure::Dead:
        return words("%1 of %2").arg(number(value, 0)).arg(window.figures.load.size());
    case LoadFigure::Logits:
        return std::isfinite(value) ? words("%1 … %2").arg(number(window.logit_min, 1), number(value, 1))
                                    : number(value, 1);
    default:
        return number(value, infoOf(figure).decimals);
    }
}

void LayerLoad::append(std::vector<WindowFigures> more)
{
    for (WindowFigures& window : more) {
        if (!windows.empty() && window.last_step <= windows.back().last_step) continue;
        experts = static_cast<int64_t>(window.figures.load.size());
        windows.push_back(std::move(window));
    }
}

std::vector<double> LayerLoad::lastSteps() const
{
    std::vector<double> out;
    for (const WindowFigures& window : windows) out.push_back(static_cast<double>(window.last_step));
    return out;
}

int LayerLoad::windowAt(int64_t step) const
{
    const auto after = std::upper_bound(windows.begin(), windows.end(), step,
                                        [](int64_t at, const WindowFigures& window) { return at < window.last_step; });
    if (windows.empty()) return -1;
    return after == windows.begin() ? 0 : static_cast<int>(after - windows.begin()) - 1;
}

Curve LayerLoad::curve(double (*value)(const WindowFigures&)) const
{
    Curve out;
    for (const WindowFigures& window : windows) {
        const double one = value(window);
        if (std::isnan(one)) continue;
        out.step.push_back(window.last_step);
        out.value.push_back(one);
    }
    return out;
}

Curve LayerLoad::share(int64_t expert) const
{
    Curve out;
    for (const WindowFigures& window : windows) {
        const double fair = window.figures.utilization[static_cast<size_t>(expert)];
        if (std::isnan(fair)) continue;
        out.step.push_back(window.last_step);
        out.value.push_back(100 * fair / static_cast<double>(experts));
    }
    return out;
}

double dropOf(const WindowFigures& window, int64_t expert)
{
    const auto e = static_cast<size_t>(expert);
    const int64_t load = window.figures.load[e];
    return load > 0 ? 1 - static_cast<double>(window.figures.kept[e]) / static_cast<double>(load) : std::nan("");
}

} // namespace sy
