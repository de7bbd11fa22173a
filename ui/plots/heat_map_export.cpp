#include "ui/plots/chart_render.h"
#include "ui/plots/csv_text.h"
#include "ui/plots/heat_map_impl.h"
#include "ui/plots/heat_painter.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>

namespace sy {

void HeatMap::Impl::makeActions()
{
    const auto add = [this](const char* name, const QString& text, const QKeySequence& keys, auto run) {
        auto* made = new QAction(text, &q);
        made->setObjectName(QLatin1String(name));
        made->setShortcut(keys);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        QObject::connect(made, &QAction::triggered, &q, run);
        q.addAction(made);
    };
    add("heatCopyValue", HeatMap::tr("Copy value"), QKeySequence::Copy, [this] {
        const Cell cell = told();
        if (cell.valid()) QGuiApplication::clipboard()->setText(q.cellText(cell.row, cell.column));
    });
    add("heatExportPNG", HeatMap::tr("Export picture as PNG ..."), {}, [this] { exportAs(QStringLiteral("png")); });
    add("heatExportSVG", HeatMap::tr("Export picture as SVG ..."), {}, [this] { exportAs(QStringLiteral("svg")); });
    add("heatExportCSV", HeatMap::tr("Export data as CSV ..."), {}, [this] { exportAs(QStringLiteral("csv")); });
}

QSize HeatMap::Impl::exportSize() const
{
    return q.size().expandedTo(QSize(640, 400));
}

void HeatMap::Impl::exportAs(const QString& ending)
{
    const QByteArray content = ending == QLatin1String("png")   ? q.toPng(exportSize())
                               : ending == QLatin1String("svg") ? q.toSvg(exportSize())
                                                                : q.toCsv();
    savePlotFile(&q, title.isEmpty() ? matrix.value_title : title, ending, content);
}

void HeatMap::Impl::paintPaper(QPainter& painter, const QSize& size, double scale, bool vector) const
{
    QFont bold = q.font();
    bold.setBold(true);
    const double top = title.isEmpty() ? 4 : std::ceil(QFontMetricsF(bold).height() * 1.4);
    painter.setFont(bold);
    painter.setPen(Qt::black);
    painter.drawText(QRectF(0, 0, size.width(), top), Qt::AlignCenter, title);
    const HeatLayout places(matrix, axis, q.font(), size, top);
    paintHeatMap(painter, {matrix, range, places, paperPalette(), scale, vector});
}

QByteArray HeatMap::toPng(const QSize& size, double scale) const
{
    return paintedPng(size, scale, [&](QPainter& painter) { m_impl->paintPaper(painter, size, scale, false); });
}

QByteArray HeatMap::toSvg(const QSize& size) const
{
    return paintedSvg(size, m_impl->title, [&](QPainter& painter) { m_impl->paintPaper(painter, size, 1, true); });
}

QByteArray HeatMap::toCsv() const
{
    const HeatMatrix& matrix = m_impl->matrix;
    const bool on_axis = static_cast<int>(m_impl->axis.size()) == matrix.columns;
    QByteArray out = "row,column,value\r\n";
    for (int r = 0; r < matrix.rows; ++r)
        for (int c = 0; c < matrix.columns; ++c) {
            const auto column = static_cast<size_t>(c);
            out += csvField(matrix.row_names.value(r)) + ',';
            if (on_axis)
                appendCsvNumber(out, m_impl->axis[column]);
            else
                out += csvField(matrix.column_names.value(c));
            out += ',';
            appendCsvNumber(out, matrix.value[static_cast<size_t>(r) * static_cast<size_t>(matrix.columns) + column]);
            out += "\r\n";
        }
    for (const HeatSideColumn& side : matrix.side)
        for (size_t r = 0; r < side.value.size(); ++r) {
            out += csvField(matrix.row_names.value(static_cast<int>(r))) + ',' + csvField(sideTitle(side)) + ',';
            appendCsvNumber(out, side.value[r]);
            out += "\r\n";
        }
    return out;
}

void HeatMap::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    menu->popup(event->globalPos());
}

} // namespace sy
