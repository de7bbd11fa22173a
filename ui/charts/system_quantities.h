// The quantities that the series system/... measure, and how they are drawn.
#pragma once

#include "ui/plots/chart_types.h"

#include <QString>

namespace sy {

struct SystemQuantity {
    int place = 0; ///< of its chart among the others
    QString title, unit, definition;
    YValue scale = YValue::AsStored;
    QString curve; ///< what tells the curves of one chart apart: "trainer", "GPU 0"
};

/// Series that are not known have a chart of their own, named after them, behind the others.
SystemQuantity systemQuantity(const QString& series);

} // namespace sy
