// Experiments to and from JSON, `--set` assignments, presets, differences.
#pragma once

#include "core/base/error.h"
#include "core/config/experiment.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sy {

/// The full resolved configuration, every field present.
nlohmann::json toJson(const ExperimentConfig& config);

/// Absent fields keep the value of `base`. @throws ConfigError with every unknown setting, wrong type
/// and broken rule at once.
ExperimentConfig configFromJson(const nlohmann::json& json, const ExperimentConfig& base = {});

/// A JSON file's path or a preset's name ("demo", "switch-base-8-dense"), then `--set a.b=value` assignments.
/// A JSON file may say `"preset": NAME` to start from one.
/// @throws ConfigError with every problem; Error where the file cannot be read or is not JSON.
ExperimentConfig loadConfig(const std::string& file_or_preset, const std::vector<std::string>& assignments = {});

/// Ranges of every field and rules between fields. Never throws.
std::vector<ConfigIssue> validate(const ExperimentConfig& config);

struct Preset {
    std::string name;
    std::string summary; ///< one line for people
    nlohmann::json settings;
};
/// In the order they are listed. Every preset has its dense twin, NAME-dense.
const std::vector<Preset>& presets();

struct SettingDifference {
    std::string path;
    nlohmann::json left;
    nlohmann::json right;
};
std::vector<SettingDifference> difference(const ExperimentConfig& left, const ExperimentConfig& right);

/// What the form and `docs/` need of every setting.
struct SettingInfo {
    std::string path;
    FieldInfo field;
    nlohmann::json fallback;          ///< the default
    std::vector<std::string> choices; ///< of enums
};
std::vector<SettingInfo> settings();

/// One setting by its dotted path. @throws ConfigError for a path that is no setting.
nlohmann::json settingValue(const ExperimentConfig& config, const std::string& path);
/// Sets it from a text as after `--set PATH=`. The rule that the text breaks by its type ("must be a number, ..."),
/// `config` being left as it was; empty where it fits. Ranges and rules between settings are validate()'s.
std::string assignSetting(ExperimentConfig& config, const std::string& path, const std::string& text);
/// A value as such a text: 0.001, true, inverse_sqrt, "de,en".
std::string settingText(const nlohmann::json& value);

/// "0.5" without trailing zeros; used in messages.
std::string numberText(double value);

} // namespace sy
