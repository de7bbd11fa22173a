#include "ui/plots/export_menu.h"

#include <QAction>
#include <QMenu>
#include <QWidget>

namespace sy {

void addExports(QWidget& owner, QMenu& menu, const QString& prefix,
                const QList<std::pair<QString, QString>>& ending_and_text,
                const std::function<void(const QString& ending)>& run)
{
    for (const auto& [ending, text] : ending_and_text) {
        auto* action = new QAction(text, &owner);
        action->setObjectName(prefix + QLatin1Char('.') + ending);
        QObject::connect(action, &QAction::triggered, &owner, [run, ending = ending] { run(ending); });
        menu.addAction(action);
        owner.addAction(action);
    }
}

} // namespace sy
