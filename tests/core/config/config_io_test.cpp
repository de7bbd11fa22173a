#include "core/base/files.h"
#include "core/config/config_io.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace sy;
using nlohmann::json;

namespace {

std::vector<ConfigIssue> issuesOf(const json& settings)
{
    try {
        configFromJson(settings);
    } catch (const ConfigError& error) {
        return error.issues();
    }
    return {};
}

bool names(const std::vector<ConfigIssue>& issues, const std::string& path, const std::string& part)
{
    return std::any_of(issues.begin(), issues.end(), [&](const ConfigIssue& issue) {
        return issue.path == path && issue.message.find(part) != std::string::npos;
    });
}

struct RefusedSetting {
    const char* name;
    const char* json_text;
    const char* path;
    const char* rule;
    friend std::ostream& operator<<(std::ostream& out, const RefusedSetting& row) { return out << row.json_text; }
};

class RefusedSettings : public ::testing::TestWithParam<RefusedSetting> {};

} // namespace

TEST_P(RefusedSettings, areNamedWithPathValueAndRule)
{
    const auto& row = GetParam();
    const auto issues = issuesOf(json::parse(row.json_text));
    ASSERT_EQ(issues.size(), 1u) << (issues.empty() ? "accepted" : ConfigError(issues).what());
    EXPECT_TRUE(names(issues, row.path, row.rule)) << ConfigError(issues).what();
}

INSTANTIATE_TEST_SUITE_P(
    Config, RefusedSettings,
    ::testing::Values(
        RefusedSetting{"no_experts", R"({"model": {"num_experts": 0}})", "model.num_experts", "at least 1, got 0"},
        RefusedSetting{"text_for_a_number", R"({"model": {"num_experts": "8"}})", "model.num_experts",
                       "whole number, got \"8\""},
        RefusedSetting{"fraction", R"({"model": {"num_layers": 2.5}})", "model.num_layers", "whole number, got 2.5"},
        RefusedSetting{"typo", R"({"router": {"capasity_factor_train": 1}})", "router.capasity_factor_train",
                       "not a known setting"},
        RefusedSetting{"unknown_section", R"({"modell": 3})", "modell", "not a known setting"},
        RefusedSetting{"section", R"({"model": 3})", "model", "object of settings, got 3"},
        RefusedSetting{"open_bound", R"({"router": {"capacity_factor_train": 0}})", "router.capacity_factor_train",
                       "above 0, got 0"},
        RefusedSetting{"open_upper_bound", R"({"model": {"dropout": 1}})", "model.dropout", "below 1, got 1"},
        RefusedSetting{"multiple", R"({"model": {"d_ff": 100}})", "model.d_ff", "multiple of 8, got 100"},
        RefusedSetting{"choice", R"({"router": {"kind": "top3"}})", "router.kind", "one of switch, top2, hash"},
        RefusedSetting{"flag", R"({"router": {"dropless": 1}})", "router.dropless", "true or false, got 1"},
        RefusedSetting{"list", R"({"data": {"languages": "de"}})", "data.languages", "list of texts"},
        RefusedSetting{"twice", R"({"data": {"languages": ["de", "en", "de"]}})", "data.languages", "de twice"},
        RefusedSetting{"device", R"({"device": "gpu"})", "device", "cpu, cuda or cuda:N, got \"gpu\""},
        RefusedSetting{"device_index", R"({"device": "cuda:x"})", "device", "cuda:N"},
        RefusedSetting{"device_type", R"({"device": 3})", "device", "must be a text"},
        RefusedSetting{"micro_batches", R"({"train": {"micro_batches": 5}})", "train.micro_batches",
                       "divide data.batch_size (16), got 5"},
        RefusedSetting{"causal_priority", R"({"router": {"overflow_priority": "probability"}})",
                       "router.overflow_priority", "later tokens"},
        RefusedSetting{"causal_random", R"({"router": {"overflow_priority": "random"}})", "router.overflow_priority",
                       "later tokens"},
        RefusedSetting{"causal_choice", R"({"router": {"kind": "expert_choice"}})", "router.kind", "later tokens"},
        RefusedSetting{"top2_dense", R"({"model": {"num_experts": 1}, "router": {"kind": "top2"}})", "router.kind",
                       "at least 2"},
        RefusedSetting{"huge", R"({"train": {"seed": 1e300}})", "train.seed", "whole number"},
        RefusedSetting{"flat_key", R"({"model.d_model": {}})", "model.d_model", "nested"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Config, reportsEveryProblemAtOnce)
{
    const auto issues = issuesOf(json::parse(
        R"({"model": {"num_experts": 0, "d_model": 12}, "router": {"kind": 3, "x": 1}, "train": {"steps": 0}, "device": "tpu"})"));
    std::set<std::string> paths;
    for (const auto& issue : issues) paths.insert(issue.path);
    EXPECT_EQ(paths, (std::set<std::string>{"model.num_experts", "model.d_model", "router.kind", "router.x",
                                            "train.steps", "device"}));
}

TEST(Config, survivesARoundTripOfEverySetting)
{
    ExperimentConfig config;
    config.model.num_experts = 4;
    config.router.kind = RouterKind::Top2;
    config.router.balance_scope = Scope::Row;
    config.data.languages = {"de", "sw"};
    config.optimizer.learning_rate = 0.1 + 0.2;
    config.train.seed = 9007199254740991;
    config.device = "cuda:3";
    const auto restored = configFromJson(json::parse(toJson(config).dump()));
    EXPECT_EQ(restored, config);
}

TEST(Config, writesEverySettingThatTheFieldListNames)
{
    const auto tree = toJson(ExperimentConfig{});
    for (const auto& setting : settings()) {
        const auto pointer = json::json_pointer("/" + [&] {
            auto p = setting.path;
            std::replace(p.begin(), p.end(), '.', '/');
            return p;
        }());
        ASSERT_TRUE(tree.contains(pointer)) << setting.path;
        EXPECT_EQ(tree.at(pointer), setting.fallback) << setting.path;
        EXPECT_STRNE(setting.field.doc, "") << setting.path << " has no documentation";
    }
}

TEST(Config, assignmentsAreReadByTheFieldsType)
{
    const auto config =
        loadConfig("demo", {"model.num_experts=4", "router.capacity_factor_train=1", "router.dropless=true",
                            "data.languages=de,en", "data.corpus=7", "router.kind=hash", "device=cuda:1"});
    EXPECT_EQ(config.model.num_experts, 4);
    EXPECT_EQ(config.router.capacity_factor_train, 1.0);
    EXPECT_TRUE(config.router.dropless);
    EXPECT_EQ(config.data.languages, (std::vector<std::string>{"de", "en"}));
    EXPECT_EQ(config.data.corpus, "7");
    EXPECT_EQ(config.router.kind, RouterKind::Hash);
    EXPECT_EQ(config.device, "cuda:1");
    EXPECT_EQ(loadConfig("demo", {R"(data.languages=["fr"])"}).data.languages, std::vector<std::string>{"fr"});
    EXPECT_TRUE(loadConfig("demo", {"data.languages="}).data.languages.empty());
}

TEST(Config, wrongAssignmentsAreNamedTogether)
{
    try {
        loadConfig("demo", {"model.num_expert=4", "train.steps=many", "router.kind"});
        FAIL() << "accepted";
    } catch (const ConfigError& error) {
        EXPECT_EQ(error.issues().size(), 3u) << error.what();
        EXPECT_TRUE(names(error.issues(), "model.num_expert", "not a known setting"));
        EXPECT_TRUE(names(error.issues(), "train.steps", "whole number, got \"many\""));
        EXPECT_TRUE(names(error.issues(), "router.kind", "PATH=VALUE"));
    }
}

TEST(Config, filesMayStartFromAPreset)
{
    const auto file = fs::temp_directory_path() / ("sy-config-" + newUlid() + ".json");
    writeFileAtomically(file, R"({"preset": "mini", "train": {"steps": 7}, /* why */ "device": "cpu"})");
    const auto config = loadConfig(file.string());
    EXPECT_EQ(config.train.steps, 7);
    EXPECT_EQ(config.model.num_layers, loadConfig("mini").model.num_layers);
    writeFileAtomically(file, "{not json");
    EXPECT_THROW(loadConfig(file.string()), Error);
    fs::remove(file);
    EXPECT_THROW(loadConfig("no-such-preset"), Error);
}

TEST(Presets, areValidAndEachHasItsDenseTwin)
{
    std::set<std::string> seen;
    for (const auto& preset : presets()) {
        seen.insert(preset.name);
        EXPECT_FALSE(preset.summary.empty()) << preset.name;
        EXPECT_NO_THROW(loadConfig(preset.name)) << preset.name;
    }
    for (const char* name :
         {"demo", "mini", "switch-base-8", "switch-base-16", "switch-base-32", "switch-base-64", "switch-base-128"}) {
        ASSERT_TRUE(seen.contains(name)) << name;
        ASSERT_TRUE(seen.contains(std::string(name) + "-dense")) << name;
        const auto changes = difference(loadConfig(name), loadConfig(std::string(name) + "-dense"));
        ASSERT_EQ(changes.size(), 1u) << name;
        EXPECT_EQ(changes[0].path, "model.num_experts");
        EXPECT_EQ(changes[0].right, 1);
    }
    const auto base = loadConfig("switch-base-128").model; // released checkpoints, arXiv:2101.03961 table 9 and T5X
    EXPECT_EQ(base.num_experts, 128);
    EXPECT_EQ(base.d_model, 768);
    EXPECT_EQ(base.d_ff, 3072);
    EXPECT_EQ(base.num_layers, 12);
    EXPECT_EQ(base.vocab_size, 32128);
}
