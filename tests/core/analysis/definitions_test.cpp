// Every figure is defined once, and the documentation says the same as the tooltips.
#include "core/analysis/definitions.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <gtest/gtest.h>

#include <set>

namespace sy::test {

namespace {

/// The documentation with its table's escaped bars and its line breaks undone.
std::string documentation()
{
    const std::string text = readFile(fs::path(SWITCHYARD_SOURCE_DIR) / "docs" / "analysis.md");
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '|') continue;
        const char c = text[i] == '\n' ? ' ' : text[i];
        if (c != ' ' || !plain.ends_with(' ')) plain += c;
    }
    return plain;
}

} // namespace

TEST(Definitions, HaveKeysNamesAndFormulas)
{
    std::set<std::string_view> keys;
    for (const FigureDefinition& figure : definitions()) {
        EXPECT_TRUE(keys.insert(figure.key).second) << figure.key << " twice";
        EXPECT_NE(figure.key.find('.'), std::string_view::npos) << figure.key;
        EXPECT_FALSE(figure.name.empty() || figure.formula.empty()) << figure.key;
        for (const auto text : {figure.name, figure.unit, figure.formula, figure.source, figure.pitfall})
            EXPECT_EQ(text.find_first_of("\n\t<&"), std::string_view::npos) << figure.key << ": " << text;
        EXPECT_EQ(definition(figure.key).name, figure.name);
    }
    for (const char* key :
         {"specialization.null", "matrix.lift", "load.entropy_gap", "tokens.class_entropy",
          "dynamics.transition_information", "causes.random_baseline", "replay.factor_for_no_drops", "probe.changed"})
        EXPECT_TRUE(keys.contains(key)) << key;
}

TEST(Definitions, TextIsOneThingALine)
{
    EXPECT_EQ(definitionText("load.load_entropy"),
              "Entropy of the load (nats; ln N = balanced)\nH(E) = -sum_e f_e ln f_e\nCover, Thomas: Elements of "
              "Information Theory, ch. 2\nOf choices, not of probabilities.");
    EXPECT_EQ(definitionText("load.utilization"), "Utilization (ratio; 1 = fair, 0 = dead)\nN f_e");
}

TEST(Definitions, RefuseAnUnknownKey)
{
    EXPECT_THROW(definition("load.nothing"), Error);
    EXPECT_THROW(definition(""), Error);
    EXPECT_THROW(definitionText("load"), Error);
}

TEST(Definitions, AreInTheDocumentation)
{
    const std::string text = documentation();
    for (const FigureDefinition& figure : definitions()) {
        EXPECT_NE(text.find("`" + std::string(figure.key) + "`"), std::string::npos) << figure.key;
        EXPECT_NE(text.find(figure.name), std::string::npos) << figure.name;
        EXPECT_NE(text.find("`" + std::string(figure.formula) + "`"), std::string::npos) << figure.formula;
        EXPECT_NE(text.find(figure.source), std::string::npos) << figure.source;
        EXPECT_NE(text.find(figure.pitfall), std::string::npos) << figure.pitfall;
    }
}

} // namespace sy::test
