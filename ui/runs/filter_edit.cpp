#include "ui/runs/filter_edit.h"

#include "ui/models/palette.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QCoreApplication>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QStringListModel>
#include <QTextCharFormat>

namespace sy {

FilterEdit::FilterEdit(Complete complete, QWidget* parent)
    : QLineEdit(parent), m_complete(std::move(complete)), m_completer(new QCompleter(this)),
      m_choices(new QStringListModel(this))
{
    setClearButtonEnabled(true);
    m_completer->setWidget(this); // not setCompleter: it would replace the whole text
    m_completer->setModel(m_choices);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setMaxVisibleItems(12);
    connect(m_completer, qOverload<const QString&>(&QCompleter::activated), this, &FilterEdit::accept);
    connect(this, &QLineEdit::textEdited, this, &FilterEdit::offer);
}

void FilterEdit::offer()
{
    const auto completion = m_complete(text(), cursorPosition());
    if (completion.choices.isEmpty()) {
        m_completer->popup()->hide();
        return;
    }
    m_choices->setStringList(completion.choices);
    m_completer->complete();
}

void FilterEdit::accept(const QString& choice)
{
    const auto completion = m_complete(text(), cursorPosition());
    const bool key = choice.endsWith(':');
    setSelection(int(completion.from), int(completion.length));
    insert(key ? choice : choice + ' ');
    if (key) offer();
}

void FilterEdit::keyPressEvent(QKeyEvent* event)
{
    const bool open = m_completer->popup()->isVisible();
    if (open && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Tab)) {
        event->ignore(); // the popup takes it
        return;
    }
    if (!open && event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
        offer();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

/// A line edit has no rich text, but draws what an input method marks.
void FilterEdit::mark(const QVector<FilterProblem>& problems)
{
    QList<QInputMethodEvent::Attribute> attributes;
    for (const auto& problem : problems) {
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(stateColours(palette()).bad);
        attributes << QInputMethodEvent::Attribute(QInputMethodEvent::TextFormat, int(problem.from) - cursorPosition(),
                                                   int(problem.length), format);
    }
    QInputMethodEvent event(QString(), attributes);
    QCoreApplication::sendEvent(this, &event);
}

} // namespace sy
