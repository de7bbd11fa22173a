#include "ui/models/page_actions.h"

#include <QAction>
#include <QComboBox>

namespace sy {

QAction* addPageAction(QWidget& page, const QString& object_name, const QString& text, const QKeySequence& keys,
                       std::function<void()> run)
{
    auto* action = new QAction(text, &page);
    action->setObjectName(object_name);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QObject::connect(action, &QAction::triggered, &page, std::move(run));
    page.addAction(action);
    return action;
}

void addChoiceActions(QWidget& page, QComboBox& box, const QString& prefix, const QList<QKeySequence>& keys)
{
    for (int i = 0; i < box.count(); ++i)
        addPageAction(page, box.objectName() + QString::number(i),
                      QStringLiteral("%1: %2").arg(prefix, box.itemText(i)), keys.value(i), [&box, i] {
                          box.setCurrentIndex(i);
                          Q_EMIT box.activated(i);
                      });
}

} // namespace sy
