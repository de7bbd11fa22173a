#include "ui/setup/number_edit.h"

#include "ui/models/text.h"

#include <QKeyEvent>

#include <cmath>

namespace sy {

namespace {

/// One in the second digit: 0.01 steps to 0.011, 250 to 260.
double realStep(double value, bool up)
{
    if (value == 0) return up ? 0.01 : -0.01;
    const double size = std::abs(value);
    double unit = std::pow(10, std::floor(std::log10(size) + 1e-12) - 1);
    if ((value > 0) != up && size - unit < 10 * unit - 1e-9 * size) unit /= 10; // 0.01 steps down to 0.0099
    const double next = std::round(value / unit + (up ? 1 : -1)) * unit;
    return next;
}

/// Without the noise that binary steps leave: 0.011000000000000001.
double tidy(double value)
{
    return QString::number(value, 'g', 12).toDouble();
}

} // namespace

NumberEdit::NumberEdit(const SettingInfo& setting, QWidget* parent)
    : QLineEdit(parent), m_field(setting.field), m_whole(setting.fallback.is_number_integer())
{
    setMaxLength(40);
}

void NumberEdit::keyPressEvent(QKeyEvent* event)
{
    const int key = event->key();
    if (key == Qt::Key_Up || key == Qt::Key_Down) return step(key == Qt::Key_Up, false);
    if (key == Qt::Key_PageUp || key == Qt::Key_PageDown) return step(key == Qt::Key_PageUp, true);
    QLineEdit::keyPressEvent(event);
}

void NumberEdit::step(bool up, bool large)
{
    bool readable = false;
    const double value = text().trimmed().toDouble(&readable);
    if (!readable || !std::isfinite(value)) return;
    double next = 0;
    if (large)
        next = up ? value * 2 : value / 2;
    else
        next = m_whole ? value + (up ? m_field.multiple : -m_field.multiple) : realStep(value, up);
    if (m_whole) next = std::round(next / m_field.multiple) * m_field.multiple;
    if (next < m_field.min || (m_field.min_open && next <= m_field.min)) return;
    if (next > m_field.max || (m_field.max_open && next >= m_field.max)) return;
    const QString shown = m_whole ? QString::number(static_cast<qint64>(next)) : fromUtf8(numberText(tidy(next)));
    if (shown == text()) return;
    setText(shown);
    Q_EMIT textEdited(shown);
}

} // namespace sy
