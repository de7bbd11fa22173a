// Probes and specialization as JSON, there and back.
#include "core/store/probe_json.h"
#include "store_fixture.h"

#include <functional>

namespace sy::test {

namespace {

const std::vector<std::string> layers = {"encoder.1", "decoder.1"};

std::string refusal(const std::function<void(nlohmann::json&)>& change)
{
    nlohmann::json json = probeToJson(newProbe(7), layers);
    change(json);
    return storeErrorOf([&] { (void)probeFromJson(json, layers); });
}

} // namespace

TEST(ProbeJsonTest, AProbeComesBack)
{
    Probe wanted = newProbe(7);
    wanted.target = "Tag";
    const auto text = probeToJson(wanted, layers).dump();
    const Probe probe = probeFromJson(nlohmann::json::parse(text), layers);
    EXPECT_EQ(probeToJson(probe, layers).dump(), text);
    EXPECT_EQ(probe.step, 7);
    EXPECT_EQ(probe.target, "Tag");
    ASSERT_EQ(probe.tokens.size(), 3U);
    EXPECT_TRUE(probe.tokens[2].decoder);
    ASSERT_EQ(probe.routes.size(), 2U);
    EXPECT_EQ(probe.routes[1].layer, 1);
    EXPECT_EQ(probe.routes[0].expert, wanted.routes[0].expert);
    EXPECT_EQ(probe.routes[0].dropped, wanted.routes[0].dropped);
    EXPECT_EQ(probe.routes[0].probability, wanted.routes[0].probability);
    EXPECT_EQ(probe.routes[0].top_expert, wanted.routes[0].top_expert);
    EXPECT_EQ(probe.routes[0].top_probability, wanted.routes[0].top_probability);
}

TEST(ProbeJsonTest, RefusesWhatIsNoProbe)
{
    EXPECT_TRUE(contains(storeErrorOf([] { (void)probeFromJson(nlohmann::json::array(), layers); }), "\"text\""));
    EXPECT_TRUE(contains(refusal([](auto& j) { j.erase("step"); }), "\"step\" is missing"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["step"] = "7"; }), "\"step\" has the wrong type"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["step"] = 7.5; }), "\"step\" has the wrong type"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["tokens"] = 1; }), "\"tokens\" has the wrong type"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["tokens"][0]["stack"] = "middle"; }), "middle"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["tokens"][0]["id"] = 1e12; }), "\"id\" has the wrong type"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["layers"][0]["layer"] = "encoder.9"; }), "encoder.9"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["layers"][0]["expert"].push_back(1); }), "\"dropped\" has 2 values"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["layers"][0]["expert"][0] = 0.5; }), "\"expert\" has values"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["layers"][0]["dropped"][0] = 300; }), "\"dropped\" has values"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["layers"][0]["entropy"][0] = "x"; }), "\"entropy\""));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["layers"][0]["top_k"] = 1000000000000; }), "\"top_k\""));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["layers"][0]["top_k"] = 3; }), "must have 6"));
    EXPECT_TRUE(contains(refusal([](auto& j) { j["tokens"].erase(0); }), "must have one for each"));
}

TEST(ProbeJsonTest, SpecializationComesBack)
{
    const auto there = [](const Specialization& s) {
        return specializationFromJson(nlohmann::json::parse(specializationToJson(s).dump()));
    };
    EXPECT_EQ(there(newSpecialization(0.5)), newSpecialization(0.5));
    EXPECT_TRUE(std::isnan(there(newSpecialization(std::nan(""))).information)); // JSON says null
    EXPECT_DOUBLE_EQ(specializationToJson(newSpecialization(0.5))["normalized"].get<double>(), 0.5 / 0.75);
    auto json = specializationToJson(newSpecialization(0.5));
    json.erase("bound");
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)specializationFromJson(json); }), "\"bound\" is missing"));
    json["bound"] = "much";
    EXPECT_TRUE(contains(storeErrorOf([&] { (void)specializationFromJson(json); }), "\"bound\" has the wrong type"));
}

} // namespace sy::test
