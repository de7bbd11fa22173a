#include "ui/plots/heat_painter.h"

#include "ui/models/palette.h"
#include "ui/plots/axis_tickers.h"
#include "ui/plots/chart_theme.h"

#include <QImage>
#include <QPainter>

#include <cmath>

namespace sy {

namespace {

class HeatPainting {
public:
    HeatPainting(QPainter& painter, const HeatPicture& picture)
        : m_painter(painter), m_picture(picture), m_matrix(picture.matrix), m_layout(picture.layout),
          m_ground(picture.palette.color(QPalette::Base)), m_text(picture.palette.color(QPalette::Text)),
          m_faint(blended(m_text, m_ground, 0.7)), m_dark(m_ground.lightnessF() < 0.5)
    {
    }

    void paint()
    {
        constexpr int64_t most_rectangles = 20'000;
        const int64_t count = int64_t{m_matrix.rows} * m_matrix.columns;
        if (m_picture.vector && count <= most_rectangles)
            paintRectangles();
        else
            paintImage();
        paintGaps();
        paintValues();
        paintRowNames();
        if (m_layout.on_axis)
            paintAxis();
        else
            paintColumnNames();
        paintSide();
        paintTitles();
        paintScale();
    }

private:
    double value(int row, int column) const
    {
        return m_matrix
            .value[static_cast<size_t>(row) * static_cast<size_t>(m_matrix.columns) + static_cast<size_t>(column)];
    }
    double cellWidth() const { return m_layout.cells.width() / m_matrix.columns; }
    double cellHeight() const { return m_layout.cells.height() / m_matrix.rows; }
    QColor hatch() const { return blended(m_text, m_ground, 0.35); }

    void paintRectangles()
    {
        for (int r = 0; r < m_matrix.rows; ++r)
            for (int c = 0; c < m_matrix.columns; ++c) {
                const QRectF cell = m_layout.cell(r, c);
                if (std::isnan(value(r, c)))
                    m_painter.fillRect(cell, QBrush(hatch(), Qt::BDiagPattern));
                else
                    m_painter.fillRect(cell, m_picture.range.colour(value(r, c), m_dark));
            }
    }

    /// [first, last] of the columns (rows) that a device pixel shows: one, or all that lie within it.
    std::vector<std::pair<int, int>> spans(const std::vector<double>& edges, int pixels) const
    {
        std::vector<std::pair<int, int>> out(static_cast<size_t>(pixels));
        const auto last = static_cast<int>(edges.size()) - 2;
        int at = 0;
        for (int p = 0; p < pixels; ++p) {
            const double from = edges.front() + p / m_picture.pixel_ratio, centre = from + 0.5 / m_picture.pixel_ratio;
            const double to = from + 1 / m_picture.pixel_ratio;
            const auto edge = [&](int i) { return edges[static_cast<size_t>(i)]; };
            while (at < last && edge(at + 1) <= from) ++at;
            int first = at, end = at;
            while (end < last && edge(end + 1) < to) ++end;
            const bool wide = (edge(at + 1) - edge(at)) * m_picture.pixel_ratio >= 1;
            if (end - at <= 1 && wide) // a border lies in it: the one that has the greater part
                first = end = end > at && edge(end) < centre ? end : at;
            out[static_cast<size_t>(p)] = {first, end};
        }
        return out;
    }

    double mean(std::pair<int, int> rows, std::pair<int, int> columns) const
    {
        if (rows.first == rows.second && columns.first == columns.second) return value(rows.first, columns.first);
        double sum = 0;
        int known = 0;
        for (int r = rows.first; r <= rows.second; ++r)
            for (int c = columns.first; c <= columns.second; ++c)
                if (const double one = value(r, c); std::isfinite(one)) {
                    sum += one;
                    ++known;
                }
        return known ? sum / known : std::nan("");
    }

    void paintImage()
    {
        const QSize size = (m_layout.cells.size() * m_picture.pixel_ratio).toSize();
        if (size.isEmpty()) return;
        QImage image(size, QImage::Format_RGB32);
        const auto columns = spans(m_layout.column_edges, size.width());
        const auto rows = spans(m_layout.row_edges, size.height());
        std::vector<double> line(columns.size());
        for (int y = 0; y < size.height(); ++y) {
            const auto row = rows[static_cast<size_t>(y)];
            const bool same = y > 0 && rows[static_cast<size_t>(y) - 1] == row;
            auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(y));
            QRgb colour = 0;
            for (int x = 0; x < size.width(); ++x) {
                const auto i = static_cast<size_t>(x);
                if (!same) line[i] = x > 0 && columns[i] == columns[i - 1] ? line[i - 1] : mean(row, columns[i]);
                if (std::isnan(line[i])) {
                    pixels[x] = (x + y) % 6 == 0 ? hatch().rgb() : m_ground.rgb();
                } else if (same) {
                    pixels[x] = reinterpret_cast<const QRgb*>(image.constScanLine(y - 1))[x];
                } else {
                    if (x == 0 || line[i] != line[i - 1]) colour = m_picture.range.colour(line[i], m_dark).rgb();
                    pixels[x] = colour;
                }
            }
        }
        m_painter.drawImage(m_layout.cells, image);
    }

    /// Cells with room stand apart; groups of rows always do.
    void paintGaps()
    {
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        m_painter.setPen(QPen(m_ground, 1));
        const QRectF& cells = m_layout.cells;
        if (cellWidth() >= 7 && cellHeight() >= 7) {
            if (!m_layout.on_axis)
                for (int c = 1; c < m_matrix.columns; ++c) {
                    const double x = m_layout.cell(0, c).left();
                    m_painter.drawLine(QPointF(x, cells.top()), QPointF(x, cells.bottom()));
                }
            for (int r = 1; r < m_matrix.rows; ++r) {
                const double y = m_layout.cell(r, 0).top();
                m_painter.drawLine(QPointF(cells.left(), y), QPointF(cells.right(), y));
            }
        }
        m_painter.setPen(QPen(blended(m_text, m_ground, 0.6), 1));
        for (int r = 1; r < m_matrix.row_groups.size() && r < m_matrix.rows; ++r) {
            if (m_matrix.row_groups[r] == m_matrix.row_groups[r - 1]) continue;
            const double y = m_layout.cell(r, 0).top();
            m_painter.drawLine(QPointF(m_layout.groups.left(), y), QPointF(cells.right(), y));
        }
        m_painter.setPen(QPen(blended(m_text, m_ground, 0.3), 1));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRect(cells.adjusted(-1, -1, 0, 0));
    }

    void paintValues()
    {
        m_painter.setFont(m_layout.font);
        const QFontMetricsF metrics(m_layout.font);
        if (m_layout.on_axis || cellHeight() < metrics.height()) return;
        double widest = 0;
        for (const double one : m_matrix.value)
            if (std::isfinite(one)) widest = std::max(widest, metrics.horizontalAdvance(m_picture.range.text(one)));
        if (widest + 4 > cellWidth()) return;
        for (int r = 0; r < m_matrix.rows; ++r)
            for (int c = 0; c < m_matrix.columns; ++c) {
                if (std::isnan(value(r, c))) continue;
                m_painter.setPen(onColour(m_picture.range.colour(value(r, c), m_dark)));
                m_painter.drawText(m_layout.cell(r, c), Qt::AlignCenter, m_picture.range.text(value(r, c)));
            }
    }

    void paintRowNames()
    {
        m_painter.setFont(m_layout.name_font);
        m_painter.setPen(m_text);
        const QFontMetricsF metrics(m_layout.name_font);
        const double over = std::max(0.0, metrics.height() - cellHeight()) / 2 + 1;
        for (int r = 0; r < m_matrix.rows; r += m_layout.row_stride) {
            QRectF place = m_layout.cell(r, 0).adjusted(0, -over, 0, over);
            place.setLeft(m_layout.row_names.left());
            place.setRight(m_layout.row_names.right());
            m_painter.drawText(
                place, Qt::AlignRight | Qt::AlignVCenter,
                metrics.elidedText(m_matrix.row_names.value(r), Qt::ElideMiddle, std::max(1.0, place.width())));
        }
        if (m_layout.groups.width() <= 0 || m_matrix.row_groups.isEmpty()) return;
        m_painter.setPen(m_faint);
        double free = m_layout.cells.top() - 1; // below it no name was written yet
        for (int r = 0; r < m_matrix.rows; ++r) {
            if (r > 0 && m_matrix.row_groups.value(r) == m_matrix.row_groups.value(r - 1)) continue;
            QRectF place(m_layout.groups.left(), m_layout.cell(r, 0).top(), m_layout.groups.width(),
                         std::max(cellHeight(), metrics.height()));
            if (place.top() + 1 < free) continue;
            free = place.bottom() - 2;
            m_painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, m_matrix.row_groups.value(r));
        }
    }

    void paintColumnNames()
    {
        m_painter.setFont(m_layout.font);
        m_painter.setPen(m_text);
        const QFontMetricsF metrics(m_layout.font);
        const QRectF& head = m_layout.column_names;
        for (int c = 0; c < m_matrix.columns; c += m_layout.column_stride) {
            const double centre = (m_layout.left(c) + m_layout.left(c + 1)) / 2;
            const QString& name = m_matrix.column_names.value(c);
            if (!m_layout.turned) {
                const double width = cellWidth() * m_layout.column_stride;
                m_painter.drawText(QRectF(centre - width / 2, head.top(), width, head.height() - 1),
                                   Qt::AlignHCenter | Qt::AlignBottom, metrics.elidedText(name, Qt::ElideRight, width));
                continue;
            }
            m_painter.save();
            m_painter.translate(centre, head.bottom() - 2);
            m_painter.rotate(-90);
            m_painter.drawText(QRectF(0, -metrics.height() / 2, head.height(), metrics.height()),
                               Qt::AlignLeft | Qt::AlignVCenter,
                               metrics.elidedText(name, Qt::ElideRight, head.height()));
            m_painter.restore();
        }
    }

    void paintAxis()
    {
        const QFontMetricsF metrics(m_layout.font);
        const double from = m_layout.axis_edges.front(), to = m_layout.axis_edges.back();
        NumberTicker ticker;
        ticker.setTickCount(
            std::clamp(static_cast<int>(m_layout.cells.width() / (10 * metrics.averageCharWidth())), 2, 10));
        QVector<double> ticks;
        QVector<QString> labels;
        ticker.generate(QCPRange(from, to), QLocale(), QLatin1Char('g'), 6, ticks, nullptr, &labels);
        m_painter.setFont(m_layout.font);
        for (qsizetype i = 0; i < ticks.size(); ++i) {
            if (ticks[i] < from || ticks[i] > to) continue;
            const double x =
                std::round(m_layout.cells.left() + (ticks[i] - from) / (to - from) * m_layout.cells.width());
            m_painter.setPen(m_faint);
            m_painter.drawLine(QPointF(x, m_layout.cells.bottom()), QPointF(x, m_layout.cells.bottom() + 3));
            m_painter.setPen(m_text);
            const double width = metrics.horizontalAdvance(labels.value(i)) + 4;
            const double place = std::min(x - width / 2, m_layout.cells.right() + metrics.height() / 2 - width);
            m_painter.drawText(QRectF(place, m_layout.column_names.top() + 3, width, metrics.height()), Qt::AlignCenter,
                               labels.value(i));
        }
    }

    void paintSide()
    {
        const QFontMetricsF metrics(m_layout.name_font);
        const double over = std::max(0.0, metrics.height() - cellHeight()) / 2 + 1;
        for (size_t i = 0; i < m_layout.side.size(); ++i) {
            const HeatSideColumn& column = m_matrix.side[i];
            const QRectF& place = m_layout.side[i];
            m_painter.setFont(m_layout.font);
            m_painter.setPen(m_faint);
            const QRectF head(place.left(), place.top() - QFontMetricsF(m_layout.font).height() - 1, place.width() - 3,
                              QFontMetricsF(m_layout.font).height());
            m_painter.drawText(head, Qt::AlignRight | Qt::AlignVCenter, sideTitle(column));
            double largest = 0;
            for (const double one : column.value)
                if (std::isfinite(one)) largest = std::max(largest, one);
            m_painter.setFont(m_layout.name_font);
            for (int r = 0; r < m_matrix.rows && r < static_cast<int>(column.value.size()); ++r) {
                const double one = column.value[static_cast<size_t>(r)];
                const QRectF cell = m_layout.cell(r, 0);
                const QRectF row(place.left(), cell.top(), place.width(), cell.height());
                if (std::isfinite(one) && one > 0)
                    m_painter.fillRect(QRectF(row.left(), row.top() + 1, row.width() * one / largest, row.height() - 2),
                                       blended(m_text, m_ground, 0.14));
                if (r % m_layout.row_stride) continue;
                const QString text =
                    std::isfinite(one) ? QLocale().toString(one, 'f', column.decimals) : QStringLiteral("–");
                m_painter.setPen(m_text);
                m_painter.drawText(row.adjusted(0, -over, -3, over), Qt::AlignRight | Qt::AlignVCenter, text);
            }
        }
    }

    void paintTitles()
    {
        m_painter.setFont(m_layout.font);
        m_painter.setPen(m_faint);
        const QFontMetricsF metrics(m_layout.font);
        const auto draw = [&](const QRectF& place, Qt::Alignment alignment, const QString& text) {
            m_painter.drawText(place, alignment, metrics.elidedText(text, Qt::ElideRight, place.width()));
        };
        draw(m_layout.column_title, Qt::AlignCenter, m_matrix.column_title);
        draw(m_layout.row_title, Qt::AlignRight | Qt::AlignVCenter, m_matrix.row_title);
    }

    void paintScale()
    {
        const QRectF& bar = m_layout.bar;
        const HeatRange& range = m_picture.range;
        const auto valueAt = [&](double share) {
            return range.scale() == HeatScale::Lift ? range.lower() * std::pow(range.upper() / range.lower(), share)
                                                    : range.lower() + share * (range.upper() - range.lower());
        };
        const int steps = std::max(2, static_cast<int>(bar.width()));
        for (int i = 0; i < steps; ++i)
            m_painter.fillRect(QRectF(bar.left() + i, bar.top(), 1, bar.height()),
                               range.colour(valueAt((i + 0.5) / steps), m_dark));
        m_painter.setPen(QPen(blended(m_text, m_ground, 0.4), 1));
        m_painter.drawRect(bar.adjusted(-1, -1, 0, 0));
        const QFontMetricsF metrics(m_layout.font);
        m_painter.setFont(m_layout.font);
        double free = bar.left() - 3 * metrics.height(); // where a label may begin
        for (const auto& [value, label] : range.ticks(4)) {
            const double x = bar.left() + range.place(value) * bar.width(),
                         width = metrics.horizontalAdvance(label) + 4;
            if (x - width / 2 < free) continue;
            free = x + width / 2;
            m_painter.setPen(m_faint);
            m_painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + 2));
            m_painter.setPen(m_text);
            m_painter.drawText(QRectF(x - width / 2, m_layout.bar_labels.top(), width, m_layout.bar_labels.height()),
                               Qt::AlignCenter, label);
        }
        QString title = m_matrix.value_title;
        if (!m_matrix.unit.isEmpty()) title += QStringLiteral(" (%1)").arg(m_matrix.unit);
        m_painter.setPen(m_text);
        m_painter.drawText(m_layout.bar_title, Qt::AlignRight | Qt::AlignVCenter,
                           metrics.elidedText(title, Qt::ElideRight, m_layout.bar_title.width()));
    }

    QPainter& m_painter;
    const HeatPicture& m_picture;
    const HeatMatrix& m_matrix;
    const HeatLayout& m_layout;
    QColor m_ground, m_text, m_faint;
    bool m_dark;
};

} // namespace

void paintHeatMap(QPainter& painter, const HeatPicture& picture)
{
    if (picture.matrix.rows > 0 && picture.matrix.columns > 0) HeatPainting(painter, picture).paint();
}

void frame(QPainter& painter, const QRectF& area, const QColor& colour, double width)
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(area.adjusted(-width / 2, -width / 2, width / 2 - 1, width / 2 - 1));
}

} // namespace sy
