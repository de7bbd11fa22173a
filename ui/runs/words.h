// Counted things: English has no translation file that would choose the plural.
#pragma once

#include <QCoreApplication>
#include <QLocale>
#include <QString>

namespace sy {

inline QString runsText(qsizetype count)
{
    return count == 1 ? QCoreApplication::translate("runs", "1 run")
                      : QCoreApplication::translate("runs", "%1 runs").arg(QLocale().toString(count));
}

} // namespace sy
