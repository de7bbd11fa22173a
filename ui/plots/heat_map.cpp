#include "ui/plots/heat_map.h"

#include "ui/plots/chart_theme.h"
#include "ui/plots/heat_map_impl.h"
#include "ui/plots/heat_painter.h"

#include <QEvent>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace sy {

HeatMap::HeatMap(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(*this))
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_impl->empty_text = tr("Nothing recorded yet");
    m_impl->makeActions();
}

HeatMap::~HeatMap() = default;

bool sameNumbers(const std::vector<double>& a, const std::vector<double>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

bool HeatSideColumn::operator==(const HeatSideColumn& other) const
{
    return title == other.title && unit == other.unit && decimals == other.decimals && sameNumbers(value, other.value);
}

bool HeatMatrix::operator==(const HeatMatrix& other) const
{
    const auto rest = [](const HeatMatrix& m) {
        return std::tie(m.rows, m.columns, m.row_names, m.column_names, m.row_groups, m.row_title, m.column_title,
                        m.value_title, m.unit, m.scale, m.lower, m.upper, m.decimals, m.side);
    };
    return rest(*this) == rest(other) && sameNumbers(value, other.value);
}

void HeatMap::setMatrix(HeatMatrix matrix)
{
    if (matrix == m_impl->matrix) return;
    const auto cells = static_cast<size_t>(std::max(0, matrix.rows)) * static_cast<size_t>(std::max(0, matrix.columns));
    if (matrix.value.size() != cells) matrix.value.resize(cells, std::numeric_limits<double>::quiet_NaN());
    for (HeatSideColumn& side : matrix.side)
        side.value.resize(static_cast<size_t>(std::max(0, matrix.rows)), std::numeric_limits<double>::quiet_NaN());
    m_impl->matrix = std::move(matrix);
    m_impl->range = HeatRange(m_impl->matrix);
    m_impl->changed();
}

const HeatMatrix& HeatMap::matrix() const
{
    return m_impl->matrix;
}

void HeatMap::setTitle(const QString& title)
{
    m_impl->title = title;
    setAccessibleName(title);
}

void HeatMap::setDefinition(const QString& text)
{
    m_impl->definition = text;
}

void HeatMap::setEmptyText(const QString& text)
{
    if (m_impl->empty_text == text) return;
    m_impl->empty_text = text;
    m_impl->changed();
}

QString HeatMap::emptyText() const
{
    return m_impl->empty_text;
}

void HeatMap::setColumnAxis(std::vector<double> positions)
{
    if (positions == m_impl->axis) return;
    m_impl->axis = std::move(positions);
    m_impl->changed();
}

void HeatMap::setSelected(int row, int column)
{
    if (row == m_impl->selected_row && column == m_impl->selected_column) return;
    m_impl->selected_row = row;
    m_impl->selected_column = column;
    update();
}

int HeatMap::selectedRow() const
{
    return m_impl->selected_row;
}

int HeatMap::selectedColumn() const
{
    return m_impl->selected_column;
}

void HeatMap::setReadOut(std::function<QString(int row, int column)> text)
{
    m_impl->read_out = std::move(text);
    update();
}

QString HeatMap::cellText(int row, int column) const
{
    const HeatMatrix& matrix = m_impl->matrix;
    if (row < 0 || column < 0 || row >= matrix.rows || column >= matrix.columns) return {};
    const bool on_axis = static_cast<int>(m_impl->axis.size()) == matrix.columns;
    const QString name = on_axis ? QLocale().toString(m_impl->axis[static_cast<size_t>(column)], 'g', 10)
                                 : matrix.column_names.value(column);
    const double value =
        matrix.value[static_cast<size_t>(row) * static_cast<size_t>(matrix.columns) + static_cast<size_t>(column)];
    QString text = tr("%1 %2, %3 %4: %5")
                       .arg(matrix.row_title.toLower(), matrix.row_names.value(row), matrix.column_title.toLower(),
                            name, m_impl->range.exactText(value));
    if (!matrix.unit.isEmpty() && std::isfinite(value)) text += QLatin1Char(' ') + matrix.unit;
    const QString more = m_impl->read_out ? m_impl->read_out(row, column) : QString();
    return more.isEmpty() ? text : text + QStringLiteral(" · ") + more;
}

QRect HeatMap::cellRect(int row, int column) const
{
    return m_impl->empty() ? QRect() : m_impl->layout().cell(row, column).toRect();
}

QSize HeatMap::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.averageCharWidth() * 80, metrics.height() * std::clamp(m_impl->matrix.rows + 6, 12, 32)};
}

QSize HeatMap::minimumSizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.averageCharWidth() * 36, metrics.height() * 8};
}

void HeatMap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QColor ground = palette().color(QPalette::Base), text = palette().color(QPalette::Text);
    if (m_impl->empty()) {
        painter.fillRect(rect(), ground);
        painter.setPen(blended(text, ground, 0.65));
        painter.drawText(rect().adjusted(12, 8, -12, -8), Qt::AlignCenter | Qt::TextWordWrap, m_impl->empty_text);
        return;
    }
    const double ratio = devicePixelRatioF();
    const HeatLayout& layout = m_impl->layout();
    if (m_impl->cache.isNull() || m_impl->cache.size() != (QSizeF(size()) * ratio).toSize()) {
        m_impl->cache = QImage((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
        m_impl->cache.setDevicePixelRatio(ratio);
        m_impl->cache.fill(ground);
        QPainter still(&m_impl->cache);
        paintHeatMap(still, {m_impl->matrix, m_impl->range, layout, palette(), ratio, false});
    }
    painter.drawImage(0, 0, m_impl->cache);
    m_impl->drawOverlay(painter);
}

void HeatMap::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    switch (event->type()) {
    case QEvent::PaletteChange:
    case QEvent::FontChange:
    case QEvent::StyleChange:
        m_impl->changed();
        break;
    default:
        break;
    }
}

} // namespace sy
