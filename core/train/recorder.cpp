#include "core/train/recorder.h"

#include "core/base/log.h"
#include "core/config/config_io.h"

#include <cmath>

namespace sy {

Recorder::Recorder(RunWriter& writer, const ExperimentConfig& config, std::vector<ParameterSpec> specs)
    : m_writer(writer), m_config(config), m_specs(std::move(specs))
{
    m_progress.steps = config.train.steps;
}

void Recorder::resumeFrom(int64_t skipped_in_row, double train_seconds)
{
    m_skipped_in_row = skipped_in_row;
    m_train_seconds = train_seconds;
}

void Recorder::steps(const std::vector<StepRecord>& records)
{
    if (records.empty()) return;
    double tokens = 0, loss = 0, drops = 0, finite = 0;
    for (const auto& record : records) {
        tokens += static_cast<double>(record.clock.tokens);
        drops += record.drop_rate / static_cast<double>(records.size());
        if (std::isfinite(record.cross_entropy)) loss += record.cross_entropy, finite += 1;
    }
    const double seconds = records.back().clock.train_seconds - m_train_seconds;
    m_train_seconds = records.back().clock.train_seconds;
    const double rate = seconds > 0 ? tokens / seconds : 0;
    std::vector<Point> points;
    std::vector<ClockTick> ticks;
    for (const auto& record : records) {
        const int64_t step = record.clock.tick.step;
        points.insert(points.end(), {{"train/cross_entropy", step, record.cross_entropy},
                                     {"train/aux_loss", step, record.aux_loss},
                                     {"train/z_loss", step, record.z_loss},
                                     {"train/learning_rate", step, record.clock.learning_rate},
                                     {"train/grad_norm", step, record.gradient_norm},
                                     {"train/tokens_per_second", step, rate},
                                     {"train/drop_rate", step, record.drop_rate}});
        ticks.push_back(record.clock.tick);
        countSkipped(record);
    }
    m_writer.points(std::move(points));
    m_writer.clock(std::move(ticks));
    m_writer.setStep(records.back().clock.tick.step);
    m_progress.stage = "training";
    m_progress.step = records.back().clock.tick.step;
    m_progress.cross_entropy = finite > 0 ? loss / finite : std::nan("");
    m_progress.tokens_per_second = rate;
    m_progress.drop_rate = drops;
    m_progress.seconds_left =
        static_cast<double>(m_progress.steps - m_progress.step) * seconds / static_cast<double>(records.size());
}

std::string Recorder::whatWasNotFinite(const StepRecord& record) const
{
    std::string text = record.loss_finite
                           ? "the gradient norm was " + numberText(record.gradient_norm)
                           : "the loss was not finite (cross entropy " + numberText(record.cross_entropy) +
                                 ", auxiliary loss " + numberText(record.aux_loss) + ", z-loss " +
                                 numberText(record.z_loss) + ")";
    if (record.first_bad >= 0)
        text += "; first parameter with a non-finite gradient: " + m_specs[static_cast<size_t>(record.first_bad)].name;
    return text + "; largest router logsumexp " + numberText(record.logit_max);
}

void Recorder::countSkipped(const StepRecord& record)
{
    if (!record.skipped()) {
        m_skipped_in_row = 0;
        return;
    }
    ++m_skipped_in_row;
    const int64_t step = record.clock.tick.step;
    const std::string what = whatWasNotFinite(record);
    m_writer.event({step,
                    nowMs(),
                    "skipped_step",
                    "step " + std::to_string(step) + " was skipped: " + what,
                    {{"loss_finite", record.loss_finite},
                     {"gradient_finite", record.gradient_finite},
                     {"parameter", record.first_bad >= 0 ? m_specs[static_cast<size_t>(record.first_bad)].name : ""}}});
    log(LogLevel::Warning, "train", "step " + std::to_string(step) + " was skipped: " + what);
    if (m_skipped_in_row >= m_config.train.max_skipped_steps && !m_diagnosis)
        m_diagnosis =
            std::to_string(m_skipped_in_row) + " steps in a row were not finite (train.max_skipped_steps = " +
            std::to_string(m_config.train.max_skipped_steps) + "), the last is step " + std::to_string(step) + ": " +
            what +
            ". Lower optimizer.learning_rate, set optimizer.grad_clip or router.z_loss_weight, or train under "
            "precision.mode=float32";
}

void Recorder::windows(const std::vector<ClosedWindow>& windows)
{
    for (const auto& window : windows) {
        for (const auto& layer : window.layers) m_writer.window(layer);
        for (const auto& sample : window.samples) m_writer.routeSample(sample);
    }
}

void Recorder::evaluation(const Evaluation& evaluation)
{
    std::vector<Point> points{{"valid/cross_entropy", evaluation.step, evaluation.cross_entropy}};
    for (const auto& language : evaluation.languages)
        points.push_back({"valid/cross_entropy/" + language.language, evaluation.step, language.cross_entropy});
    m_writer.points(std::move(points));
    m_writer.evaluation(evaluation);
}

} // namespace sy
