// What a new run will be called: a free name and tags.
#pragma once

#include <QSet>
#include <QStringList>
#include <QWidget>

class QLabel;
class QLineEdit;

namespace sy {

/// "demo", "demo-2", "demo-3", ...: the first that is not taken.
QString freeRunName(const QString& stem, const QSet<QString>& taken);

class RunIdentity : public QWidget {
    Q_OBJECT

public:
    explicit RunIdentity(QWidget* parent = nullptr);

    QString name() const; ///< as typed, else the suggestion
    QString typedName() const;
    QStringList tags() const;
    QString problem() const; ///< why a run cannot be called so; empty = it can

    const QString& stem() const { return m_stem; } ///< what suggestions are made of
    void setStem(const QString& stem);
    void setTypedName(const QString& name);
    void setTags(const QStringList& tags);
    void setTaken(const QSet<QString>& names);
    void setKnownTags(const QStringList& tags);
    void nextName(); ///< after a launch: the name that was used is taken
    void focusName();

Q_SIGNALS:
    void changed();

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();

    QLineEdit* m_name;
    QLineEdit* m_tags;
    QLabel* m_mark;
    QString m_stem;
    QSet<QString> m_taken;
    class TagCompleter* m_completer;
};

} // namespace sy
