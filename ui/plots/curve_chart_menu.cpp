#include "ui/plots/curve_chart_impl.h"

#include "ui/plots/chart_render.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>

namespace sy {

QAction* CurveChart::Impl::action(const char* name, const QString& text, const QKeySequence& keys,
                                  std::function<void()> run)
{
    auto* made = new QAction(text, &q);
    made->setObjectName(QLatin1String(name));
    made->setShortcut(keys);
    made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QObject::connect(made, &QAction::triggered, &q, std::move(run));
    q.addAction(made);
    actions.append(made);
    return made;
}

void CurveChart::Impl::makeActions()
{
    action("chartShowAll", CurveChart::tr("Show all"), Qt::Key_Home, [this] { q.showAll(); });
    follow_action = action("chartFollow", CurveChart::tr("Follow newest points"), Qt::Key_F,
                           [this] { link->setFollowing(follow_action->isChecked()); });
    follow_action->setCheckable(true);
    log_action = action("chartLogY", CurveChart::tr("Logarithmic y axis"), Qt::Key_L, [this] {
        q.setYLog(log_action->isChecked());
        Q_EMIT q.yLogChanged(y_log);
    });
    log_action->setCheckable(true);
    action("chartCopy", CurveChart::tr("Copy picture"), QKeySequence::Copy, [this] { q.copyToClipboard(); });
    for (const char* ending : {"png", "svg", "pdf", "csv"}) {
        const QString upper = QString::fromLatin1(ending).toUpper();
        action(qPrintable(QStringLiteral("chartExport") + upper), CurveChart::tr("Export as %1 ...").arg(upper), {},
               [this, ending] { exportAs(QString::fromLatin1(ending)); });
    }
}

void CurveChart::Impl::setLegend(bool visible)
{
    if (visible == (legend != nullptr)) return;
    if (visible) {
        legend = new LegendColumn(plot, set);
        plot->plotLayout()->addElement(plot->plotLayout()->rowCount() - 1, 1, legend);
    } else {
        plot->plotLayout()->remove(legend);
        plot->plotLayout()->simplify();
        legend = nullptr;
    }
}

template <class Draw> QByteArray CurveChart::Impl::exported(Draw draw)
{
    const bool had_legend = legend != nullptr;
    prepare();
    if (set.legendRows() > 1) setLegend(true);
    QByteArray out = draw();
    setLegend(had_legend);
    scheduleReplot();
    return out;
}

QSize CurveChart::Impl::exportSize() const
{
    return plot->size().expandedTo(QSize(640, 400));
}

void CurveChart::Impl::exportAs(const QString& ending)
{
    const QSize size = exportSize();
    const QByteArray content = ending == QLatin1String("png")   ? q.toPng(size)
                               : ending == QLatin1String("svg") ? q.toSvg(size)
                               : ending == QLatin1String("pdf") ? q.toPdf(size)
                                                                : q.toCsv();
    savePlotFile(&q, title.isEmpty() ? y_label : title, ending, content);
}

QByteArray CurveChart::toPng(const QSize& size, double scale) const
{
    return m_impl->exported([&] { return plotPng(*m_impl->plot, m_impl->title, size, scale); });
}

QByteArray CurveChart::toSvg(const QSize& size) const
{
    return m_impl->exported([&] { return plotSvg(*m_impl->plot, m_impl->title, size); });
}

QByteArray CurveChart::toPdf(const QSize& size) const
{
    return m_impl->exported([&] { return plotPdf(*m_impl->plot, m_impl->title, size); });
}

QByteArray CurveChart::toCsv(bool stored_only) const
{
    return m_impl->set.csv(stored_only);
}

void CurveChart::copyToClipboard() const
{
    const QByteArray png = toPng(m_impl->exportSize());
    auto* mime = new QMimeData;
    mime->setImageData(QImage::fromData(png, "PNG"));
    mime->setData(QStringLiteral("image/png"), png);
    QGuiApplication::clipboard()->setMimeData(mime);
}

QList<QAction*> CurveChart::chartActions() const
{
    return m_impl->actions;
}

QMenu* CurveChart::createMenu()
{
    auto* menu = new QMenu(this);
    menu->addActions(m_impl->actions);
    return menu;
}

void CurveChart::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu* menu = createMenu();
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(event->globalPos());
}

} // namespace sy
