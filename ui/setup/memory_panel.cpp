#include "ui/setup/memory_panel.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/setup/figure_grid.h"
#include "ui/setup/labels.h"
#include "ui/setup/memory_bar.h"

#include <QLabel>
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
    {"weights", QT_TRANSLATE_NOOP("sy::MemoryPanel", "weights"),
     QT_TRANSLATE_NOOP("sy::MemoryPanel", "float32 weights, 4 bytes each"), 0},
    {"compute_copy", QT_TRANSLATE_NOOP("sy::MemoryPanel", "compute copy"),
     QT_TRANSLATE_NOOP("sy::MemoryPanel", "bfloat16 copy of the weights for matrix products"), 4},
    {"gradients", QT_TRANSLATE_NOOP("sy::MemoryPanel", "gradients"),
     QT_TRANSLATE_NOOP("sy::MemoryPanel", "of all weights"), 1},
    {"optimizer", QT_TRANSLATE_NOOP("sy::MemoryPanel", "optimizer"),
     QT_TRANSLATE_NOOP("sy::MemoryPanel", "Adafactor: a row and a column of every matrix; AdamW: two values a weight"),
     3},
    {"activations", QT_TRANSLATE_NOOP("sy::MemoryPanel", "activations"),
     QT_TRANSLATE_NOOP("sy::MemoryPanel", "kept for the backward pass of one micro-batch; an estimate"), 2},
};

} // namespace

MemoryPanel::MemoryPanel(QWidget* parent)
    : QWidget(parent), m_figures(new FigureGrid(this)), m_devices(new QVBoxLayout),
      m_note(noteLabel("cost_device", this))
{
    for (const auto& part : parts)
        m_figures->add(QString("bytes_") + part.key, tr(part.name), tr(part.help), lineColour(part.colour));
    m_figures->add("bytes_total", tr("in all"), tr("Sum of the parts; libraries and buffers come on top"));
    m_devices->setSpacing(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addWidget(m_figures);
    column->addLayout(m_devices);
    column->addWidget(m_note);
    m_note->setText(tr("The chosen device is not on this machine: the run would fail."));
}

MemoryPanel::Row MemoryPanel::addRow()
{
    const Row row{new ElidedLabel(this), new MemoryBar(this), noteLabel({}, this)};
    m_devices->addWidget(row.name);
    m_devices->addWidget(row.bar);
    m_devices->addWidget(row.verdict);
    m_rows.append(row);
    return row;
}

void MemoryPanel::setReport(const CostReport& report)
{
    for (const auto& part : parts)
        m_figures->set(QString("bytes_") + part.key, bytesText(double(report.plan.bytes.at(part.key))));
    m_figures->set("bytes_total", bytesText(double(report.plan.bytes.at("total"))));
    while (m_rows.size() < qsizetype(report.devices.size())) addRow();
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        const auto& row = m_rows[i];
        const bool there = i < qsizetype(report.devices.size());
        row.name->setVisible(there);
        row.bar->setVisible(there);
        row.verdict->setVisible(there);
        if (there) showDevice(row, report.devices[size_t(i)], report.plan);
    }
    m_note->setVisible(!report.devices.empty() && !report.device_found);
    setInk(m_note, stateColours(palette()).bad);
}

void MemoryPanel::showDevice(const Row& row, const DeviceFit& fit, const CostPlan& plan)
{
    const QString device = fromUtf8(fit.status.device);
    QFont font = row.name->font();
    font.setBold(fit.chosen);
    row.name->setFont(font);
    row.name->setWholeText(tr("%1 · %2").arg(device, fromUtf8(fit.status.name)));
    QVector<MemoryPart> stacked;
    for (const auto& part : parts)
        stacked.append({tr(part.name), double(plan.bytes.at(part.key)), lineColour(part.colour)});
    const auto free = double(fit.status.memory_free);
    row.bar->setObjectName("memory_" + device);
    row.bar->setParts(stacked, free);
    const QString room = tr("%1 free of %2").arg(bytesText(free), bytesText(double(fit.status.memory_total)));
    row.bar->setToolTip(plainToolTip(room));
    row.verdict->setObjectName("fit_" + device);
    row.verdict->setText(
        fit.fits ? tr("Fits: %1").arg(room)
                 : tr("Will not fit: %1 too much; %2").arg(bytesText(double(plan.bytes.at("total")) - free), room));
    const auto colours = stateColours(palette());
    setInk(row.verdict, fit.fits ? colours.faint : fit.chosen ? colours.bad : colours.warning);
}

} // namespace sy
