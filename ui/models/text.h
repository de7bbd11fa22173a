// Numbers, times and states as people read them, in the user's locale.
#pragma once

#include "core/store/records.h"

#include <QLabel>
#include <QString>

namespace sy {

QString statusText(RunStatus status);
QString queueStateText(QueueState state);
QString timeText(int64_t ms);         ///< of the Unix epoch; empty for 0
QString durationText(double seconds); ///< "6 min 12 s"
QString bytesText(double bytes);      ///< "1.5 GiB"
QString countText(double count);      ///< "24.1 M"
QString lossText(double value);       ///< four significant digits; "nan", "inf"
QString fromUtf8(const std::string& text);
/// A tip that is shown as it is, also where it looks like markup.
QString plainTip(const QString& text);
/// A label whose text is never read as markup and can be selected.
QLabel* plainLabel(const QString& object_name, const QString& text, QWidget* parent = nullptr);

} // namespace sy
