#include "ui/setup/language_edit.h"

#include "ui/models/flow_layout.h"
#include "ui/models/palette.h"
#include "ui/setup/labels.h"

#include <QEvent>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace sy {

LanguageEdit::LanguageEdit(QWidget* parent)
    : QWidget(parent), m_line(new QLineEdit(this)), m_chip_area(new QWidget(this)),
      m_flow(new FlowLayout(m_chip_area, 3))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_line);
    layout->addWidget(m_chip_area);
    setFocusProxy(m_line);
    m_line->setPlaceholderText(tr("all languages"));
    connect(m_line, &QLineEdit::textEdited, this, [this] {
        showChips();
        Q_EMIT textEdited(text());
    });
}

void LanguageEdit::setAvailable(const QStringList& codes)
{
    if (codes == m_available) return;
    m_available = codes;
    qDeleteAll(m_chips);
    m_chips.clear();
    for (const auto& code : m_available) {
        auto* chip = new QToolButton(m_chip_area);
        chip->setObjectName("language_" + code);
        chip->setText(code);
        chip->setCheckable(true);
        chip->setToolTip(tr("Train on %1").arg(code));
        connect(chip, &QToolButton::clicked, this, [this, code](bool on) { toggle(code, on); });
        m_flow->addWidget(chip);
        m_chips.append(chip);
    }
    m_line->setPlaceholderText(codes.isEmpty()
                                   ? tr("all languages")
                                   : tr("all %1").arg(counted(codes.size(), tr("language"), tr("languages"))));
    showChips();
}

void LanguageEdit::setText(const QString& text)
{
    if (text != m_line->text()) m_line->setText(text);
    m_line->setCursorPosition(0);
    showChips();
}

QString LanguageEdit::text() const
{
    return codes().join(",");
}

void LanguageEdit::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) showChips();
    QWidget::changeEvent(event);
}

QStringList LanguageEdit::codes() const
{
    QStringList codes;
    for (const auto& part : m_line->text().split(','))
        if (const auto code = part.trimmed(); !code.isEmpty()) codes << code;
    return codes;
}

void LanguageEdit::showChips()
{
    const auto chosen = codes();
    const QColor plain = palette().color(QPalette::Button), accent = stateColours(palette()).accent;
    const auto mixed = [&](int tint, int ground) { return (35 * tint + 65 * ground) / 100; };
    QPalette on = palette();
    on.setColor(QPalette::Button, {mixed(accent.red(), plain.red()), mixed(accent.green(), plain.green()),
                                   mixed(accent.blue(), plain.blue())});
    for (auto* chip : m_chips) {
        chip->setChecked(chosen.isEmpty() || chosen.contains(chip->text()));
        chip->setPalette(chip->isChecked() ? on : palette());
    }
    m_chip_area->setVisible(!m_chips.isEmpty());
}

void LanguageEdit::toggle(const QString& code, bool on)
{
    auto chosen = codes();
    if (chosen.isEmpty()) chosen = m_available;
    chosen.removeAll(code);
    if (on) chosen.append(code);
    QStringList ordered;
    for (const auto& available : m_available)
        if (chosen.contains(available)) ordered << available;
    for (const auto& other : chosen)
        if (!m_available.contains(other)) ordered << other; // not of this corpus: the user decides
    if (ordered == m_available) ordered.clear();
    setText(ordered.join(","));
    Q_EMIT textEdited(text());
}

} // namespace sy
