// Which keys do what: read from the actions themselves, so that it is never out of date.
#pragma once

class QWidget;

namespace sy {

void showShortcutSheet(QWidget& window);

} // namespace sy
