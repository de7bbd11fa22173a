#include "core/config/config_io.h"

#include "core/base/files.h"

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace sy {

using nlohmann::json;

namespace {

// ---- one value ----

template <class T> json valueToJson(const T& value)
{
    if constexpr (is_setting_enum<T>)
        return std::string(enumText(value));
    else
        return value;
}

std::string joinedChoices(const std::vector<std::string>& choices)
{
    std::string text;
    for (const auto& choice : choices) text += (text.empty() ? "" : ", ") + choice;
    return text;
}

/// Empty on success, else the rule that the JSON value breaks.
template <class T> std::string readValue(const json& from, T& value)
{
    if constexpr (is_setting_enum<T>) {
        if (from.is_string())
            if (const auto found = enumFromText<T>(from.get_ref<const std::string&>())) return value = *found, "";
        return "must be one of " + joinedChoices(enumChoices<T>()) + ", got " + from.dump();
    } else if constexpr (std::is_same_v<T, bool>) {
        if (!from.is_boolean()) return "must be true or false, got " + from.dump();
        value = from.get<bool>();
    } else if constexpr (std::is_same_v<T, int64_t>) {
        const bool whole = from.is_number_integer() || (from.is_number_float() && std::abs(from.get<double>()) < 9e15 &&
                                                        from.get<double>() == std::floor(from.get<double>()));
        if (!whole || (from.is_number_unsigned() && from.get<uint64_t>() > INT64_MAX))
            return "must be a whole number, got " + from.dump();
        value = from.get<int64_t>();
    } else if constexpr (std::is_same_v<T, double>) {
        if (!from.is_number()) return "must be a number, got " + from.dump();
        value = from.get<double>();
    } else if constexpr (std::is_same_v<T, std::string>) {
        if (!from.is_string()) return "must be a text, got " + from.dump();
        value = from.get<std::string>();
    } else {
        static_assert(std::is_same_v<T, std::vector<std::string>>);
        if (!from.is_array()) return "must be a list of texts, got " + from.dump();
        std::vector<std::string> items;
        for (const auto& item : from) {
            if (!item.is_string()) return "must be a list of texts, got " + from.dump();
            items.push_back(item.get<std::string>());
        }
        value = std::move(items);
    }
    return "";
}

std::string rangeRule(const FieldInfo& info, double value)
{
    if (!std::isfinite(value)) return "must be a finite number";
    const bool low = info.min_open ? value <= info.min : value < info.min;
    const bool high = info.max_open ? value >= info.max : value > info.max;
    if (low) return (info.min_open ? "must be above " : "must be at least ") + numberText(info.min);
    if (high) return (info.max_open ? "must be below " : "must be at most ") + numberText(info.max);
    return "";
}

template <class T> std::string brokenRule(const Field<T>& entry)
{
    std::string rule;
    if constexpr (std::is_same_v<T, int64_t>) {
        rule = rangeRule(entry, static_cast<double>(entry.value));
        if (rule.empty() && entry.multiple > 1 && entry.value % entry.multiple != 0)
            rule = "must be a multiple of " + std::to_string(entry.multiple);
        if (!rule.empty()) rule += ", got " + std::to_string(entry.value);
    } else if constexpr (std::is_same_v<T, double>) {
        rule = rangeRule(entry, entry.value);
        if (!rule.empty()) rule += ", got " + numberText(entry.value);
    }
    return rule;
}

// ---- the whole tree ----

/// `visit(path, Field<T>)` for every setting, `device` last.
template <class Visitor> void visitAll(ExperimentConfig& config, Visitor&& visit)
{
    visitSections(config, [&](const char* section, auto& part) {
        visitFields(part, [&](auto entry) { visit(std::string(section) + "." + entry.key, entry); });
    });
    visit(std::string("device"), field("device", config.device).text("cpu, cuda, or cuda:N for the N-th GPU"));
}

void readTree(const json& from, ExperimentConfig& config, std::vector<ConfigIssue>& issues)
{
    if (!from.is_object()) return issues.push_back({"(configuration)", "must be a JSON object, got " + from.dump()});
    std::set<std::string> sections;
    visitSections(config, [&](const char* section, auto&) { sections.insert(section); });
    std::map<std::string, const json*> given; // path -> value, what no field takes is unknown
    for (const auto& [key, value] : from.items()) {
        if (key == "preset") continue;
        if (key == "device")
            given[key] = &value;
        else if (!sections.contains(key))
            issues.push_back(
                {key, key.find('.') == std::string::npos ? "is not a known setting" : "write it as nested objects"});
        else if (!value.is_object())
            issues.push_back({key, "must be an object of settings, got " + value.dump()});
        else
            for (const auto& [inner, inner_value] : value.items()) given[key + "." + inner] = &inner_value;
    }
    visitAll(config, [&](const std::string& path, auto entry) {
        const auto found = given.find(path);
        if (found == given.end()) return;
        if (auto rule = readValue(*found->second, entry.value); !rule.empty())
            issues.push_back({path, std::move(rule)});
        given.erase(found);
    });
    for (const auto& [path, value] : given) issues.push_back({path, "is not a known setting"});
}

/// `--set` text to JSON, by the field's type.
template <class T> json parseAssigned(const std::string& text, const T&)
{
    const json parsed = json::parse(text, nullptr, false);
    if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        if (parsed.is_array()) return parsed;
        json list = json::array();
        for (size_t start = 0; start <= text.size() && !text.empty();) {
            const size_t comma = std::min(text.find(',', start), text.size());
            list.push_back(text.substr(start, comma - start));
            start = comma + 1;
        }
        return list;
    } else if constexpr (std::is_same_v<T, std::string> || is_setting_enum<T>) {
        return parsed.is_string() ? parsed : json(text);
    } else {
        if (!parsed.is_discarded()) return parsed;
        double number = 0; // ".5" and "1." are numbers for people, if not for JSON
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool whole = failed == std::errc() && end == text.data() + text.size() && std::isfinite(number);
        return whole ? json(number) : json(text);
    }
}

/// The rule that the text breaks; nothing where no setting has that path.
std::optional<std::string> assign(const std::string& wanted, const std::string& text, ExperimentConfig& config)
{
    std::optional<std::string> rule;
    visitAll(config, [&](const std::string& path, auto entry) {
        if (path == wanted) rule = readValue(parseAssigned(text, entry.value), entry.value);
    });
    return rule;
}

void assign(const std::string& assignment, ExperimentConfig& config, std::vector<ConfigIssue>& issues)
{
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos) return issues.push_back({assignment, "--set needs PATH=VALUE"});
    const std::string wanted = assignment.substr(0, equals);
    const auto rule = assign(wanted, assignment.substr(equals + 1), config);
    if (!rule)
        issues.push_back({wanted, "is not a known setting"});
    else if (!rule->empty())
        issues.push_back({wanted, *rule});
}

void checkDevice(const std::string& device, std::vector<ConfigIssue>& issues)
{
    const bool indexed = device.rfind("cuda:", 0) == 0 && device.size() > 5 && device.size() < 9 &&
                         device.find_first_not_of("0123456789", 5) == std::string::npos;
    if (device != "cpu" && device != "cuda" && !indexed)
        issues.push_back({"device", "must be cpu, cuda or cuda:N, got \"" + device + "\""});
}

bool decoderIsSparse(const ModelConfig& model)
{
    return model.num_experts > 1 && model.decoder_sparse_step > 0 &&
           (model.num_decoder_layers > 1 || model.decoder_sparse_step == 1);
}

void checkAcrossFields(const ExperimentConfig& config, std::vector<ConfigIssue>& issues)
{
    const auto& [model, router, precision, data, optimizer, train, device] = config;
    if (router.kind == RouterKind::Top2 && model.num_experts == 1)
        issues.push_back({"router.kind", "top2 needs model.num_experts of at least 2, got 1"});
    if (decoderIsSparse(model)) {
        // Whatever lets a later token take an earlier one's slot tells the decoder what comes next.
        const std::string rule =
            " looks at later tokens: not in a decoder with sparse layers; set model.decoder_sparse_step=0";
        if (router.kind == RouterKind::ExpertChoice) issues.push_back({"router.kind", "expert_choice" + rule});
        if (router.overflow_priority != OverflowPriority::Position && !router.dropless)
            issues.push_back({"router.overflow_priority", std::string(enumText(router.overflow_priority)) + rule});
        if (router.no_token_left_behind) issues.push_back({"router.no_token_left_behind", "it" + rule});
    }
    if (router.kind == RouterKind::ExpertChoice && router.dropless)
        issues.push_back({"router.dropless", "expert_choice fills every expert's slots: it has no dropless form"});
    if (router.no_token_left_behind && router.kind != RouterKind::Switch)
        issues.push_back({"router.no_token_left_behind",
                          "goes with router.kind switch only, got " + std::string(enumText(router.kind))});
    if (train.micro_batches > 0 && data.batch_size % train.micro_batches != 0)
        issues.push_back({"train.micro_batches", "must divide data.batch_size (" + std::to_string(data.batch_size) +
                                                     "), got " + std::to_string(train.micro_batches)});
    std::set<std::string> seen;
    for (const auto& language : data.languages)
        if (!seen.insert(language).second) issues.push_back({"data.languages", "names " + language + " twice"});
    checkDevice(device, issues);
}

} // namespace

std::string numberText(double value)
{
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

json toJson(const ExperimentConfig& config)
{
    ExperimentConfig copy = config;
    json out = json::object();
    visitSections(copy, [&](const char* section, auto& part) {
        visitFields(part, [&](auto entry) { out[section][entry.key] = valueToJson(entry.value); });
    });
    out["device"] = config.device;
    return out;
}

std::vector<ConfigIssue> validate(const ExperimentConfig& config)
{
    ExperimentConfig copy = config;
    std::vector<ConfigIssue> issues;
    visitAll(copy, [&](const std::string& path, auto entry) {
        if (auto rule = brokenRule(entry); !rule.empty()) issues.push_back({path, std::move(rule)});
    });
    checkAcrossFields(config, issues);
    return issues;
}

namespace {

void throwIfAny(std::vector<ConfigIssue> issues, const ExperimentConfig& config)
{
    for (auto& issue : validate(config)) issues.push_back(std::move(issue));
    if (!issues.empty()) throw ConfigError(std::move(issues));
}

} // namespace

ExperimentConfig configFromJson(const json& from, const ExperimentConfig& base)
{
    ExperimentConfig config = base;
    std::vector<ConfigIssue> issues;
    readTree(from, config, issues);
    throwIfAny(std::move(issues), config);
    return config;
}

namespace {

const Preset* findPreset(const std::string& name)
{
    for (const auto& preset : presets())
        if (preset.name == name) return &preset;
    return nullptr;
}

void applyPreset(const std::string& name, ExperimentConfig& config, std::vector<ConfigIssue>& issues)
{
    if (const auto* preset = findPreset(name)) return readTree(preset->settings, config, issues);
    std::string names;
    for (const auto& preset : presets()) names += (names.empty() ? "" : ", ") + preset.name;
    throw Error("no preset and no file is called \"" + name + "\"; the presets are " + names);
}

void applyFile(const std::string& path, ExperimentConfig& config, std::vector<ConfigIssue>& issues)
{
    json parsed;
    try {
        parsed = json::parse(readFile(path), nullptr, true, true);
    } catch (const json::parse_error& error) {
        throw Error(path + " is not JSON: " + error.what());
    }
    if (parsed.is_object() && parsed.contains("preset")) {
        if (parsed["preset"].is_string())
            applyPreset(parsed["preset"].get<std::string>(), config, issues);
        else
            issues.push_back({"preset", "must be a preset's name, got " + parsed["preset"].dump()});
    }
    readTree(parsed, config, issues);
}

} // namespace

ExperimentConfig loadConfig(const std::string& file_or_preset, const std::vector<std::string>& assignments)
{
    ExperimentConfig config;
    std::vector<ConfigIssue> issues;
    if (findPreset(file_or_preset) || !fs::exists(file_or_preset))
        applyPreset(file_or_preset, config, issues);
    else
        applyFile(file_or_preset, config, issues);
    for (const auto& assignment : assignments) assign(assignment, config, issues);
    throwIfAny(std::move(issues), config);
    return config;
}

std::vector<SettingDifference> difference(const ExperimentConfig& left, const ExperimentConfig& right)
{
    const json a = toJson(left);
    const json b = toJson(right);
    std::vector<SettingDifference> found;
    ExperimentConfig walk = left;
    visitAll(walk, [&](const std::string& path, auto entry) {
        const size_t dot = path.find('.');
        const json& x = dot == std::string::npos ? a[path] : a[path.substr(0, dot)][entry.key];
        const json& y = dot == std::string::npos ? b[path] : b[path.substr(0, dot)][entry.key];
        if (x != y) found.push_back({path, x, y});
    });
    return found;
}

std::vector<SettingInfo> settings()
{
    ExperimentConfig defaults;
    std::vector<SettingInfo> all;
    visitAll(defaults, [&]<class T>(const std::string& path, Field<T> entry) {
        SettingInfo info{path, entry, valueToJson(entry.value), {}};
        if constexpr (is_setting_enum<T>) info.choices = enumChoices<T>();
        all.push_back(std::move(info));
    });
    return all;
}

json settingValue(const ExperimentConfig& config, const std::string& path)
{
    ExperimentConfig copy = config;
    json found = json::value_t::discarded;
    visitAll(copy, [&](const std::string& candidate, auto entry) {
        if (candidate == path) found = valueToJson(entry.value);
    });
    if (found.is_discarded()) throw ConfigError({{path, "is not a known setting"}});
    return found;
}

std::string assignSetting(ExperimentConfig& config, const std::string& path, const std::string& text)
{
    return assign(path, text, config).value_or("is not a known setting");
}

std::string settingText(const json& value)
{
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_float()) return numberText(value.get<double>());
    if (!value.is_array()) return value.dump();
    std::string text;
    for (const auto& item : value) text += (text.empty() ? "" : ",") + settingText(item);
    return text;
}

} // namespace sy
