#include "core/config/config_io.h"

#include <gtest/gtest.h>

using namespace sy;

TEST(SettingText, everySettingComesBackFromItsText)
{
    for (const auto& preset : presets()) {
        const auto wanted = loadConfig(preset.name);
        ExperimentConfig read;
        read.data.languages = {"xx"};
        for (const auto& setting : settings()) {
            const auto value = settingValue(wanted, setting.path);
            EXPECT_EQ(assignSetting(read, setting.path, settingText(value)), "") << setting.path;
            EXPECT_EQ(settingValue(read, setting.path), value) << setting.path;
        }
        EXPECT_EQ(read, wanted);
    }
}

TEST(SettingText, readsNumbersAsPeopleTypeThem)
{
    ExperimentConfig config;
    for (const auto& [text, value] : std::vector<std::pair<std::string, double>>{
             {"1e-3", 1e-3}, {".5", 0.5}, {"1.", 1}, {"2E-2", 0.02}, {"7", 7}}) {
        EXPECT_EQ(assignSetting(config, "optimizer.learning_rate", text), "") << text;
        EXPECT_EQ(config.optimizer.learning_rate, value) << text;
    }
    EXPECT_EQ(assignSetting(config, "train.steps", "2e3"), "");
    EXPECT_EQ(config.train.steps, 2000);
    EXPECT_EQ(assignSetting(config, "data.languages", "de,en"), "");
    EXPECT_EQ(config.data.languages, (std::vector<std::string>{"de", "en"}));
    EXPECT_EQ(assignSetting(config, "data.languages", ""), "");
    EXPECT_TRUE(config.data.languages.empty());
}

TEST(SettingText, refusesWhatIsNoValueAndKeepsTheOldOne)
{
    const auto before = loadConfig("demo");
    auto config = before;
    for (const auto& [path, text] : std::vector<std::pair<std::string, std::string>>{{"train.steps", "many"},
                                                                                     {"train.steps", "1.5"},
                                                                                     {"train.steps", ""},
                                                                                     {"train.steps", "1e30"},
                                                                                     {"optimizer.learning_rate", "nan"},
                                                                                     {"optimizer.learning_rate", "inf"},
                                                                                     {"optimizer.learning_rate", "1 2"},
                                                                                     {"router.dropless", "yes"},
                                                                                     {"router.kind", "top3"},
                                                                                     {"router.nothing", "1"}})
        EXPECT_NE(assignSetting(config, path, text), "") << path << " " << text;
    EXPECT_EQ(config, before);
    EXPECT_THROW(settingValue(config, "router.nothing"), ConfigError);
}
