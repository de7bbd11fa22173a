#include "ui/plots/bar_chart.h"

#include "ui/plots/axis_tickers.h"
#include "ui/plots/chart_render.h"
#include "ui/plots/chart_theme.h"
#include "ui/plots/number_text.h"

#include <QEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>

#include <charconv>
#include <cmath>

namespace sy {

struct BarChart::Impl {
    QCustomPlot* plot = nullptr;
    QCPItemText* empty = nullptr;
    QStringList categories;
    QVector<BarSeries> series;
    QString value_label, value_unit, empty_text;

    double valueOf(const BarSeries& one, int category) const;
    void rebuild();
    void layOutTicks(); ///< names that fit: upright or turned, every n-th where there are too many
    void dress();
    int categoryAt(const QPointF& position) const;
};

double BarChart::Impl::valueOf(const BarSeries& one, int category) const
{
    const auto i = static_cast<size_t>(category);
    return i < one.values.size() ? one.values[i] : std::nan("");
}

void BarChart::Impl::rebuild()
{
    plot->clearPlottables();
    double lowest = 0, highest = 0;
    const double width = 0.8 / static_cast<double>(std::max<qsizetype>(1, series.size()));
    for (qsizetype s = 0; s < series.size(); ++s) {
        auto* bars = new QCPBars(plot->xAxis, plot->yAxis);
        bars->setName(series[s].name);
        bars->setWidth(width);
        bars->setPen(Qt::NoPen);
        bars->setBrush(series[s].colour);
        for (int c = 0; c < categories.size(); ++c) {
            const double value = valueOf(series[s], c);
            if (!std::isfinite(value)) continue;
            bars->addData(c + (static_cast<double>(s) + 0.5) * width - 0.4, value);
            lowest = std::min(lowest, value);
            highest = std::max(highest, value);
        }
    }
    const double room = highest > lowest ? 0.06 * (highest - lowest) : 1;
    plot->xAxis->setRange(-0.6, static_cast<double>(categories.size()) - 0.4);
    plot->yAxis->setRange(lowest < 0 ? lowest - room : 0, highest + room);
    plot->legend->setVisible(series.size() > 1 && !categories.isEmpty());
    empty->setVisible(categories.isEmpty());
    empty->setText(empty_text);
    dress();
}

void BarChart::Impl::layOutTicks()
{
    const QFontMetrics metrics(plot->xAxis->tickLabelFont());
    const double width = plot->width() - 5 * metrics.height(); // the axis rect is laid out later
    const double slot = width / std::max(1.0, plot->xAxis->range().size());
    int widest = 1;
    for (const QString& name : categories) widest = std::max(widest, metrics.horizontalAdvance(name));
    const bool turned = widest + metrics.averageCharWidth() > slot;
    const double needed = turned ? metrics.height() * 1.1 : 1;
    const int every = std::max(1, static_cast<int>(std::ceil(needed / std::max(slot, 0.01))));
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    for (int c = 0; c < categories.size(); c += every)
        ticker->addTick(c, metrics.elidedText(categories[c], Qt::ElideMiddle, 12 * metrics.averageCharWidth()));
    plot->xAxis->setTicker(ticker);
    plot->xAxis->setTickLabelRotation(turned ? -90 : 0);
}

void BarChart::Impl::dress()
{
    applyTheme(*plot);
    const QPalette& palette = plot->palette();
    const QColor ground = palette.color(QPalette::Base), text = palette.color(QPalette::Text);
    plot->xAxis->grid()->setVisible(false);
    plot->xAxis->setSubTicks(false);
    plot->legend->setFont(smallFont(plot->font()));
    plot->legend->setTextColor(text);
    plot->legend->setBrush(ground);
    plot->legend->setBorderPen(QPen(blended(text, ground, 0.2)));
    empty->setColor(blended(text, ground, 0.65));
    empty->setFont(plot->font());
    layOutTicks();
    plot->replot(QCustomPlot::rpQueuedReplot);
}

int BarChart::Impl::categoryAt(const QPointF& position) const
{
    if (!plot->axisRect()->rect().contains(position.toPoint())) return -1;
    const double at = std::round(plot->xAxis->pixelToCoord(position.x()));
    return at >= 0 && at < static_cast<double>(categories.size()) ? static_cast<int>(at) : -1;
}

BarChart::BarChart(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>())
{
    auto* plot = m_impl->plot = new QCustomPlot(this);
    plot->setObjectName(QStringLiteral("plot"));
    plot->setMouseTracking(true);
    plot->axisRect()->setMinimumMargins(QMargins(4, 8, 8, 2));
    plot->yAxis->setTicker(QSharedPointer<NumberTicker>::create());
    plot->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignTop | Qt::AlignRight);
    m_impl->empty = new QCPItemText(plot);
    m_impl->empty->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_impl->empty->position->setCoords(0.5, 0.5);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(plot);
    plot->installEventFilter(this);
    const QFontMetrics metrics(font());
    setMinimumSize(metrics.averageCharWidth() * 24, metrics.height() * 8);
    setEmptyText(tr("Nothing to show yet"));
}

BarChart::~BarChart() = default;

void BarChart::setCategoryAxis(const QString& label)
{
    m_impl->plot->xAxis->setLabel(label);
    m_impl->dress();
}

void BarChart::setValueAxis(const QString& label, const QString& unit)
{
    m_impl->value_label = label;
    m_impl->value_unit = unit;
    m_impl->plot->yAxis->setLabel(unit.isEmpty() ? label : QStringLiteral("%1 (%2)").arg(label, unit));
    m_impl->dress();
}

void BarChart::setEmptyText(const QString& text)
{
    m_impl->empty_text = text;
    m_impl->rebuild();
}

void BarChart::setBars(const QStringList& categories, const QVector<BarSeries>& series)
{
    m_impl->categories = categories;
    m_impl->series = series;
    m_impl->rebuild();
}

QString BarChart::categoryText(int category) const
{
    if (category < 0 || category >= m_impl->categories.size()) return {};
    QStringList parts;
    for (const BarSeries& one : m_impl->series) {
        const double value = m_impl->valueOf(one, category);
        const QString text = std::isnan(value) ? tr("none") : valueText(value) + QChar::Nbsp + m_impl->value_unit;
        parts << QStringLiteral("%1 %2").arg(one.name, text.trimmed());
    }
    return QStringLiteral("%1: %2").arg(m_impl->categories[category], parts.join(QStringLiteral(", ")));
}

QCustomPlot* BarChart::plot() const
{
    return m_impl->plot;
}

QByteArray BarChart::toPng(const QSize& size, double scale) const
{
    const QByteArray out = plotPng(*m_impl->plot, {}, size, scale);
    m_impl->dress();
    return out;
}

QByteArray BarChart::toSvg(const QSize& size) const
{
    const QByteArray out = plotSvg(*m_impl->plot, {}, size);
    m_impl->dress();
    return out;
}

QByteArray BarChart::toCsv() const
{
    const auto field = [](const QString& text) { return '"' + text.toUtf8().replace('"', "\"\"") + '"'; };
    QByteArray out = "category";
    for (const BarSeries& one : m_impl->series) out += ',' + field(one.name);
    for (int c = 0; c < m_impl->categories.size(); ++c) {
        out += "\r\n" + field(m_impl->categories[c]);
        for (const BarSeries& one : m_impl->series) {
            char text[40];
            const double value = m_impl->valueOf(one, c);
            const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
            out += ',';
            if (!std::isnan(value)) out.append(text, end - text);
        }
    }
    return out + "\r\n";
}

bool BarChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_impl->plot) return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::Resize:
    case QEvent::PaletteChange:
    case QEvent::FontChange:
        m_impl->dress();
        break;
    default:
        break;
    }
    if (event->type() != QEvent::ToolTip) return QWidget::eventFilter(watched, event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QString text = categoryText(m_impl->categoryAt(help->pos()));
    if (Qt::mightBeRichText(text)) text = text.toHtmlEscaped();
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), text, m_impl->plot);
    return true;
}

} // namespace sy
