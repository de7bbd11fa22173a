// Requests in JSON lines: what the protocol promises, and what hostile lines get.
#include "train_support.h"

#include "core/base/error.h"
#include "core/store/probe_json.h"
#include "core/train/model_json.h"
#include "core/train/model_service.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace sy {
namespace {

using nlohmann::json;
using test::trainHome;

class Service : public ::testing::Test {
protected:
    static void SetUpTestSuite() // of both suites
    {
        static const auto trained = test::trainTiny("served", test::tinyConfig());
        ASSERT_EQ(trained.status, RunStatus::Finished);
    }
    static ModelRunner runner() { return ModelRunner::load(trainHome().store(), "served", "last"); }
    static std::vector<json> answers(const std::string& line)
    {
        static const ModelService service(runner());
        std::vector<json> all;
        service.answer(line, [&](const json& document) { all.push_back(document); });
        return all;
    }
    static json answer(const json& request) { return answers(request.dump()).back(); }
};

TEST_F(Service, saysWhatItServes)
{
    const auto ready = ModelService(runner()).ready()["ready"];
    EXPECT_EQ(ready["name"], "served");
    EXPECT_EQ(ready["run"], Store::openExisting(trainHome().store()).run("served").id);
    EXPECT_EQ(ready["step"], 24);
    EXPECT_EQ(ready["layers"], json({"encoder.1", "decoder.1"}));
    EXPECT_EQ(ready["languages"], json({"aa", "bb", "cc"}));
    EXPECT_EQ(ready["experts"], 4);
}

TEST_F(Service, probesAndGeneratesLikeTheModelItself)
{
    const auto model = runner();
    ProbeOptions options;
    options.text = "the river <extra_id_0> under";
    options.language = "aa";
    options.top_k = 2;
    options.capacity = "eval";
    const auto probed = answer({{"id", {1, "a"}},
                                {"verb", "probe"},
                                {"text", options.text},
                                {"language", "aa"},
                                {"top_k", 2},
                                {"capacity", "eval"},
                                {"target", nullptr}});
    EXPECT_EQ(probed["id"], json({1, "a"}));
    EXPECT_EQ(probed["result"], probeToJson(model.probe(options), model.sparseLayers()));
    GenerateOptions generate;
    generate.text = "the water <extra_id_0>";
    generate.max_length = 5;
    EXPECT_EQ(answer({{"verb", "generate"}, {"text", generate.text}, {"max_length", 5}}),
              json({{"id", nullptr}, {"result", {{"answer", model.generate(generate)}}}}));
}

TEST_F(Service, evaluatesWithProgressAndTheSameNumbersAgain)
{
    const auto model = runner();
    const auto all = answers(R"({"verb": "evaluate", "id": 7})");
    ASSERT_GE(all.size(), 2U);
    double last = 0;
    for (size_t i = 0; i + 1 < all.size(); ++i) {
        EXPECT_EQ(all[i]["id"], 7);
        EXPECT_GT(all[i]["progress"].get<double>(), last);
        last = all[i]["progress"];
    }
    EXPECT_EQ(last, 1);
    EXPECT_EQ(all.back()["result"], evaluationToJson(model.evaluate({})));
    EXPECT_EQ(answers(R"({"verb": "evaluate", "id": 7})").back(), all.back());
    EvaluateOptions two;
    two.rows_per_language = 2;
    EXPECT_EQ(answer({{"verb", "evaluate"}, {"rows", 2}})["result"], evaluationToJson(model.evaluate(two)));
    EXPECT_NE(answer({{"verb", "evaluate"}, {"rows", 2}})["result"], all.back()["result"]);
}

TEST_F(Service, evaluatesOtherCapacitiesAndInterventions)
{
    const auto dropped = [&](const json& more) {
        json request = more;
        request["verb"] = "evaluate";
        const auto got = answer(request);
        EXPECT_TRUE(got.contains("result")) << got.dump();
        return got["result"]["drop_rate"].get<double>();
    };
    EXPECT_GT(dropped({{"capacity_factor", 0.5}}), 0.4);
    EXPECT_EQ(dropped({{"dropless", true}}), 0);
    EXPECT_GE(dropped({{"capacity_factor", 1}, {"capacity_scope", "row"}}),
              dropped({{"capacity_factor", 1}, {"capacity_scope", "batch"}}));
    EXPECT_EQ(dropped({{"capacity_factor", 1}, {"capacity_scope", "group"}, {"group_size", 32}, {"rows", 4}}) > 0,
              true);

    const auto loss = [&](const json& intervention) {
        const auto got = answer({{"verb", "evaluate"}, {"intervention", intervention}});
        EXPECT_TRUE(got.contains("result")) << got.dump();
        return got["result"]["cross_entropy"].get<double>();
    };
    const json random = {{"kind", "ablate_random"}, {"layer", "encoder.1"}, {"expert", 1}};
    auto other = random;
    other["seed"] = 2;
    const double plain = loss(nullptr);
    EXPECT_NE(loss(random), plain);
    EXPECT_EQ(loss(random), loss(random));
    EXPECT_NE(loss(random), loss(other));
    EXPECT_NE(loss({{"kind", "swap"}, {"layer", "decoder.1"}, {"expert", 1}, {"other", 2}}), plain);
}

/// Lines that must be answered with an error that says `part`.
struct Hostile {
    const char* name;
    std::string line, part;
    json id = nullptr;
    friend std::ostream& operator<<(std::ostream& out, const Hostile& row) { return out << row.name; }
};

class HostileLine : public Service, public ::testing::WithParamInterface<Hostile> {};

TEST_P(HostileLine, getsAnErrorThatSaysWhy)
{
    const auto all = answers(GetParam().line);
    ASSERT_EQ(all.size(), 1U);
    ASSERT_TRUE(all[0].contains("error")) << all[0].dump();
    EXPECT_EQ(all[0]["id"], GetParam().id);
    const auto error = all[0].dump(-1, ' ', true, json::error_handler_t::replace);
    EXPECT_NE(error.find(GetParam().part), std::string::npos) << error;
}

INSTANTIATE_TEST_SUITE_P(
    Service, HostileLine,
    ::testing::Values(
        Hostile{"empty", "", "one JSON object a line"}, Hostile{"no_json", "hello", "one JSON object a line"},
        Hostile{"half", R"({"verb": "pro)", "one JSON object a line"},
        Hostile{"two", R"({"verb": "probe"} {})", "one JSON object a line"}, Hostile{"list", "[1]", "a JSON object"},
        Hostile{"nan", R"({"verb": "evaluate", "capacity_factor": NaN})", "one JSON object a line"},
        Hostile{"not_utf8", "{\"verb\": \"probe\", \"text\": \"a\xff\"}", "one JSON object a line"},
        Hostile{"overflow", R"({"verb": "evaluate", "capacity_factor": 1e999})", "one JSON object a line"},
        Hostile{"deep", R"({"id": )" + std::string(5000, '[') + std::string(5000, ']') + "}", "levels deep"},
        Hostile{"no_verb", R"({"id": 3})", "must be probe, generate", 3},
        Hostile{"verb_type", R"({"id": 3, "verb": [1]})", "must be probe, generate", 3},
        Hostile{"unknown_verb", R"({"id": "x", "verb": "train"})", "train", "x"},
        Hostile{"unknown_key", R"({"verb": "generate", "text": "a", "length": 3})", "length"},
        Hostile{"no_text", R"({"verb": "probe"})", "is missing"},
        Hostile{"empty_text", R"({"verb": "probe", "text": ""})", "must not be empty"},
        Hostile{"text_type", R"({"verb": "probe", "text": {"a": 1}})", "must be a text"},
        Hostile{"lone_surrogate", R"({"verb": "probe", "text": "\ud800"})", "one JSON object a line"},
        Hostile{"long_text", R"({"verb": "probe", "text": ")" + std::string(200000, 'a') + "\"}",
                "at most 100000 bytes"},
        Hostile{"long_target",
                R"({"verb": "probe", "text": "a", "target": ")" +
                    [] {
                        std::string text;
                        for (int i = 0; i < 3000; ++i) text += "x y ";
                        return text;
                    }() +
                    "\"}",
                "at most 1024"},
        Hostile{"sentinel", R"({"verb": "probe", "text": "<extra_id_900>"})", "sentinels"},
        Hostile{"capacity", R"({"verb": "probe", "text": "a", "capacity": "all"})", "none, eval or train"},
        Hostile{"top_k_zero", R"({"verb": "probe", "text": "a", "top_k": 0})", "whole number from 1"},
        Hostile{"top_k_real", R"({"verb": "probe", "text": "a", "top_k": 1.5})", "whole number from 1"},
        Hostile{"max_length", R"({"verb": "generate", "text": "a", "max_length": 99999999999999999999})",
                "whole number"},
        Hostile{"rows", R"({"verb": "evaluate", "rows": 9223372036854775807})", "whole number from 1"},
        Hostile{"rows_unsigned", R"({"verb": "evaluate", "rows": 18446744073709551615})", "whole number from 1"},
        Hostile{"rows_negative", R"({"verb": "evaluate", "rows": -3})", "whole number from 1"},
        Hostile{"factor_zero", R"({"verb": "evaluate", "capacity_factor": 0})", "above 0"},
        Hostile{"factor_huge", R"({"verb": "evaluate", "capacity_factor": 1e300})", "at most 1e+06"},
        Hostile{"factor_text", R"({"verb": "evaluate", "capacity_factor": "2"})", "must be a number"},
        Hostile{"scope", R"({"verb": "evaluate", "capacity_scope": "rows"})", "row, group, batch, global"},
        Hostile{"group_size", R"({"verb": "evaluate", "group_size": 99999999})", "group_size"},
        Hostile{"decoder_sees_later", R"({"verb": "evaluate", "overflow_priority": "probability"})", "later tokens"},
        Hostile{"dropless_and_factor", R"({"verb": "evaluate", "dropless": true, "capacity_factor": 1})",
                "no capacity"},
        Hostile{"dropless_type", R"({"verb": "evaluate", "dropless": 1})", "true or false"},
        Hostile{"corpus", R"({"verb": "evaluate", "corpus": "nowhere"})", "nowhere"},
        Hostile{"corpus_path", R"({"verb": "evaluate", "corpus": "../../etc"})", "etc"},
        Hostile{"intervention_type", R"({"verb": "evaluate", "intervention": 3})", "must be an object"},
        Hostile{"intervention_kind",
                R"({"verb": "evaluate", "intervention": {"kind": "kill", "layer": "encoder.1", "expert": 1}})",
                "ablate, force, swap, ablate_random"},
        Hostile{"intervention_layer",
                R"({"verb": "evaluate", "intervention": {"kind": "ablate", "layer": "encoder.0", "expert": 1}})",
                "not a sparse layer"},
        Hostile{"intervention_expert",
                R"({"verb": "evaluate", "intervention": {"kind": "ablate", "layer": "encoder.1", "expert": 4}})",
                "experts 0 to 3"},
        Hostile{"swap_without_other",
                R"({"verb": "evaluate", "intervention": {"kind": "swap", "layer": "encoder.1", "expert": 1}})",
                "is missing"},
        Hostile{
            "other_without_swap",
            R"({"verb": "evaluate", "intervention": {"kind": "ablate", "layer": "encoder.1", "expert": 1, "other": 2}})",
            "no key"},
        Hostile{"no_file", R"({"verb": "specialization"})", "is missing"},
        Hostile{"absent_file", R"({"verb": "specialization", "file": "/nonexistent.jsonl"})", "nonexistent"},
        Hostile{"permutations", R"({"verb": "specialization", "file": "x", "permutations": 10})", "from 39"},
        Hostile{"languages", R"({"verb": "specialization", "file": "x", "languages": ["aa", 1]})", "list of texts"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(Service, goesOnAfterEveryBadLineToTheEndOfTheInput)
{
    std::stringstream in, out;
    in << "garbage\n"
       << std::string(longest_request + 10, 'x') << "\n"
       << R"({"id": 1, "verb": "generate", "text": "a", "max_length": 1})"
       << "\r\n"
       << R"({"id": 2, "verb": "generate", "text": "a", "max_length": 1})"; // ends without a line feed
    serveLines(ModelService(runner()), in, out);
    std::vector<json> lines;
    for (std::string line; std::getline(out, line);) lines.push_back(json::parse(line));
    ASSERT_EQ(lines.size(), 5U);
    EXPECT_TRUE(lines[0].contains("ready"));
    EXPECT_TRUE(lines[1].contains("error"));
    EXPECT_NE(lines[2]["error"].get<std::string>().find("1048576"), std::string::npos);
    EXPECT_TRUE(lines[3].contains("result"));
    EXPECT_EQ(lines[4]["id"], 2);
}

} // namespace
} // namespace sy
