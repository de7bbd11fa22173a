// The queue's dock: what waits per device, and the last words of what ended.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/store_watch.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTableView;

namespace sy {

class QueueModel;

class QueuePanel : public QWidget {
    Q_OBJECT

public:
    QueuePanel(const PageContext& context, QWidget* parent);

Q_SIGNALS:
    void removeRequested(qint64 key);
    void runChosen(const QString& id);

private:
    void show(const StorePicture& picture);
    void showLog();
    void removeSelected();

    QueueModel* m_model;
    QStackedWidget* m_stack;
    QTableView* m_table;
    QPlainTextEdit* m_log;
    QAction* m_remove;
};

} // namespace sy
