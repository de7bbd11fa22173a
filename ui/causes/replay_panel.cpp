#include "ui/causes/replay_panel.h"

#include "core/config/config_io.h"
#include "ui/causes/effect_models.h"
#include "ui/causes/effects_runner.h"
#include "ui/models/background.h"
#include "ui/models/palette.h"
#include "ui/models/routing_focus.h"
#include "ui/models/store_access.h"
#include "ui/models/text.h"
#include "ui/plots/bar_chart.h"

#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QSlider>
#include <QSpinBox>

#include <algorithm>
#include <cmath>

namespace sy {

namespace {

QString percent(double share)
{
    return ReplayPanel::tr("%1 %").arg(QLocale().toString(100 * share, 'f', share < 0.1 ? 2 : 1));
}

} // namespace

void ReplayPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void ReplayPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_table) showGroups();
}

void ReplayPanel::setReady(bool ready)
{
    m_evaluate->setEnabled(ready);
}

void ReplayPanel::refresh()
{
    if (!isVisible()) return;
    const auto& index = *m_context.focus->index();
    const auto at = RoutingIndex::atOrBefore(index.route_steps, m_context.focus->shownStep());
    if (!at) {
        m_input.reset();
        m_input_step = -1;
        m_problem = index.layers.isEmpty()
                        ? QString()
                        : tr("This run recorded no routes of its validation tokens: they come with evaluations of runs "
                             "that are trained from now on. Interventions on checkpoints work all the same.");
        return take(ReplayPicture{m_problem, {}, 0, {}, {}, {}, {}});
    }
    if (index.run == m_input_run && *at == m_input_step && index.rewinds == m_input_rewinds) return;
    read();
}

void ReplayPanel::read()
{
    if (m_reading) {
        m_read_again = true;
        return;
    }
    const auto index = m_context.focus->index();
    const auto at = RoutingIndex::atOrBefore(index->route_steps, m_context.focus->shownStep());
    if (!at) return;
    m_reading = true;
    m_input_run = index->run;
    m_input_step = *at;
    m_input_rewinds = index->rewinds;
    m_context.access->read(
        this,
        [index, step = *at](const Store& store) {
            auto input = std::make_shared<ReplayInput>();
            const std::string run = index->run.toStdString();
            if (auto routes = store.evaluationRoutes(run, step)) input->routes = std::move(*routes);
            input->router = configFromJson(store.config(run)).router;
            input->layers = index->layers;
            input->languages = index->languages;
            input->experts = index->experts;
            input->kinds = index->kinds;
            return input;
        },
        [this, index](std::shared_ptr<ReplayInput> input) {
            m_reading = false;
            if (index->run == m_context.focus->index()->run) take(std::move(input), {});
            if (std::exchange(m_read_again, false)) refresh();
        },
        [this](const QString& problem) {
            m_reading = false;
            m_input_step = -1;
            take({}, problem);
            if (std::exchange(m_read_again, false)) refresh();
        });
}

void ReplayPanel::take(std::shared_ptr<ReplayInput> input, const QString& problem)
{
    const bool first = !m_input || (input && !(input->router == m_input->router));
    m_input = std::move(input);
    m_problem = problem;
    if (m_input && m_input->router.kind == RouterKind::ExpertChoice)
        m_problem =
            tr("Experts choose their tokens in this run (router.kind expert_choice): there is no overflow to replay.");
    if (!m_problem.isEmpty()) return take(ReplayPicture{m_problem, {}, 0, {}, {}, {}, {}});
    if (first) return resetRule();
    layerChanged();
}

void ReplayPanel::resetRule()
{
    if (!m_input) return;
    const auto& router = m_input->router;
    for (auto* widget : {static_cast<QObject*>(m_factor), static_cast<QObject*>(m_scope),
                         static_cast<QObject*>(m_group), static_cast<QObject*>(m_priority)})
        widget->blockSignals(true);
    m_factor->setValue(router.capacity_factor_eval);
    m_slider->setValue(qRound(m_factor->value() * 100));
    m_scope->setCurrentIndex(std::max(0, m_scope->findData(static_cast<int>(router.capacity_scope))));
    m_group->setValue(static_cast<int>(router.group_size));
    m_priority->setCurrentIndex(std::max(0, m_priority->findData(static_cast<int>(router.overflow_priority))));
    for (auto* widget : {static_cast<QObject*>(m_factor), static_cast<QObject*>(m_scope),
                         static_cast<QObject*>(m_group), static_cast<QObject*>(m_priority)})
        widget->blockSignals(false);
    compute();
}

void ReplayPanel::layerChanged()
{
    showNote();
    compute();
}

ReplayRule ReplayPanel::rule() const
{
    ReplayRule rule;
    rule.factor = m_factor->value();
    rule.scope = static_cast<Scope>(m_scope->currentData().toInt());
    rule.group_size = m_group->value();
    rule.priority = static_cast<OverflowPriority>(m_priority->currentData().toInt());
    if (m_input) {
        rule.minimum = m_input->router.min_capacity;
        rule.count_padding = m_input->router.padding == PaddingPolicy::Count;
    }
    return rule;
}

Cause ReplayPanel::cause() const
{
    Cause cause;
    cause.kind = Cause::Kind::Capacity;
    cause.factor = m_factor->value();
    cause.scope = m_scope->currentText();
    cause.priority = m_priority->currentText();
    cause.group_size = m_group->value();
    return cause;
}

void ReplayPanel::compute()
{
    m_group->setEnabled(m_scope->currentText() == QLatin1String("group"));
    showTruth();
    if (!m_input || !m_problem.isEmpty() || m_context.focus->layer() < 0) return;
    if (m_computing) {
        m_compute_again = true;
        return;
    }
    m_computing = true;
    inBackground(
        this,
        [input = m_input, layer = m_context.focus->layer(), wanted = rule()] {
            return replayPicture(*input, layer, wanted);
        },
        [this, input = m_input](ReplayPicture picture) {
            m_computing = false;
            if (m_input == input) take(std::move(picture)); // else of another step or run
            if (std::exchange(m_compute_again, false)) compute();
        });
}

void ReplayPanel::take(ReplayPicture picture)
{
    m_picture = std::move(picture);
    const QLocale locale;
    if (!m_picture.problem.isEmpty()) {
        m_headline->setText(m_picture.problem);
    } else {
        const auto& all = m_picture.all;
        QString text = tr("%1 of %2 choices dropped: %3 (recorded: %4), at step %5.")
                           .arg(locale.toString(qlonglong(all.dropped)), locale.toString(qlonglong(all.choices)),
                                all.choices > 0 ? percent(all.rate()) : QStringLiteral("–"),
                                all.choices > 0 ? percent(all.wasRate()) : QStringLiteral("–"),
                                locale.toString(qlonglong(m_input->routes.step)));
        const double needed = std::ceil(m_picture.factor_for_no_drops * 100) / 100;
        text += QLatin1Char(' ') + (needed > 0
                                        ? tr("Nothing is dropped from factor %1.").arg(locale.toString(needed, 'f', 2))
                                        : tr("No factor drops anything here."));
        m_headline->setText(text);
    }
    showNote();
    showGroups();
}

void ReplayPanel::showNote()
{
    const auto& focus = *m_context.focus;
    const QString layer = focus.index()->layers.value(focus.layer());
    const bool first = !layer.isEmpty() && focus.layer() == 0 && !focus.index()->isDecoder(0);
    m_note->setText(
        first ? tr("Exact for %1, the first sparse layer of the encoder.").arg(layer)
              : tr("Approximate for %1: exact for the first sparse encoder layer alone; below it drops change "
                   "what follows.")
                    .arg(layer));
    m_note->setVisible(m_picture.problem.isEmpty() && !layer.isEmpty());
}

void ReplayPanel::showGroups()
{
    const auto& groups = m_by->currentIndex() == 0   ? m_picture.experts
                         : m_by->currentIndex() == 1 ? m_picture.languages
                         : m_by->currentIndex() == 2 ? m_picture.classes
                                                     : m_picture.positions;
    QStringList names;
    BarSeries now{tr("this capacity"), stateColours(palette()).accent, {}};
    BarSeries then{tr("as recorded"), stateColours(palette()).faint, {}};
    for (const auto& group : groups) {
        names << group.name;
        now.values.push_back(100 * group.rate());
        then.values.push_back(100 * group.wasRate());
    }
    const QString problem = m_context.focus->index()->tokenizer_problem;
    m_chart->setEmptyText(m_by->currentIndex() == 2 && m_picture.problem.isEmpty() && !problem.isEmpty()
                              ? tr("Token classes need the tokenizer: %1").arg(problem)
                              : tr("No routes to replay"));
    m_chart->setCategoryAxis(m_by->currentText());
    m_chart->setBars(names, {now, then});
    m_model->show(m_by->currentText(), groups);
}

void ReplayPanel::evaluate()
{
    m_runner->want({cause()});
    showTruth();
}

void ReplayPanel::showTruth()
{
    const auto& effects = m_runner->effects();
    const auto wanted = cause();
    const auto* loss = effects.find(wanted);
    QString text;
    if (loss && effects.baseline())
        text =
            tr("True loss %1 nats, %2 against the run's own capacity (%3); %4 of choices dropped in all sparse layers.")
                .arg(QLocale().toString(loss->loss, 'f', 4), changeText(effects.change(wanted)),
                     QLocale().toString(effects.baseline()->loss, 'f', 4), percent(loss->drop_rate));
    m_truth->setText(text);
    m_truth->setVisible(!text.isEmpty());
}

} // namespace sy
