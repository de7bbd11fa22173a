#include "ui/charts/system_quantities.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace sy {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("sy::SystemQuantity", text);
}

SystemQuantity processor(const QString& curve)
{
    return {0,
            tr("Processor"),
            QStringLiteral("%"),
            tr("Trainer: CPU time over wall time, of one core, so that two busy cores are 200 %.\n"
               "Machine: share of all its cores that was busy, at most 100 %."),
            YValue::AsStored,
            curve};
}

SystemQuantity memory(const QString& curve)
{
    return {1,
            tr("Memory"),
            QStringLiteral("GiB"),
            tr("Trainer: resident set of the training process.\nAvailable: what the machine could still give."),
            YValue::Gibibytes,
            curve};
}

SystemQuantity ofGpu(const QString& what, const QString& gpu)
{
    const QString curve = tr("GPU %1").arg(gpu);
    if (what == QLatin1String("utilisation_percent"))
        return {3,
                tr("GPU utilisation"),
                QStringLiteral("%"),
                tr("Share of the time in which a kernel was running, as NVML tells."),
                YValue::AsStored,
                curve};
    if (what == QLatin1String("memory_bytes"))
        return {4,
                tr("GPU memory"),
                QStringLiteral("GiB"),
                tr("In use, by all processes, as NVML tells."),
                YValue::Gibibytes,
                curve};
    if (what == QLatin1String("power_watts"))
        return {5,
                tr("GPU power"),
                QStringLiteral("W"),
                tr("Drawn by the whole board, as NVML tells."),
                YValue::AsStored,
                curve};
    if (what == QLatin1String("temperature_celsius"))
        return {6,    tr("GPU temperature"), QStringLiteral("°C"), tr("Of the chip, as NVML tells."), YValue::AsStored,
                curve};
    return {};
}

} // namespace

SystemQuantity systemQuantity(const QString& series)
{
    if (series == QLatin1String("system/cpu_percent")) return processor(tr("trainer"));
    if (series == QLatin1String("system/machine_cpu_percent")) return processor(tr("machine"));
    if (series == QLatin1String("system/memory_bytes")) return memory(tr("trainer"));
    if (series == QLatin1String("system/memory_available_bytes")) return memory(tr("available"));
    if (series == QLatin1String("system/disk_free_bytes"))
        return {2,
                tr("Free disk"),
                QStringLiteral("GiB"),
                tr("Free on the file system of the store."),
                YValue::Gibibytes,
                tr("free")};
    static const QRegularExpression gpu(QStringLiteral("^system/gpu(\\d+)/(.+)$"));
    if (const auto match = gpu.match(series); match.hasMatch()) {
        const SystemQuantity known = ofGpu(match.captured(2), match.captured(1));
        if (!known.title.isEmpty()) return known;
    }
    return {7, series, {}, tr("Recorded as \"%1\".").arg(series), YValue::AsStored, series};
}

} // namespace sy
