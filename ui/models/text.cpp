#include "ui/models/text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <array>
#include <cmath>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("text", text);
}

/// "1.5 M" with the largest unit that the value reaches.
template <size_t N> QString scaled(double value, double step, const std::array<const char*, N>& units)
{
    size_t unit = 0;
    while (std::abs(value) >= step && unit + 1 < N) value /= step, ++unit;
    const int digits = unit == 0 ? 0 : std::abs(value) < 10 ? 2 : std::abs(value) < 100 ? 1 : 0;
    return QLocale().toString(value, 'f', digits) + QString::fromUtf8(units[unit]);
}

} // namespace

QString statusText(RunStatus status)
{
    switch (status) {
    case RunStatus::Queued:
        return words("queued");
    case RunStatus::Starting:
        return words("starting");
    case RunStatus::Running:
        return words("running");
    case RunStatus::Paused:
        return words("paused");
    case RunStatus::Finished:
        return words("finished");
    case RunStatus::Stopped:
        return words("stopped");
    case RunStatus::Failed:
        return words("failed");
    case RunStatus::Interrupted:
        return words("interrupted");
    }
    return {};
}

QString queueStateText(QueueState state)
{
    switch (state) {
    case QueueState::Waiting:
        return words("waiting");
    case QueueState::Starting:
        return words("starting");
    case QueueState::Running:
        return words("running");
    case QueueState::Done:
        return words("done");
    case QueueState::Failed:
        return words("failed");
    case QueueState::Removed:
        return words("removed");
    }
    return {};
}

QString timeText(int64_t ms)
{
    return ms > 0 ? QLocale().toString(QDateTime::fromMSecsSinceEpoch(ms), QLocale::ShortFormat) : QString();
}

QString durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return QString::fromUtf8("–");
    if (seconds < 1) return words("%1 ms").arg(std::lround(seconds * 1000));
    if (seconds < 9.95) return words("%1 s").arg(QLocale().toString(seconds, 'f', 1));
    const auto whole = static_cast<qint64>(std::llround(seconds));
    if (whole < 60) return words("%1 s").arg(whole);
    if (whole < 3600) return words("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    if (whole < 86400) return words("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
    return words("%1 d %2 h").arg(whole / 86400).arg(whole % 86400 / 3600);
}

QString bytesText(double bytes)
{
    constexpr std::array units{" B", " KiB", " MiB", " GiB", " TiB"};
    return scaled(bytes, 1024, units);
}

QString countText(double count)
{
    constexpr std::array units{"", " k", " M", " G", " T", " P", " E"};
    return scaled(count, 1000, units);
}

QString lossText(double value)
{
    if (std::isnan(value)) return words("nan");
    if (std::isinf(value)) return value > 0 ? words("inf") : words("-inf");
    const double size = std::abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e5)) return QLocale().toString(value, 'e', 2);
    return QLocale().toString(value, 'f', size < 10 ? 3 : size < 1000 ? 2 : 0);
}

QString fromUtf8(const std::string& text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QLabel* plainLabel(const QString& object_name, const QString& text, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(object_name);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setFocusPolicy(Qt::ClickFocus);
    label->setText(text);
    return label;
}

QString plainTip(const QString& text)
{
    if (text.isEmpty()) return {};
    return QStringLiteral("<qt>") + text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

} // namespace sy
