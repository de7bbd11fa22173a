#include "ui/setup/message_bar.h"

#include "ui/models/palette.h"
#include "ui/setup/labels.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), m_title(new QLabel(this)), m_lines(new QLabel)
{
    setObjectName("messageBar");
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    for (auto* label : {m_title, m_lines}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    m_lines->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(m_lines);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setObjectName("messageLines");
    auto* close = new QToolButton(this);
    close->setText(QString(QChar(0x2715)));
    close->setAutoRaise(true);
    close->setObjectName("closeMessage");
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(close->toolTip());
    connect(close, &QToolButton::clicked, this, &MessageBar::clear);
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    column->addWidget(m_title);
    column->addWidget(scroll);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 4, 4);
    row->addLayout(column, 1);
    row->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void MessageBar::tell(Kind kind, const QString& title, const QStringList& lines)
{
    m_kind = kind;
    m_title->setText(title);
    m_lines->setText(lines.join("\n"));
    auto* scroll = findChild<QScrollArea*>("messageLines");
    const auto shown = std::min<qsizetype>(lines.size() + 1, 6); // one to spare for a line that wraps
    scroll->setFixedHeight(int(shown) * fontMetrics().lineSpacing());
    scroll->setVisible(!lines.isEmpty());
    showColours();
    show();
}

void MessageBar::clear()
{
    m_title->clear();
    m_lines->clear();
    hide();
}

QString MessageBar::text() const
{
    return m_lines->text().isEmpty() ? m_title->text() : m_title->text() + "\n" + m_lines->text();
}

void MessageBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) showColours();
    QFrame::changeEvent(event);
}

void MessageBar::showColours()
{
    const auto colours = stateColours(palette());
    setInk(m_title, m_kind == Problem ? colours.bad : colours.good);
}

} // namespace sy
