#include "ui/setup/cost_panel.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/setup/elided_label.h"
#include "ui/setup/memory_bar.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace sy {

namespace {

/// Parts in the order they are stacked; the colours are those of lines, which stay apart.
struct PartInfo {
    const char* key;
    const char* name;
    const char* help;
    int colour;
};
constexpr PartInfo parts[] = {
    {"weights", QT_TR_NOOP("weights"), QT_TR_NOOP("float32 weights, 4 bytes each"), 0},
    {"compute_copy", QT_TR_NOOP("compute copy"), QT_TR_NOOP("bfloat16 copy of the weights for matrix products"), 4},
    {"gradients", QT_TR_NOOP("gradients"), QT_TR_NOOP("of all weights"), 1},
    {"optimizer", QT_TR_NOOP("optimizer"),
     QT_TR_NOOP("Adafactor: a row and a column of every matrix; AdamW: two values a weight"), 3},
    {"activations", QT_TR_NOOP("activations"), QT_TR_NOOP("kept for the backward pass of one micro-batch; an estimate"),
     2},
};

QString perCent(double share)
{
    const double value = 100 * share;
    if (value > 0 && value < 0.01) return QObject::tr("< 0.01 %");
    return QObject::tr("%1 %").arg(QLocale().toString(value, 'f', value < 1 ? 2 : 1));
}

void colour(QLabel* label, const QColor& ink)
{
    QPalette own = label->palette();
    own.setColor(QPalette::WindowText, ink);
    label->setPalette(own);
}

QLabel* note(const QString& name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

CostPanel::CostPanel(QWidget* parent)
    : QWidget(parent), m_column(new QVBoxLayout(this)), m_devices(new QWidget(this)),
      m_device_note(note("cost_device", this)), m_twin(note("cost_twin", this)),
      m_measure_note(note("cost_measure_note", this)), m_measure(new QPushButton(tr("Measure this machine"), this))
{
    m_column->setContentsMargins(8, 4, 8, 8);
    m_column->setSpacing(3);
    new QVBoxLayout(m_devices);
    m_devices->layout()->setContentsMargins(0, 0, 0, 0);
    m_devices->layout()->setSpacing(1);
    m_measure->setObjectName("measureMachine");
    m_measure->setToolTip(tr("Runs “switchyard-cli doctor”, which measures matrix products and copies (some seconds)"));
    connect(m_measure, &QPushButton::clicked, this, &CostPanel::measureRequested);
    buildFigures(m_column);
    m_column->addStretch(1);
}

void CostPanel::buildFigures(QVBoxLayout* column)
{
    auto* model = addSection(tr("Model"));
    addFigure(model, "parameters_total", tr("parameters"), tr("All weights, every expert counted"));
    addFigure(model, "parameters_active", tr("active per token"),
              tr("Weights that one token meets: chosen experts only"));
    auto* compute = addSection(tr("Compute"));
    addFigure(compute, "flops_per_token", tr("FLOPs per token"),
              tr("Forward and backward of one input or target position, 2 per multiply-add; router left out"));
    addFigure(compute, "router_flops_per_token", tr("router, beside it"), tr("Forward FLOPs of the routers per token"));
    addFigure(compute, "flops_per_step", tr("FLOPs per step"), tr("FLOPs per token times positions of one update"));
    addFigure(compute, "positions_per_step", tr("positions per step"), tr("rows * (input_length + target_length)"));
    auto* memory = addSection(tr("Memory"));
    for (const auto& part : parts) addFigure(memory, QString("bytes_") + part.key, tr(part.name), tr(part.help));
    addFigure(memory, "bytes_total", tr("in all"), tr("Sum of the parts; libraries and buffers come on top"));
    column->addWidget(m_devices);
    column->addWidget(m_device_note);
    auto* experts = addSection(tr("Experts"));
    addFigure(experts, "tokens_per_expert", tr("tokens per expert"),
              tr("Even share of a micro-batch's encoder positions"));
    addFigure(experts, "expert_capacity", tr("capacity"),
              tr("Slots per expert of an encoder layer in training, over the capacity scope"));
    addFigure(experts, "drop_rate", tr("expected drops"), {});
    auto* time = addSection(tr("Time"));
    addFigure(time, "step_seconds", tr("per step"),
              tr("FLOPs per step over %1 % of the rate of large matrix products that doctor measured on the chosen "
                 "device")
                  .arg(100 * planned_gemm_share));
    addFigure(time, "total_seconds", tr("to the end"), tr("Time per step times train.steps; evaluations come on top"));
    column->addWidget(m_measure_note);
    column->addWidget(m_measure, 0, Qt::AlignLeft);
    addSection(tr("Dense twin"));
    column->addWidget(m_twin);
}

QGridLayout* CostPanel::addSection(const QString& title)
{
    auto* label = new QLabel(title, this);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    label->setContentsMargins(0, m_column->count() == 0 ? 0 : 6, 0, 0);
    m_column->addWidget(label);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(1);
    grid->setColumnStretch(1, 1);
    m_column->addLayout(grid);
    return grid;
}

void CostPanel::addFigure(QGridLayout* grid, const QString& key, const QString& label, const QString& help)
{
    const int row = grid->rowCount();
    auto* swatch = new QLabel(this);
    auto* name = new QLabel(label, this);
    auto* value = new QLabel(this);
    value->setObjectName("cost_" + key);
    value->setTextFormat(Qt::PlainText);
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    for (auto* each : {name, value}) each->setToolTip(plainToolTip(help));
    if (key.startsWith("bytes_") && key != "bytes_total") {
        swatch->setFixedSize(fontMetrics().height() / 2, fontMetrics().height() / 2);
        m_swatches.insert(key.mid(6), swatch);
        grid->addWidget(swatch, row, 0);
        grid->addWidget(name, row, 1);
    } else {
        delete swatch;
        grid->addWidget(name, row, 0, 1, 2);
    }
    grid->addWidget(value, row, 2);
    m_values.insert(key, value);
}

void CostPanel::set(const QString& key, const QString& text)
{
    m_values[key]->setText(text);
}

void CostPanel::setReport(const CostReport& report)
{
    m_report = report;
    const auto& plan = report.plan;
    set("parameters_total", countText(double(plan.parameters_total)));
    set("parameters_active", countText(double(plan.parameters_active)));
    set("flops_per_token", countText(plan.flops_per_token));
    set("router_flops_per_token", countText(plan.router_flops_per_token));
    set("flops_per_step", countText(plan.flops_per_step));
    set("positions_per_step", QLocale().toString(qlonglong(plan.positions_per_step)));
    const bool dense = report.match == TwinMatch::Dense;
    const double share = plan.tokens_per_expert;
    set("tokens_per_expert", dense ? tr("–") : QLocale().toString(share, 'f', share < 100 ? 1 : 0));
    set("expert_capacity", dense ? tr("–") : tr("%1 slots").arg(QLocale().toString(qlonglong(plan.expert_capacity))));
    showDrops();
    showMemory();
    showTime();
    showTwin();
}

void CostPanel::showDrops()
{
    const auto& plan = m_report.plan;
    const bool dense = m_report.match == TwinMatch::Dense;
    set("drop_rate", dense ? tr("–") : m_report.drop_rate ? perCent(*m_report.drop_rate) : tr("none: experts choose"));
    const QString help =
        tr("Choices without a slot in an encoder layer if every token chose its experts evenly and independently:\n"
           "N · E[max(0, X − C)] / (K · T), X ~ Binomial(T, K / N), summed exactly;\n"
           "T = %1 tokens of the capacity scope, C = %2 slots, N experts, K choices a token.\n"
           "A router that favours experts drops more.")
            .arg(plan.capacity_tokens)
            .arg(plan.expert_capacity);
    m_values["drop_rate"]->setToolTip(plainToolTip(help));
    const bool many = !dense && m_report.drop_rate && *m_report.drop_rate > 0.05;
    colour(m_values["drop_rate"], many ? stateColours(palette()).warning : palette().color(QPalette::WindowText));
}

void CostPanel::showMemory()
{
    QVector<MemoryPart> stacked;
    for (const auto& part : parts) {
        const double bytes = double(m_report.plan.bytes.at(part.key));
        set(QString("bytes_") + part.key, bytesText(bytes));
        stacked.append({tr(part.name), bytes, lineColour(part.colour)});
        QPalette own = m_swatches[part.key]->palette();
        own.setColor(QPalette::Window, lineColour(part.colour));
        m_swatches[part.key]->setAutoFillBackground(true);
        m_swatches[part.key]->setPalette(own);
    }
    const double total = double(m_report.plan.bytes.at("total"));
    set("bytes_total", bytesText(total));
    while (m_device_rows.size() < qsizetype(m_report.devices.size())) {
        DeviceRow row{new ElidedLabel(m_devices), new MemoryBar(m_devices), note({}, m_devices)};
        for (auto* widget :
             {static_cast<QWidget*>(row.name), static_cast<QWidget*>(row.bar), static_cast<QWidget*>(row.verdict)})
            m_devices->layout()->addWidget(widget);
        m_device_rows.append(row);
    }
    for (qsizetype i = 0; i < m_device_rows.size(); ++i) {
        const auto& row = m_device_rows[i];
        const bool there = i < qsizetype(m_report.devices.size());
        row.name->setVisible(there);
        row.bar->setVisible(there);
        row.verdict->setVisible(there);
        if (!there) continue;
        const auto& fit = m_report.devices[size_t(i)];
        QFont font = row.name->font();
        font.setBold(fit.chosen);
        row.name->setFont(font);
        static_cast<ElidedLabel*>(row.name)->setWholeText(
            tr("%1 · %2").arg(fromUtf8(fit.status.device), fromUtf8(fit.status.name)));
        row.bar->setObjectName("memory_" + fromUtf8(fit.status.device));
        row.verdict->setObjectName("fit_" + fromUtf8(fit.status.device));
        row.bar->setParts(stacked, double(fit.status.memory_free));
        const QString room =
            tr("%1 free of %2")
                .arg(bytesText(double(fit.status.memory_free)), bytesText(double(fit.status.memory_total)));
        row.verdict->setText(
            fit.fits
                ? tr("Fits: %1").arg(room)
                : tr("Will not fit: %1 too much; %2").arg(bytesText(total - double(fit.status.memory_free)), room));
        const auto colours = stateColours(palette());
        colour(row.verdict, fit.fits ? colours.faint : fit.chosen ? colours.bad : colours.warning);
    }
    const bool missing = !m_report.devices.empty() && !m_report.device_found;
    m_device_note->setVisible(missing);
    m_device_note->setText(tr("The chosen device is not on this machine: the run would fail."));
    colour(m_device_note, stateColours(palette()).bad);
}

void CostPanel::showTime()
{
    const auto& seconds = m_report.step_seconds;
    set("step_seconds", seconds ? tr("≈ %1").arg(durationText(*seconds)) : tr("not known"));
    set("total_seconds", seconds ? tr("≈ %1").arg(durationText(*seconds * double(m_report.steps))) : tr("not known"));
    const bool ask = !seconds && m_report.device_found;
    m_measure_note->setText(!m_measure_problem.isEmpty() ? m_measure_problem
                            : m_measuring                ? tr("Measuring matrix products and copies …")
                                                         : tr("Nobody has measured this device yet: run "
                                                                             "“switchyard-cli doctor”."));
    m_measure_note->setVisible(ask || m_measuring);
    m_measure->setVisible(ask || m_measuring);
    m_measure->setEnabled(!m_measuring);
    const auto colours = stateColours(palette());
    colour(m_measure_note, m_measure_problem.isEmpty() ? colours.faint : colours.bad);
}

void CostPanel::showTwin()
{
    const auto colours = stateColours(palette());
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
    m_twin->setToolTip(plainToolTip(tr("Equal FLOPs: within 1 % per token, forward and backward, router left out")));
    colour(m_twin, m_report.match == TwinMatch::NotMatched ? colours.warning : palette().color(QPalette::WindowText));
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
