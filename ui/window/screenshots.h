// Pictures of every page, for the documentation and for bug reports.
#pragma once

#include <QSize>
#include <QString>

#include <functional>

namespace sy {

class MainWindow;

/// Shows page after page of a window that is open, waits until each has read its data, writes setup.png, charts.png,
/// compare.png and window parts into `folder`, and calls `done` with a problem or an empty text.
void takeScreenshots(MainWindow& window, const QString& folder, std::function<void(const QString&)> done);

} // namespace sy
