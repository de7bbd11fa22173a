// Commands of the router's pages: in the palette, and by a key while the page has the focus.
#pragma once

#include <QKeySequence>
#include <QString>

#include <functional>

class QAction;
class QComboBox;
class QWidget;

namespace sy {

QAction* addPageAction(QWidget& page, const QString& object_name, const QString& text, const QKeySequence& keys,
                       std::function<void()> run);
/// One command for each choice of the box: "PREFIX: TEXT", object name of the box with its place; keys in this order
/// as far as they go.
void addChoiceActions(QWidget& page, QComboBox& box, const QString& prefix, const QList<QKeySequence>& keys = {});

} // namespace sy
