#include "ui/setup/sampling_tab.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/plots/bar_chart.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

namespace sy {

SamplingTab::SamplingTab(QWidget* parent) : QWidget(parent), m_chart(new BarChart(this)), m_note(new QLabel(this))
{
    m_chart->setObjectName("samplingChart");
    m_chart->setCategoryAxis(tr("language"));
    m_chart->setValueAxis(tr("share"), tr("%"));
    m_chart->setEmptyText(tr("Sampling weights are known once the tokenizer is prepared."));
    m_note->setObjectName("samplingNote");
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(m_note);
    column->addWidget(m_chart, 1);
    setPreview(nullptr, 1);
}

void SamplingTab::setPreview(const TextPreview* preview, double temperature)
{
    m_preview.reset();
    if (preview) m_preview = *preview;
    m_note->setText(tr("A training row is of a language with probability tokens^(1/T) over their sum; T = "
                       "data.temperature = %1. T = 1 samples by size, a large T evenly.")
                        .arg(QLocale().toString(temperature, 'g', 4)));
    draw();
}

void SamplingTab::draw()
{
    QStringList codes;
    QVector<BarSeries> series{{tr("of all tokens"), lineColour(7), {}}, {tr("sampled"), lineColour(0), {}}};
    double sum = 0;
    if (m_preview)
        for (const auto& language : m_preview->languages) sum += double(language.tokens_train);
    if (m_preview)
        for (const auto& language : m_preview->languages) {
            codes << fromUtf8(language.code);
            series[0].values.push_back(sum > 0 ? 100 * double(language.tokens_train) / sum : 0);
            series[1].values.push_back(100 * language.weight);
        }
    m_chart->setBars(codes, series);
}

void SamplingTab::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) draw();
    QWidget::changeEvent(event);
}

} // namespace sy
