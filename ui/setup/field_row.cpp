#include "ui/setup/field_row.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/setup/labels.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <QToolButton>

#include <cmath>

namespace sy {

QString rangeText(const SettingInfo& setting)
{
    const auto& field = setting.field;
    QStringList parts;
    const auto number = [](double value) { return fromUtf8(numberText(value)); };
    const bool low = std::isfinite(field.min), high = std::isfinite(field.max);
    if (low && high && !field.min_open && !field.max_open)
        parts << QObject::tr("%1 to %2").arg(number(field.min), number(field.max));
    else {
        if (low)
            parts << (field.min_open ? QObject::tr("above %1") : QObject::tr("at least %1")).arg(number(field.min));
        if (high)
            parts << (field.max_open ? QObject::tr("below %1") : QObject::tr("at most %1")).arg(number(field.max));
    }
    if (field.multiple > 1) parts << QObject::tr("a multiple of %1").arg(field.multiple);
    for (const auto& choice : setting.choices) parts << fromUtf8(choice);
    return parts.join(", ");
}

QString shownValue(const SettingInfo& setting, const QString& text)
{
    if (setting.fallback.is_boolean()) return text == "true" ? QObject::tr("on") : QObject::tr("off");
    if (text.isEmpty()) return setting.fallback.is_array() ? QObject::tr("all") : QObject::tr("none");
    return text;
}

FieldRow::FieldRow(ExperimentModel& model, const SettingInfo& setting, QWidget* parent)
    : QWidget(parent), m_model(model), m_path(fromUtf8(setting.path)), m_key(m_path.section('.', -1)),
      m_editor(FieldEditor::make(setting, this)), m_label(new QLabel(m_key, this)), m_hint(new ElidedLabel(this)),
      m_doc(new ElidedLabel(this)), m_problem(new QLabel(this)), m_reset(new QToolButton(this))
{
    setObjectName("row_" + m_path);
    const QString doc = QString::fromUtf8(setting.field.doc);
    m_search = (m_path + " " + doc + " " + QString::fromUtf8(setting.field.unit)).toLower();
    for (const auto& choice : setting.choices) m_search += " " + fromUtf8(choice);
    build(setting);
    connect(m_editor, &FieldEditor::edited, this, [this](const QString& text) { m_model.setText(m_path, text); });
    connect(m_editor, &FieldEditor::finished, this, &FieldRow::refresh);
    connect(m_reset, &QToolButton::clicked, this, [this] { m_model.reset(m_path); });
    for (auto* child : m_editor->findChildren<QWidget*>()) child->installEventFilter(this);
    refresh();
}

void FieldRow::build(const SettingInfo& setting)
{
    const QString doc = QString::fromUtf8(setting.field.doc);
    for (auto* label : {m_label, m_problem}) label->setTextFormat(Qt::PlainText);
    m_label->setBuddy(m_editor);
    m_label->setToolTip(plainToolTip(m_path + "\n" + doc));
    m_doc->setWholeText(doc);
    m_problem->setWordWrap(true);
    m_problem->setObjectName("problem_" + m_path);
    m_reset->setObjectName("reset_" + m_path);
    m_reset->setText(QString(QChar(0x21ba)));
    m_reset->setAutoRaise(true);
    m_reset->setAccessibleName(tr("Reset %1").arg(m_path));
    m_hint_text = shownValue(setting, fromUtf8(settingText(setting.fallback)));
    m_hint_text = tr("default %1").arg(m_hint_text.size() > 12 ? m_hint_text.left(6) + "…" : m_hint_text);
    if (*setting.field.unit) m_hint_text = tr("%1 · %2").arg(QString::fromUtf8(setting.field.unit), m_hint_text);
    m_hint->setWholeText(m_hint_text);
    m_hint->setToolTip(
        plainToolTip(tr("default %1\n%2").arg(fromUtf8(settingText(setting.fallback)), rangeText(setting))));

    const int letter = fontMetrics().horizontalAdvance('0');
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(letter, 1, 2, 1);
    row->setSpacing(letter);
    row->addWidget(m_label);
    const bool wide = setting.fallback.is_array() || setting.path == "data.tokenizer";
    m_editor->setMinimumWidth(20 * letter);
    if (!wide) m_editor->setMaximumWidth(20 * letter);
    row->addWidget(m_editor, wide ? 3 : 0);
    m_hint->setUsualWidth(19 * letter);
    row->addWidget(m_hint);
    auto rest = m_doc->sizePolicy();
    rest.setHorizontalPolicy(QSizePolicy::Ignored); // the meaning gives way first, then the default
    m_doc->setSizePolicy(rest);
    row->addWidget(m_doc, wide ? 1 : 2);
    row->addWidget(m_problem, wide ? 1 : 2);
    row->addWidget(m_reset);
    if (wide)
        for (auto* widget : {static_cast<QWidget*>(m_label), static_cast<QWidget*>(m_hint),
                             static_cast<QWidget*>(m_doc), static_cast<QWidget*>(m_reset)})
            row->setAlignment(widget, setting.fallback.is_array() ? Qt::AlignTop : Qt::AlignVCenter);
    auto keep = m_reset->sizePolicy();
    keep.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(keep);
}

void FieldRow::setLabelWidth(int width)
{
    m_label->setFixedWidth(width);
}

void FieldRow::refresh()
{
    m_editor->showText(m_model.text(m_path));
    m_marked = m_model.isChanged(m_path);
    const QString problem = m_model.problem(m_path);
    QFont font = m_label->font();
    font.setBold(m_marked);
    m_label->setFont(font);
    m_reset->setVisible(m_marked);
    if (m_marked)
        m_reset->setToolTip(
            plainToolTip(tr("Back to %1 (%2)")
                             .arg(shownValue(m_model.setting(m_path), m_model.baseText(m_path)),
                                  m_model.preset().isEmpty() ? tr("default") : tr("preset %1").arg(m_model.preset()))));
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_hint->setVisible(problem.isEmpty());
    m_doc->setVisible(problem.isEmpty());
    showColours();
    update();
}

bool FieldRow::matches(const QString& words) const
{
    for (const auto& word : words.toLower().split(' ', Qt::SkipEmptyParts))
        if (!m_search.contains(word)) return false;
    return true;
}

QString FieldRow::shownProblem() const
{
    return m_problem->text();
}

bool FieldRow::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusIn) Q_EMIT focused(m_path);
    return QWidget::eventFilter(watched, event);
}

void FieldRow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) showColours();
    QWidget::changeEvent(event);
}

void FieldRow::showColours()
{
    const auto colours = stateColours(palette());
    setInk(m_hint, colours.faint);
    setInk(m_doc, colours.faint);
    setInk(m_problem, colours.bad);
}

void FieldRow::paintEvent(QPaintEvent*)
{
    const bool bad = !m_problem->text().isEmpty();
    if (!m_marked && !bad) return;
    const auto colours = stateColours(palette());
    QPainter painter(this);
    const QRect mark(layoutDirection() == Qt::RightToLeft ? width() - 3 : 0, 2, 3, height() - 4);
    painter.fillRect(mark, bad ? colours.bad : colours.accent);
}

} // namespace sy
