#include "ui/plots/chart_render.h"

#include "ui/models/table_export.h"
#include "ui/plots/chart_theme.h"
#include "ui/plots/qcustomplot.h"

#include "core/base/error.h"

#include <QBuffer>
#include <QFileDialog>
#include <QMessageBox>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSvgGenerator>

namespace sy {

namespace {

/// Dresses the plot for an export while it lives.
class PaperDress {
public:
    PaperDress(QCustomPlot& plot, const QString& title) : m_plot(plot), m_palette(plot.palette())
    {
        m_own_palette = plot.testAttribute(Qt::WA_SetPalette);
        plot.setPalette(paperPalette());
        applyTheme(plot);
        plot.layer(QStringLiteral("overlay"))->setVisible(false);
        if (title.isEmpty()) return;
        QFont font = plot.font();
        font.setBold(true);
        plot.plotLayout()->insertRow(0);
        plot.plotLayout()->addElement(0, 0, new QCPTextElement(&plot, title, font));
        m_titled = true;
    }
    ~PaperDress()
    {
        if (m_titled) plot().plotLayout()->remove(plot().plotLayout()->element(0, 0));
        plot().plotLayout()->simplify();
        plot().layer(QStringLiteral("overlay"))->setVisible(true);
        plot().setPalette(m_own_palette ? m_palette : QPalette());
        applyTheme(plot());
        plot().replot(QCustomPlot::rpQueuedRefresh); // the layout was another one
    }
    PaperDress(const PaperDress&) = delete;
    PaperDress& operator=(const PaperDress&) = delete;

    void paint(QPaintDevice& device, const QSize& size, double scale, bool vector)
    {
        QCPPainter painter(&device);
        painter.setMode(QCPPainter::pmNoCaching);
        painter.setMode(QCPPainter::pmVectorized, vector);
        painter.scale(scale, scale);
        painter.fillRect(QRect(QPoint(), size), Qt::white);
        m_plot.toPainter(&painter, size.width(), size.height());
    }

private:
    QCustomPlot& plot() { return m_plot; }

    QCustomPlot& m_plot;
    QPalette m_palette;
    bool m_own_palette = false, m_titled = false;
};

QByteArray svgOf(const QSize& size, const QString& title, const std::function<void(QSvgGenerator&)>& paint)
{
    QByteArray out;
    QBuffer buffer(&out);
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setSize(size);
    svg.setViewBox(QRect(QPoint(), size));
    svg.setResolution(96);
    svg.setTitle(title);
    paint(svg);
    return out;
}

} // namespace

QImage plotImage(QCustomPlot& plot, const QString& title, const QSize& size, double scale)
{
    QImage image((QSizeF(size) * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    PaperDress(plot, title).paint(image, size, scale, false);
    return image;
}

QPalette paperPalette()
{
    QPalette palette;
    palette.setColor(QPalette::Base, Qt::white);
    palette.setColor(QPalette::Window, Qt::white);
    palette.setColor(QPalette::Text, Qt::black);
    palette.setColor(QPalette::WindowText, Qt::black);
    return palette;
}

QByteArray pngOf(QImage image, double scale)
{
    QByteArray out;
    QBuffer buffer(&out);
    buffer.open(QIODevice::WriteOnly);
    image.setDotsPerMeterX(static_cast<int>(96 * scale / 0.0254));
    image.setDotsPerMeterY(static_cast<int>(96 * scale / 0.0254));
    image.save(&buffer, "PNG");
    return out;
}

QByteArray plotPng(QCustomPlot& plot, const QString& title, const QSize& size, double scale)
{
    return pngOf(plotImage(plot, title, size, scale), scale);
}

QByteArray plotSvg(QCustomPlot& plot, const QString& title, const QSize& size)
{
    return svgOf(size, title, [&](QSvgGenerator& svg) { PaperDress(plot, title).paint(svg, size, 1, true); });
}

QByteArray paintedPng(const QSize& size, double scale, const std::function<void(QPainter&)>& paint)
{
    QImage image((QSizeF(size) * scale).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    image.fill(Qt::white);
    QPainter painter(&image);
    paint(painter);
    painter.end();
    return pngOf(image, scale);
}

QByteArray paintedSvg(const QSize& size, const QString& title, const std::function<void(QPainter&)>& paint)
{
    return svgOf(size, title, [&](QSvgGenerator& svg) {
        QPainter painter(&svg);
        painter.fillRect(QRect(QPoint(), size), Qt::white);
        paint(painter);
    });
}

QByteArray plotPdf(QCustomPlot& plot, const QString& title, const QSize& size)
{
    QByteArray out;
    QBuffer buffer(&out);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter pdf(&buffer);
        pdf.setTitle(title);
        pdf.setResolution(96);
        pdf.setPageSize(QPageSize(QSizeF(size) * 0.75, QPageSize::Point, QString(), QPageSize::ExactMatch));
        pdf.setPageMargins(QMarginsF(0, 0, 0, 0));
        PaperDress(plot, title).paint(pdf, size, 1, true);
    }
    return out;
}

void savePlotFile(QWidget* parent, const QString& title, const QString& ending, const QByteArray& content)
{
    QString name = title.isEmpty() ? QFileDialog::tr("chart") : title;
    name.replace(QRegularExpression(QStringLiteral("[^\\w.-]+")), QStringLiteral("-"));
    const QString path = QFileDialog::getSaveFileName(parent, QFileDialog::tr("Export chart"), name + '.' + ending,
                                                      QStringLiteral("%1 (*.%2)").arg(ending.toUpper(), ending));
    if (path.isEmpty()) return;
    try {
        writeFile(path, content);
    } catch (const std::exception& e) {
        QMessageBox box(QMessageBox::Warning, QFileDialog::tr("Export chart"), QString::fromUtf8(e.what()),
                        QMessageBox::Ok, parent);
        box.setTextFormat(Qt::PlainText);
        box.exec();
    }
}

} // namespace sy
