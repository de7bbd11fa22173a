// Work of seconds or minutes on a thread of its own, with progress and a cancel button.
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace sy {

/// Called by the work with its share in [0, 1]; throws where the user cancelled.
using TaskProgress = std::function<void(double)>;

/// Runs `work` and shows a progress dialog that blocks nothing. `finished` gets the result's text, `failed` the
/// problem; a cancelled task reports neither. Both come on the GUI thread while `window` lives; the thread is waited
/// for when the window goes.
void runLongTask(QWidget& window, const QString& title, std::function<QString(const TaskProgress&)> work,
                 std::function<void(const QString&)> finished, std::function<void(const QString&)> failed);

} // namespace sy
