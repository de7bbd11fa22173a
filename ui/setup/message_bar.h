// What went wrong, or was done, above the form; stays until it is closed or replaced. Never a dialog.
#pragma once

#include <QFrame>

class QLabel;

namespace sy {

class MessageBar : public QFrame {
    Q_OBJECT

public:
    enum Kind { Information, Problem };

    explicit MessageBar(QWidget* parent = nullptr);
    void tell(Kind kind, const QString& title, const QStringList& lines = {});
    void clear();
    QString text() const; ///< title and lines

protected:
    void changeEvent(QEvent* event) override;

private:
    void showColours();

    QLabel* m_title;
    QLabel* m_lines;
    Kind m_kind = Information;
};

} // namespace sy
