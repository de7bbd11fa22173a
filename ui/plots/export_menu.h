// The entries of a view's export menu, which are commands of the window too.
#pragma once

#include <QList>
#include <QString>

#include <functional>
#include <utility>

class QMenu;
class QWidget;

namespace sy {

/// An action "PREFIX.ENDING" for every (ending, text): in the menu, and on the owner, where the command palette finds
/// it.
void addExports(QWidget& owner, QMenu& menu, const QString& prefix,
                const QList<std::pair<QString, QString>>& ending_and_text,
                const std::function<void(const QString& ending)>& run);

} // namespace sy
