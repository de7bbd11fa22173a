#include "ui/plots/curve_chart.h"

#include "ui/plots/chart_theme.h"
#include "ui/plots/curve_chart_impl.h"

#include <QAction>
#include <QPainter>
#include <QVBoxLayout>

#include <cmath>

namespace sy {

CurveChart::CurveChart(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(*this))
{
    setFocusPolicy(Qt::StrongFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2, 2, 2, 2);
    layout->addWidget(m_impl->plot);
    m_impl->makeActions();
    m_impl->useLink(m_impl->own_link);
    m_impl->plot->installEventFilter(this);
    setEmptyText(tr("No points yet"));
    applyTheme(*m_impl->plot);
}

CurveChart::~CurveChart()
{
    if (m_impl->link) {
        m_impl->link->disconnect(this);
        m_impl->link->setExtent(this, {});
    }
    delete m_impl->plot; // before the curves that it draws
}

void CurveChart::setTitle(const QString& title)
{
    m_impl->title = title;
    setAccessibleName(title);
}

QString CurveChart::title() const
{
    return m_impl->title;
}

void CurveChart::setYAxis(const QString& label, const QString& unit)
{
    m_impl->y_label = label;
    m_impl->y_unit = unit;
    m_impl->scheduleReplot();
}

void CurveChart::setDefinition(const QString& text)
{
    m_impl->definition = text;
}

void CurveChart::setEmptyText(const QString& text)
{
    m_impl->layer->setEmptyText(text);
    m_impl->scheduleReplot();
}

void CurveChart::setCurve(const QString& id, const CurveLook& look)
{
    CurvePoints& curve = m_impl->set.add(id);
    if (curve.look == look) return;
    curve.look = look;
    m_impl->scheduleReplot();
}

void CurveChart::removeCurve(const QString& id)
{
    if (!m_impl->set.find(id)) return;
    m_impl->set.remove(id);
    m_impl->dataChanged();
}

QStringList CurveChart::curveIds() const
{
    QStringList ids;
    for (const auto& curve : m_impl->set.curves()) ids << curve->id;
    return ids;
}

bool CurveChart::hasCurve(const QString& id) const
{
    return m_impl->set.find(id) != nullptr;
}

void CurveChart::setHighlighted(const QString& id)
{
    if (m_impl->layer->highlighted() == id) return;
    m_impl->layer->setHighlighted(id);
    m_impl->scheduleReplot();
}

void CurveChart::setRows(const QString& id, const Curve& rows)
{
    m_impl->set.setRows(m_impl->set.add(id), rows);
    m_impl->dataChanged();
}

void CurveChart::appendRows(const QString& id, const Curve& rows)
{
    if (rows.step.empty()) return;
    m_impl->set.appendRows(m_impl->set.add(id), rows);
    m_impl->dataChanged();
}

void CurveChart::setBand(const QString& id, const Curve& lower, const Curve& upper, const QColor& colour,
                         const QString& name, const QString& run)
{
    m_impl->set.setBand(id, CurveLook{name.isEmpty() ? id : name, colour, Qt::SolidLine, run, {}}, lower, upper);
    m_impl->scheduleReplot();
}

void CurveChart::setReferenceLine(const QString& id, double y, const QString& text)
{
    m_impl->set.setReferenceLine(id, y, text);
    m_impl->scheduleReplot();
}

std::optional<double> CurveChart::referenceLine(const QString& id) const
{
    for (const ReferenceLine& line : m_impl->set.referenceLines())
        if (line.id == id) return line.y;
    return {};
}

void CurveChart::setMarkedStep(std::optional<int64_t> step)
{
    if (m_impl->marked_step == step) return;
    m_impl->marked_step = step;
    m_impl->updateCursor(); // the curves need no drawing
}

void CurveChart::setClock(const QString& id, RunClockPtr clock)
{
    m_impl->set.setClock(m_impl->set.add(id), std::move(clock));
    if (m_impl->set.xKind() != XKind::Step) m_impl->dataChanged();
}

Curve CurveChart::rows(const QString& id) const
{
    const CurvePoints* curve = m_impl->set.find(id);
    return curve ? Curve{curve->step, curve->value} : Curve{};
}

qint64 CurveChart::pointCount() const
{
    return static_cast<qint64>(m_impl->set.pointCount());
}

void CurveChart::setXKind(XKind kind)
{
    if (m_impl->set.xKind() == kind) return;
    m_impl->set.setXKind(kind);
    m_impl->dataChanged();
}

void CurveChart::setXLog(bool log)
{
    if (m_impl->x_log == log) return;
    m_impl->x_log = log;
    m_impl->dataChanged();
}

void CurveChart::setYLog(bool log)
{
    m_impl->log_action->setChecked(log);
    if (m_impl->y_log == log) return;
    m_impl->y_log = log;
    m_impl->y_auto = true;
    m_impl->scheduleReplot();
}

void CurveChart::setYValue(YValue value)
{
    if (m_impl->set.yValue() == value) return;
    m_impl->set.setYValue(value);
    m_impl->y_auto = true;
    m_impl->dataChanged();
}

void CurveChart::setSmoothing(double weight)
{
    const double w = std::isfinite(weight) ? std::clamp(weight, 0.0, 0.9999) : 0.0;
    if (m_impl->set.smoothing() == w) return;
    m_impl->set.setSmoothing(w);
    m_impl->scheduleReplot();
}

void CurveChart::setOutliersHidden(bool hidden)
{
    if (m_impl->outliers_hidden == hidden) return;
    m_impl->outliers_hidden = hidden;
    m_impl->y_auto = true;
    m_impl->scheduleReplot();
}

void CurveChart::setLegendVisible(bool visible)
{
    m_impl->setLegend(visible);
    m_impl->scheduleReplot();
}

void CurveChart::setLink(ChartLink* link)
{
    m_impl->useLink(link ? link : m_impl->own_link);
}

ChartLink* CurveChart::link() const
{
    return m_impl->link;
}

void CurveChart::showAll()
{
    m_impl->y_auto = true;
    m_impl->left_margin = 0;
    m_impl->link->showAll();
    m_impl->scheduleReplot();
}

void CurveChart::setYRange(double lower, double upper)
{
    if (!(lower < upper) || !std::isfinite(lower) || !std::isfinite(upper)) return;
    m_impl->y_auto = false;
    m_impl->y_range = {lower, upper};
    m_impl->scheduleReplot();
}

XRange CurveChart::yRange() const
{
    m_impl->prepare();
    return m_impl->y_range;
}

QString CurveChart::badgeText() const
{
    m_impl->prepare();
    return m_impl->badge;
}

QVector<CurveReading> CurveChart::readAt(double x) const
{
    return m_impl->set.readAt(x);
}

QCustomPlot* CurveChart::plot() const
{
    return m_impl->plot;
}

void CurveChart::replotNow()
{
    m_impl->replot();
}

QSize CurveChart::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.averageCharWidth() * 60, metrics.height() * 15};
}

QSize CurveChart::minimumSizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.averageCharWidth() * 30, metrics.height() * 8};
}

bool CurveChart::eventFilter(QObject* watched, QEvent* event)
{
    if (m_impl && watched == m_impl->plot && m_impl->plotEvent(event)) {
        event->accept();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void CurveChart::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void CurveChart::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void CurveChart::paintEvent(QPaintEvent*)
{
    if (!hasFocus()) return;
    QPainter painter(this);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

} // namespace sy
