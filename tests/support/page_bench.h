// What pages are given, over a store of its own in a temporary folder.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/routing_focus.h"
#include "ui/models/selection.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"

#include <QSettings>
#include <QTemporaryDir>

namespace sy::test {

struct PageBench {
    QTemporaryDir folder;
    StorePaths paths = StorePaths::ofFile(fs::path(folder.path().toStdString()) / "store.sqlite");
    QSettings settings{folder.filePath("workbench.ini"), QSettings::IniFormat};
    Selection selection;
    RoutingFocus focus;
    StoreAccess access{paths};
    StoreWatch watch{paths, 20};

    PageContext context() { return {paths, {}, &selection, &watch, &access, &settings, &focus}; }
};

} // namespace sy::test
