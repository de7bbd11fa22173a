#include "ui/runs/notice_bar.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QTimer>
#include <QToolButton>

namespace sy {

namespace {

constexpr int undo_ms = 10000;

} // namespace

NoticeBar::NoticeBar(QWidget* parent)
    : QFrame(parent), m_text(plainLabel("noticeText", {}, this)), m_undo(new QToolButton(this)),
      m_timer(new QTimer(this))
{
    setFrameShape(QFrame::StyledPanel);
    m_text->setWordWrap(true);
    m_undo->setObjectName("noticeUndo");
    m_undo->setText(tr("Undo"));
    m_undo->setToolTip(tr("Undo (Ctrl+Z)"));
    auto* close = new QToolButton(this);
    close->setObjectName("noticeClose");
    close->setText(QString::fromUtf8("✕"));
    close->setToolTip(tr("Close"));
    close->setAutoRaise(true);
    auto* layout = new QHBoxLayout(this);
    const int gap = fontMetrics().height() / 3;
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_undo);
    layout->addWidget(close);
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, &NoticeBar::dismiss);
    connect(close, &QToolButton::clicked, this, &NoticeBar::dismiss);
    connect(m_undo, &QToolButton::clicked, this, [this] {
        const auto action = m_action;
        dismiss();
        if (action) action();
    });
    hide();
}

void NoticeBar::offerUndo(const QString& text, std::function<void()> undo)
{
    m_action = std::move(undo);
    m_problem = false;
    m_text->setText(text);
    m_undo->show();
    m_timer->start(undo_ms);
    paintFrame();
    show();
}

void NoticeBar::showProblem(const QString& text)
{
    m_action = {};
    m_problem = true;
    m_text->setText(text);
    m_undo->hide();
    m_timer->stop();
    paintFrame();
    show();
}

void NoticeBar::dismiss()
{
    m_timer->stop();
    m_action = {};
    hide();
}

QString NoticeBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void NoticeBar::paintFrame()
{
    QPalette colours = m_text->palette();
    colours.setColor(QPalette::WindowText,
                     m_problem ? stateColours(palette()).bad : palette().color(QPalette::WindowText));
    m_text->setPalette(colours);
}

void NoticeBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) paintFrame();
}

} // namespace sy
