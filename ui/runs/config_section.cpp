#include "ui/runs/config_section.h"

#include "core/config/config_io.h"
#include "core/store/flat_config.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/runs/settings_tree.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QSortFilterProxyModel>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace sy {

namespace {

class SettingsFilter : public QSortFilterProxyModel {
public:
    explicit SettingsFilter(QObject* parent) : QSortFilterProxyModel(parent) { setRecursiveFilteringEnabled(true); }
    void set(const QString& text, bool changed_only)
    {
        m_text = text;
        m_changed_only = changed_only;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        const QModelIndex index = sourceModel()->index(row, 0, parent);
        if (sourceModel()->rowCount(index) > 0) return false; // for the sake of what is below it only
        if (m_changed_only && !index.data(SettingsTree::ChangedRole).toBool()) return false;
        return index.data(SettingsTree::PathRole).toString().contains(m_text, Qt::CaseInsensitive) ||
               index.siblingAtColumn(SettingsTree::ValueColumn).data().toString().contains(m_text, Qt::CaseInsensitive);
    }

private:
    QString m_text;
    bool m_changed_only = false;
};

std::map<std::string, nlohmann::json> flat(const nlohmann::json& config)
{
    std::map<std::string, nlohmann::json> settings;
    try {
        for (auto& [path, value] : flatConfig(config)) settings.emplace(path, value);
    } catch (const Error&) { // no configuration: nothing to compare
    }
    return settings;
}

bool isPreset(const std::string& name)
{
    const auto& all = presets();
    return std::any_of(all.begin(), all.end(), [&](const Preset& preset) { return preset.name == name; });
}

/// What does not change while it trains and says something; times as people read them.
nlohmann::json lasting(const nlohmann::json& details)
{
    auto kept = nlohmann::json::object();
    for (const auto& [key, value] : details.items()) {
        const bool moving = key == "heartbeat_ms" || key == "step" || key == "revision" || key == "status";
        const bool kept_by_user = key == "starred" || key == "deleted"; // the list tells them
        const bool time = key.ends_with("_ms") && value.is_number();
        if (moving || kept_by_user || value.is_null() || value == "" || (time && value == 0)) continue;
        if (time)
            kept[key.substr(0, key.size() - 3)] = timeText(value.get<int64_t>()).toStdString();
        else
            kept[key] = value;
    }
    return kept;
}

/// For sh: in single quotes where needed.
QString shellWord(const QString& word)
{
    static const QRegularExpression plain("^[A-Za-z0-9_.,:/=+@%-]+$");
    if (plain.match(word).hasMatch()) return word;
    QString inner = word;
    return '\'' + inner.replace('\'', "'\\''") + '\'';
}

} // namespace

std::map<std::string, nlohmann::json> presetSettings(const std::string& preset)
{
    for (const auto& candidate : presets()) {
        if (candidate.name != preset) continue;
        try {
            return flat(toJson(configFromJson(candidate.settings)));
        } catch (const Error&) { // then the defaults
        }
    }
    return flat(toJson(ExperimentConfig{}));
}

QString setLine(const nlohmann::json& config, const std::string& preset)
{
    const auto base = presetSettings(preset);
    QStringList words;
    if (isPreset(preset)) words << shellWord(fromUtf8(preset));
    for (const auto& [path, value] : flat(config)) {
        const auto found = base.find(path);
        if (found != base.end() && found->second == value) continue;
        words << "--set" << shellWord(fromUtf8(path + '=' + settingText(value)));
    }
    return words.join(' ');
}

ConfigSection::ConfigSection(const PageContext& context, QWidget* parent)
    : DetailsSection(context, parent), m_tree(new SettingsTree(tr("Preset"), this)),
      m_filtered(new SettingsFilter(this)), m_search(new QLineEdit(this)),
      m_changed(new QCheckBox(tr("Changed only"), this)), m_base(plainLabel("configBase", {}, this))
{
    m_filtered->setSourceModel(m_tree);
    m_view = detailsList("runConfig", tr("configuration"), m_filtered, this);
    m_view->setRootIsDecorated(true);
    m_search->setObjectName("configSearch");
    m_search->setPlaceholderText(tr("Find a setting or value"));
    m_search->setClearButtonEnabled(true);
    m_changed->setObjectName("configChangedOnly");
    m_base->setWordWrap(true);
    auto* copy = new QToolButton(this);
    copy->setObjectName("configCopy");
    copy->setText(tr("Copy"));
    copy->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(copy);
    menu->addAction(tr("Copy as JSON"), this,
                    [this] { QApplication::clipboard()->setText(fromUtf8(m_config.dump(2))); })
        ->setObjectName("copyConfigJson");
    menu->addAction(tr("Copy as preset and --set"), this,
                    [this] { QApplication::clipboard()->setText(setLine(m_config, m_preset)); })
        ->setObjectName("copyConfigSet");
    menu->addAction(tr("Export as JSON…"), this, &ConfigSection::exportJson)->setObjectName("exportConfig");
    copy->setMenu(menu);
    auto* row = new QHBoxLayout;
    row->addWidget(m_search, 1);
    row->addWidget(copy);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_changed);
    layout->addWidget(m_base);
    layout->addWidget(m_view, 1);
    connect(m_search, &QLineEdit::textChanged, this, &ConfigSection::filter);
    connect(m_changed, &QCheckBox::toggled, this, &ConfigSection::filter);
}

void ConfigSection::filter()
{
    static_cast<SettingsFilter*>(m_filtered)->set(m_search->text(), m_changed->isChecked());
    m_view->expandAll();
}

void ConfigSection::clearRun()
{
    m_config = nullptr;
    m_tree->show(nullptr);
    m_base->clear();
}

void ConfigSection::load()
{
    if (!m_config.is_null()) { // a configuration never changes
        fetch([](const Store&) { return true; }, [](bool) {});
        return;
    }
    m_preset = summary()->preset;
    fetch([id = run()](const Store& store) { return store.config(id); },
          [this](const nlohmann::json& config) {
              m_config = config;
              const auto base = presetSettings(m_preset);
              m_tree->show(config, base);
              int changed = 0;
              for (const auto& [path, value] : flat(config)) {
                  const auto found = base.find(path);
                  changed += found == base.end() || found->second != value;
              }
              const QString what = isPreset(m_preset) ? tr("preset %1").arg(fromUtf8(m_preset)) : tr("the defaults");
              m_base->setText(changed == 0 ? tr("As %1.").arg(what) : tr("Changed from %1: %2").arg(what).arg(changed));
              m_view->expandAll();
              fitColumns();
          });
}

void ConfigSection::fitColumns()
{
    m_view->resizeColumnToContents(SettingsTree::NameColumn);
    m_view->resizeColumnToContents(SettingsTree::ValueColumn);
    const int widest = m_view->fontMetrics().averageCharWidth() * 20;
    if (m_view->columnWidth(SettingsTree::ValueColumn) > widest)
        m_view->setColumnWidth(SettingsTree::ValueColumn, widest);
}

void ConfigSection::exportJson()
{
    if (m_config.is_null() || !summary()) return;
    const QString path = QFileDialog::getSaveFileName(this, tr("Export configuration"),
                                                      fromUtf8(summary()->name) + ".json", tr("JSON (*.json)"));
    if (path.isEmpty()) return;
    try {
        writeFile(path, QByteArray::fromStdString(m_config.dump(2) + "\n"));
    } catch (const Error& error) {
        QMessageBox box(QMessageBox::Warning, tr("Export configuration"), fromUtf8(error.what()), QMessageBox::Ok,
                        this);
        box.setTextFormat(Qt::PlainText);
        box.exec();
    }
}

EnvironmentSection::EnvironmentSection(const PageContext& context, QWidget* parent)
    : DetailsSection(context, parent), m_tree(new SettingsTree({}, this)),
      m_view(detailsList("runEnvironment", tr("environment"), m_tree, this))
{
    m_view->setRootIsDecorated(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
}

void EnvironmentSection::clearRun()
{
    m_tree->show(nullptr);
}

void EnvironmentSection::load()
{
    fetch([id = run()](const Store& store) { return store.details(id); },
          [this](nlohmann::json details) {
              details = lasting(details);
              const bool first = m_tree->rowCount() == 0;
              m_tree->show(details);
              m_view->expandAll();
              if (first) m_view->resizeColumnToContents(0);
          });
}

} // namespace sy
