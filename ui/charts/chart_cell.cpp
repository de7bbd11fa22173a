#include "ui/charts/chart_cell.h"

#include <QApplication>
#include <QDrag>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QToolButton>
#include <QVBoxLayout>

namespace sy {

const char* ChartCell::mimeType()
{
    return "application/x-switchyard-chart";
}

ChartCell::ChartCell(const ChartSpec& spec, QWidget* parent) : QFrame(parent), m_spec(spec)
{
    setObjectName(QStringLiteral("chart:") + spec.series);
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    m_chart = new CurveChart(this);
    layout->addWidget(m_chart, 1);
    connect(m_chart, &CurveChart::maximiseRequested, this, &ChartCell::maximiseRequested);
    connect(m_chart, &CurveChart::yLogChanged, this, [this](bool log) {
        m_spec.y_log = log;
        Q_EMIT specChanged();
    });
    showSpec();
}

QToolButton* ChartCell::button(const QString& glyph, const QString& name, const QString& tip)
{
    auto* made = new QToolButton;
    made->setObjectName(name);
    made->setText(glyph);
    made->setToolTip(tip);
    made->setAccessibleName(tip);
    made->setAutoRaise(true);
    const int side = QFontMetrics(font()).height() + 8;
    made->setMinimumSize(side, side);
    return made;
}

QWidget* ChartCell::makeHead()
{
    auto* head = new QWidget;
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(8, 2, 2, 0);
    row->setSpacing(0);
    m_title = new QLabel;
    m_title->setTextFormat(Qt::PlainText);
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setMinimumWidth(QFontMetrics(bold).averageCharWidth() * 6);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_title->setCursor(Qt::OpenHandCursor);
    m_title->installEventFilter(this);
    row->addWidget(m_title, 1);
    if (isCrossEntropy(m_spec.series)) {
        m_perplexity =
            button(tr("PPL"), QStringLiteral("perplexity"), tr("Perplexity instead of nats: exp(cross entropy)"));
        m_perplexity->setCheckable(true);
        m_perplexity->setChecked(m_spec.perplexity);
        connect(m_perplexity, &QToolButton::toggled, this, [this](bool on) {
            m_spec.perplexity = on;
            showSpec();
            Q_EMIT specChanged();
        });
        row->addWidget(m_perplexity);
    }
    const auto add = [&](const QString& glyph, const char* name, const QString& tip, auto clicked) {
        auto* made = button(glyph, QLatin1String(name), tip);
        connect(made, &QToolButton::clicked, this, clicked);
        row->addWidget(made);
        return made;
    };
    add(QStringLiteral("↑"), "moveEarlier", tr("Move to the place before"), [this] { Q_EMIT moveRequested(-1); });
    add(QStringLiteral("↓"), "moveLater", tr("Move to the place after"), [this] { Q_EMIT moveRequested(1); });
    m_maximise = add(QStringLiteral("⤢"), "maximise", tr("Maximise (Enter)"), [this] { Q_EMIT maximiseRequested(); });
    auto* more = add(QStringLiteral("⋯"), "chartMenu", tr("Zoom, copy, export"), [this] {
        QMenu* menu = m_chart->createMenu();
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->popup(QCursor::pos());
    });
    more->setPopupMode(QToolButton::InstantPopup);
    add(QStringLiteral("×"), "removeChart", tr("Remove this chart"), [this] { Q_EMIT removeRequested(); });
    return head;
}

void ChartCell::showSpec()
{
    const SeriesInfo info = m_spec.perplexity ? perplexityInfo(m_spec.series) : seriesInfo(m_spec.series);
    m_title_text = info.label;
    m_chart->setTitle(info.label);
    m_chart->setYAxis(m_spec.perplexity ? tr("Perplexity") : info.unit.isEmpty() ? info.label : info.unit, {});
    if (!m_spec.perplexity && !info.unit.isEmpty()) m_chart->setYAxis(info.label, info.unit);
    m_chart->setDefinition(info.definition);
    QString tip = info.definition;
    if (Qt::mightBeRichText(tip)) tip = tip.toHtmlEscaped();
    m_title->setToolTip(tip);
    m_chart->setYLog(m_spec.y_log);
    m_chart->setYValue(m_spec.perplexity ? YValue::Exponential : YValue::AsStored);
    m_chart->setLegendVisible(isLanguageSeries(m_spec.series));
    elideTitle();
}

void ChartCell::elideTitle()
{
    m_title->setText(QFontMetrics(m_title->font()).elidedText(m_title_text, Qt::ElideRight, m_title->width()));
}

bool ChartCell::shows(const QString& series) const
{
    return series == m_spec.series || !languageOf(m_spec.series, series).isEmpty();
}

void ChartCell::setMaximised(bool maximised)
{
    m_maximise->setText(maximised ? QStringLiteral("⤡") : QStringLiteral("⤢"));
    const QString tip = maximised ? tr("Back to all charts (Enter or Escape)") : tr("Maximise (Enter)");
    m_maximise->setToolTip(tip);
    m_maximise->setAccessibleName(tip);
    m_chart->setLegendVisible(maximised || isLanguageSeries(m_spec.series));
}

void ChartCell::setYLog(bool log)
{
    m_spec.y_log = log;
    m_chart->setYLog(log);
}

/// The title is the handle that a chart is dragged by; it is elided to the room it has.
bool ChartCell::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_title) return QFrame::eventFilter(watched, event);
    if (event->type() == QEvent::Resize) elideTitle();
    if (event->type() == QEvent::MouseButtonDblClick) Q_EMIT maximiseRequested();
    if (event->type() == QEvent::MouseButtonPress) m_pressed = static_cast<QMouseEvent*>(event)->pos();
    if (event->type() != QEvent::MouseMove) return QFrame::eventFilter(watched, event);
    const auto* move = static_cast<QMouseEvent*>(event);
    if (!(move->buttons() & Qt::LeftButton)) return false;
    if ((move->pos() - m_pressed).manhattanLength() < QApplication::startDragDistance()) return false;
    auto* drag = new QDrag(this);
    auto* mime = new QMimeData;
    mime->setData(QLatin1String(mimeType()), m_spec.series.toUtf8());
    drag->setMimeData(mime);
    drag->setPixmap(m_title->grab());
    drag->exec(Qt::MoveAction);
    return true;
}

} // namespace sy
