// A run's configuration with what was changed of its preset, and its environment.
#pragma once

#include "ui/runs/details_section.h"

#include <nlohmann/json.hpp>

class QCheckBox;
class QLabel;
class QLineEdit;
class QSortFilterProxyModel;

namespace sy {

class SettingsTree;

/// The settings of a preset by dotted path; those of the defaults where there is no such preset.
std::map<std::string, nlohmann::json> presetSettings(const std::string& preset);
/// "demo --set model.num_experts=4 --set ...": what differs from the preset, ready for a shell.
QString setLine(const nlohmann::json& config, const std::string& preset);

class ConfigSection : public DetailsSection {
    Q_OBJECT

public:
    ConfigSection(const PageContext& context, QWidget* parent);

protected:
    void clearRun() override;
    void load() override;

private:
    void filter();
    void exportJson();
    void fitColumns();

    SettingsTree* m_tree;
    QSortFilterProxyModel* m_filtered;
    QTreeView* m_view;
    QLineEdit* m_search;
    QCheckBox* m_changed;
    QLabel* m_base;
    nlohmann::json m_config;
    std::string m_preset;
};

class EnvironmentSection : public DetailsSection {
    Q_OBJECT

public:
    EnvironmentSection(const PageContext& context, QWidget* parent);

protected:
    void clearRun() override;
    void load() override;

private:
    SettingsTree* m_tree;
    QTreeView* m_view;
};

} // namespace sy
