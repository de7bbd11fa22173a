// Which languages of a corpus: codes in a line, and a chip for each that there is.
#pragma once

#include <QStringList>
#include <QWidget>

class QLineEdit;
class QToolButton;

namespace sy {

class FlowLayout;

/// No code means all languages, as in the setting: then every chip is checked.
class LanguageEdit : public QWidget {
    Q_OBJECT

public:
    explicit LanguageEdit(QWidget* parent = nullptr);

    void setAvailable(const QStringList& codes); ///< those of the corpus; empty = not known
    void setText(const QString& text);           ///< "de,en"
    QString text() const;
    QLineEdit* line() const { return m_line; }

Q_SIGNALS:
    void textEdited(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    QStringList codes() const;
    void showChips();
    void toggle(const QString& code, bool on);

    QLineEdit* m_line;
    QWidget* m_chip_area;
    FlowLayout* m_flow;
    QStringList m_available;
    QList<QToolButton*> m_chips;
};

} // namespace sy
