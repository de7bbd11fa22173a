// What every page is given. Pages know neither each other nor the window.
#pragma once

#include "core/store/store.h"

#include <QSettings>
#include <QString>

namespace sy {

class RoutingFocus;
class Selection;
class StoreAccess;
class StoreWatch;

struct PageContext {
    StorePaths paths;
    QString cli; ///< path of switchyard-cli, started for what needs a process of its own
    Selection* selection = nullptr;
    StoreWatch* watch = nullptr;   ///< what runs there are, live
    StoreAccess* access = nullptr; ///< reads and writes off the GUI thread
    QSettings* settings = nullptr; ///< <home>/workbench.ini
    RoutingFocus* focus = nullptr; ///< what the router's views look at together
};

} // namespace sy
