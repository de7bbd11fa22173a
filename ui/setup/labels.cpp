#include "ui/setup/labels.h"

#include <QLocale>
#include <QPainter>
#include <QStyle>

namespace sy {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
}

void ElidedLabel::setWholeText(const QString& text)
{
    if (text == m_text) return;
    m_text = text;
    setAccessibleName(text);
    setToolTip(plainToolTip(text));
    updateGeometry();
    update();
}

void ElidedLabel::setUsualWidth(int width)
{
    m_usual_width = width;
    updateGeometry();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {0, fontMetrics().height()};
}

QSize ElidedLabel::sizeHint() const
{
    return {qMax(m_usual_width, fontMetrics().horizontalAdvance(m_text) + 2), fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    const int readable = 12 * fontMetrics().averageCharWidth();
    if (width() < qMin(readable, fontMetrics().horizontalAdvance(m_text))) return; // two letters tell nothing
    QPainter painter(this);
    const QString shown = fontMetrics().elidedText(m_text, Qt::ElideRight, width());
    style()->drawItemText(&painter, rect(), static_cast<int>(alignment()) | Qt::TextSingleLine, palette(), isEnabled(),
                          shown, foregroundRole());
}

QLabel* noteLabel(const QString& object_name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(object_name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void setInk(QWidget* widget, const QColor& ink)
{
    QPalette own = widget->palette();
    if (own.color(QPalette::WindowText) == ink) return;
    own.setColor(QPalette::WindowText, ink);
    widget->setPalette(own);
}

QString counted(qsizetype count, const QString& one, const QString& many)
{
    return QLocale().toString(count) + " " + (count == 1 ? one : many);
}

QString plainToolTip(const QString& text)
{
    return text.isEmpty() ? QString() : "<qt>" + text.toHtmlEscaped().replace('\n', "<br>") + "</qt>";
}

} // namespace sy
