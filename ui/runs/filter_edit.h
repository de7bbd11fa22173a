// The filter box: completes keys and values, and underlines terms that mean nothing.
#pragma once

#include "ui/runs/run_filter.h"

#include <QLineEdit>

class QCompleter;
class QStringListModel;

namespace sy {

class FilterEdit : public QLineEdit {
    Q_OBJECT

public:
    using Complete = std::function<FilterCompletion(const QString& text, qsizetype cursor)>;

    explicit FilterEdit(Complete complete, QWidget* parent = nullptr);
    void mark(const QVector<FilterProblem>& problems);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void offer();
    void accept(const QString& choice);

    Complete m_complete;
    QCompleter* m_completer;
    QStringListModel* m_choices;
};

} // namespace sy
