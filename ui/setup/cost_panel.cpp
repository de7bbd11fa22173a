#include "ui/setup/cost_panel.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/setup/figure_grid.h"
#include "ui/setup/labels.h"
#include "ui/setup/memory_panel.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace sy {

namespace {

constexpr double many_drops = 0.05; ///< share from which the figure stands out

QString perCent(double share)
{
    const double value = 100 * share;
    if (value > 0 && value < 0.01) return QObject::tr("< 0.01 %");
    return QObject::tr("%1 %").arg(QLocale().toString(value, 'f', value < 1 ? 2 : 1));
}

} // namespace

CostPanel::CostPanel(QWidget* parent) : QWidget(parent), m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(8, 4, 8, 8);
    m_column->setSpacing(3);
    buildFigures();
    m_column->addStretch(1);
}

void CostPanel::addTitle(const QString& title)
{
    auto* label = new QLabel(title, this);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    label->setContentsMargins(0, m_column->count() == 0 ? 0 : 6, 0, 0);
    m_column->addWidget(label);
}

FigureGrid* CostPanel::addFigures(const QString& title)
{
    addTitle(title);
    auto* figures = new FigureGrid(this);
    m_column->addWidget(figures);
    return figures;
}

void CostPanel::buildFigures()
{
    m_model = addFigures(tr("Model"));
    m_model->add("parameters_total", tr("parameters"), tr("All weights, every expert counted"));
    m_model->add("parameters_active", tr("active per token"), tr("Weights that one token meets: chosen experts only"));
    m_compute = addFigures(tr("Compute"));
    m_compute->add("flops_per_token", tr("FLOPs per token"),
                   tr("Forward and backward of one input or target position, 2 per multiply-add; router left out"));
    m_compute->add("router_flops_per_token", tr("router, beside it"), tr("Forward FLOPs of the routers per token"));
    m_compute->add("flops_per_step", tr("FLOPs per step"), tr("FLOPs per token times positions of one update"));
    m_compute->add("positions_per_step", tr("positions per step"), tr("rows * (input_length + target_length)"));
    addTitle(tr("Memory"));
    m_memory = new MemoryPanel(this);
    m_column->addWidget(m_memory);
    m_experts = addFigures(tr("Experts"));
    m_experts->add("tokens_per_expert", tr("tokens per expert"), tr("Even share of a micro-batch's encoder positions"));
    m_experts->add("expert_capacity", tr("capacity"),
                   tr("Slots per expert of an encoder layer in training, over the capacity scope"));
    m_experts->add("drop_rate", tr("expected drops"), {});
    m_time = addFigures(tr("Time"));
    m_time->add("step_seconds", tr("per step"),
                tr("FLOPs per step over %1 % of the rate of large matrix products that doctor measured on the chosen "
                   "device")
                    .arg(100 * planned_gemm_share));
    m_time->add("total_seconds", tr("to the end"), tr("Time per step times train.steps; evaluations come on top"));
    m_measure_note = noteLabel("cost_measure_note", this);
    m_measure = new QPushButton(tr("Measure this machine"), this);
    m_measure->setObjectName("measureMachine");
    m_measure->setToolTip(tr("Runs “switchyard-cli doctor”, which measures matrix products and copies (some seconds)"));
    connect(m_measure, &QPushButton::clicked, this, &CostPanel::measureRequested);
    m_column->addWidget(m_measure_note);
    m_column->addWidget(m_measure, 0, Qt::AlignLeft);
    addTitle(tr("Dense twin"));
    m_twin = noteLabel("cost_twin", this);
    m_twin->setToolTip(plainToolTip(tr("Equal FLOPs: within 1 % per token, forward and backward, router left out")));
    m_column->addWidget(m_twin);
}

void CostPanel::setReport(const CostReport& report)
{
    m_report = report;
    showModel();
    m_memory->setReport(report);
    showExperts();
    showTime();
    showTwin();
}

void CostPanel::showModel()
{
    const auto& plan = m_report.plan;
    m_model->set("parameters_total", countText(double(plan.parameters_total)));
    m_model->set("parameters_active", countText(double(plan.parameters_active)));
    m_compute->set("flops_per_token", countText(plan.flops_per_token));
    m_compute->set("router_flops_per_token", countText(plan.router_flops_per_token));
    m_compute->set("flops_per_step", countText(plan.flops_per_step));
    m_compute->set("positions_per_step", QLocale().toString(qlonglong(plan.positions_per_step)));
}

void CostPanel::showExperts()
{
    const auto& plan = m_report.plan;
    const auto& drops = m_report.drop_rate;
    const bool dense = m_report.match == TwinMatch::Dense;
    const double share = plan.tokens_per_expert;
    m_experts->set("tokens_per_expert", dense ? tr("–") : QLocale().toString(share, 'f', share < 100 ? 1 : 0));
    m_experts->set("expert_capacity",
                   dense ? tr("–") : tr("%1 slots").arg(QLocale().toString(qlonglong(plan.expert_capacity))));
    m_experts->set("drop_rate", dense ? tr("–") : drops ? perCent(*drops) : tr("none: experts choose"));
    const QString help =
        tr("Choices without a slot in an encoder layer if every token chose its experts evenly and independently:\n"
           "N · E[max(0, X − C)] / (K · T), X ~ Binomial(T, K / N), summed exactly;\n"
           "T = %1 tokens of the capacity scope, C = %2 slots, N experts, K choices a token.\n"
           "A router that favours experts drops more.")
            .arg(plan.capacity_tokens)
            .arg(plan.expert_capacity);
    auto* value = m_experts->value("drop_rate");
    value->setToolTip(plainToolTip(help));
    const bool many = !dense && drops && *drops > many_drops;
    setInk(value, many ? stateColours(palette()).warning : palette().color(QPalette::WindowText));
}

void CostPanel::showTime()
{
    const auto& seconds = m_report.step_seconds;
    m_time->set("step_seconds", seconds ? tr("≈ %1").arg(durationText(*seconds)) : tr("not known"));
    m_time->set("total_seconds",
                seconds ? tr("≈ %1").arg(durationText(*seconds * double(m_report.steps))) : tr("not known"));
    const bool failed = !m_measure_problem.isEmpty();
    if (failed)
        m_measure_note->setText(m_measure_problem);
    else if (m_measuring)
        m_measure_note->setText(tr("Measuring matrix products and copies …"));
    else
        m_measure_note->setText(tr("Nobody has measured this device yet: run “switchyard-cli doctor”."));
    const bool asked = m_measuring || failed || (!seconds && m_report.device_found);
    m_measure_note->setVisible(asked);
    m_measure->setVisible(asked);
    m_measure->setEnabled(!m_measuring);
    const auto colours = stateColours(palette());
    setInk(m_measure_note, failed ? colours.bad : colours.faint);
}

void CostPanel::showTwin()
{
    const auto& twin = m_report.twin;
    const double ratio = twin.flops_per_token > 0 ? m_report.plan.flops_per_token / twin.flops_per_token : 0;
    switch (m_report.match) {
    case TwinMatch::Dense:
        m_twin->setText(tr("This is a dense model: num_experts is 1. Its sparse counterparts with top-1 routing do the "
                           "same FLOPs per token."));
        break;
    case TwinMatch::Matched:
        m_twin->setText(tr("Matched: the same model with num_experts = 1 has %1 parameters and does the same %2 FLOPs "
                           "per token. Equal steps are equal compute.")
                            .arg(countText(double(twin.parameters_total)), countText(twin.flops_per_token)));
        break;
    case TwinMatch::NotMatched:
        m_twin->setText(tr("Not matched: this does %1 times the FLOPs per token of its dense twin (%2). Compare over "
                           "FLOPs, not over steps.")
                            .arg(QLocale().toString(ratio, 'f', 2), countText(twin.flops_per_token)));
        break;
    }
    const bool matched = m_report.match != TwinMatch::NotMatched;
    setInk(m_twin, matched ? palette().color(QPalette::WindowText) : stateColours(palette()).warning);
}

void CostPanel::setMeasuring(bool measuring, const QString& problem)
{
    m_measuring = measuring;
    m_measure_problem = problem;
    showTime();
}

void CostPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && !m_report.plan.bytes.empty()) setReport(m_report);
    QWidget::changeEvent(event);
}

} // namespace sy
