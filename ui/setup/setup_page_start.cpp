// Where an experiment starts from and where it goes: presets, runs, files, launch.
#include "core/base/files.h"
#include "core/config/step_time.h"
#include "ui/models/store_access.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/setup/experiment_model.h"
#include "ui/setup/launch_box.h"
#include "ui/setup/message_bar.h"
#include "ui/setup/run_identity.h"
#include "ui/setup/setup_page.h"

#include <QFileInfo>
#include <QPushButton>
#include <QTabWidget>

#include <algorithm>

namespace sy {

namespace {

constexpr qint64 largest_configuration = 4 << 20;

/// The preset that a configuration file says it starts from; empty = none, or no such file.
QString presetOf(const QString& path)
{
    const auto json = nlohmann::json::parse(readFile(path.toStdString()), nullptr, false, true);
    return json.is_object() && json.contains("preset") && json["preset"].is_string()
               ? fromUtf8(json["preset"].get<std::string>())
               : QString();
}

QStringList linesOf(const ConfigError& error)
{
    QStringList lines;
    for (const auto& issue : error.issues())
        lines << QObject::tr("%1: %2").arg(fromUtf8(issue.path), fromUtf8(issue.message));
    return lines;
}

} // namespace

void SetupPage::startFromPreset(const QString& name)
{
    const bool known = std::any_of(presets().begin(), presets().end(),
                                   [&](const Preset& preset) { return fromUtf8(preset.name) == name; });
    if (!known) return m_message->tell(MessageBar::Problem, tr("There is no preset “%1”.").arg(name));
    m_model->startFromPreset(name);
    m_identity->setStem(name);
    m_message->clear();
}

void SetupPage::startFromRun(const QString& id)
{
    if (!m_context.access) return;
    m_read_run = id;
    struct Found {
        nlohmann::json config;
        RunSummary run;
    };
    m_context.access->read(
        this,
        [id = id.toStdString()](const Store& store) {
            return Found{store.config(id), store.run(id)};
        },
        [this, id](const Found& found) {
            if (id != m_read_run) return;
            const auto name = fromUtf8(found.run.name);
            try {
                m_model->start(tr("run %1").arg(name), configFromJson(found.config), fromUtf8(found.run.preset));
                m_identity->setStem(name);
                m_identity->setTypedName({});
                m_message->tell(MessageBar::Information, tr("Settings of run %1").arg(name));
                m_tabs->setCurrentIndex(0);
            } catch (const ConfigError& error) {
                m_message->tell(MessageBar::Problem, tr("The settings of run %1 do not fit this version:").arg(name),
                                linesOf(error));
            }
        },
        [this, id](const QString& problem) {
            if (id == m_read_run)
                m_message->tell(MessageBar::Problem, tr("The run could not be read: %1").arg(problem));
        });
}

void SetupPage::openFile(const QString& path)
{
    const QFileInfo file(path);
    const QString title = tr("%1 was not opened:").arg(file.fileName());
    try {
        if (!file.isFile()) throw Error("there is no such file: " + path.toStdString());
        if (file.size() > largest_configuration) throw Error("it is too large for a configuration");
        const QString whole = file.absoluteFilePath();
        const auto config = loadConfig(whole.toStdString());
        m_model->start(file.fileName(), config, presetOf(whole));
        m_identity->setStem(file.completeBaseName());
        m_message->tell(MessageBar::Information, tr("Settings of %1").arg(file.fileName()));
        m_tabs->setCurrentIndex(0);
    } catch (const ConfigError& error) {
        m_message->tell(MessageBar::Problem, title, linesOf(error));
    } catch (const std::exception& error) {
        m_message->tell(MessageBar::Problem, title, {fromUtf8(error.what())});
    }
}

void SetupPage::saveFile(const QString& path)
{
    auto settings = toJson(m_model->config());
    if (!m_model->preset().isEmpty()) settings["preset"] = m_model->preset().toStdString();
    try {
        writeFile(path, QByteArray::fromStdString(settings.dump(2) + "\n"));
        m_message->tell(MessageBar::Information, tr("Saved as %1").arg(path));
    } catch (const std::exception& error) {
        m_message->tell(MessageBar::Problem, tr("It was not saved:"), {fromUtf8(error.what())});
    }
}

LaunchRequest SetupPage::request() const
{
    LaunchRequest request;
    request.device = deviceName(m_model->config().device);
    request.config = toJson(m_model->config());
    request.preset = m_model->preset().toStdString();
    request.name = m_identity->name().toStdString();
    for (const auto& tag : m_identity->tags()) request.tags.push_back(tag.toStdString());
    return request;
}

void SetupPage::launch()
{
    refreshLaunch();
    if (!m_launch->reason().isEmpty()) return m_launch->button()->setFocus();
    const auto wanted = request();
    m_identity->nextName(); // a second press makes a second run, never a clash
    keepDraft();
    Q_EMIT launchRequested(wanted);
}

} // namespace sy
