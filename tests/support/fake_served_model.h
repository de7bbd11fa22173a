// A served model without an engine: the test's own executable plays it when it is started as `EXECUTABLE serve RUN
// ...`. Two languages, two sparse layers, four experts; its answers are simple enough to be computed in the head.
#pragma once

#include <QApplication>
#include <QTest>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace sy::test {

inline constexpr int64_t fake_experts = 4;

class FakeServedModel {
public:
    FakeServedModel(std::string run, const std::string& checkpoint)
        : m_run(std::move(run)), m_step(checkpoint == "best"   ? 600
                                        : checkpoint == "last" ? 800
                                                               : std::stoll(checkpoint))
    {
    }

    int serve()
    {
        if (m_run == "does-not-load") {
            std::cerr << "[error] checkpoint: step-800 has no weights\n";
            return 1;
        }
        say({{"ready",
              {{"run", m_run},
               {"name", m_run + " by name"},
               {"step", m_step},
               {"layers", {"encoder.1", "decoder.1"}},
               {"languages", {"aa", "bb"}},
               {"experts", fake_experts}}}});
        for (std::string line; std::getline(std::cin, line);) answer(nlohmann::json::parse(line));
        return 0;
    }

    /// encoder.1 sends a word to (its length) mod 4, the decoder one further; step 400 sends the first word one
    /// further.
    nlohmann::json probe(const nlohmann::json& request) const
    {
        std::vector<std::string> words, answer{"yes", "no"};
        std::istringstream text(request.at("text").get<std::string>());
        for (std::string word; text >> word;) words.push_back(word);
        auto tokens = nlohmann::json::array();
        for (const auto& word : words) tokens.push_back(token(word, "encoder"));
        for (const auto& word : answer) tokens.push_back(token(word, "decoder"));
        const bool drops = request.value("capacity", "none") == "train";
        return {{"text", request.at("text")},
                {"target", request.value("target", "")},
                {"language", request.value("language", "")},
                {"prediction", "yes no"},
                {"step", m_step},
                {"tokens", tokens},
                {"layers", {route("encoder.1", words, 0, drops), route("decoder.1", answer, 1, false)}}};
    }

    /// aa 3 nats of 100 tokens, bb 4 of 300. Ablating expert e costs aa 0.1 (e + 1) and bb 0.2 (e + 1), random tokens
    /// 0.01 seed, a swap 0.05, forcing 1; a capacity factor f costs 1 / f.
    nlohmann::json evaluate(const nlohmann::json& request) const
    {
        double aa = 3, bb = 4;
        if (request.contains("intervention")) {
            const auto& what = request["intervention"];
            const auto kind = what.at("kind").get<std::string>();
            const double expert = what.at("expert").get<double>();
            if (kind == "ablate") aa += 0.1 * (expert + 1), bb += 0.2 * (expert + 1);
            const double all = kind == "ablate_random" ? 0.01 * what.value("seed", 1.0) : kind == "swap" ? 0.05 : 1;
            if (kind != "ablate") aa += all, bb += all;
        }
        if (request.contains("capacity_factor")) {
            aa += 1 / request["capacity_factor"].get<double>();
            bb += 1 / request["capacity_factor"].get<double>();
        }
        return {{"cross_entropy", (100 * aa + 300 * bb) / 400},
                {"tokens", 400},
                {"drop_rate", request.contains("capacity_factor") ? 0.25 : 0.0},
                {"step", m_step},
                {"corpus", "made-up"},
                {"languages",
                 {{"aa", {{"cross_entropy", aa}, {"tokens", 100}}}, {"bb", {{"cross_entropy", bb}, {"tokens", 300}}}}}};
    }

private:
    static void say(const nlohmann::json& line) { std::cout << line.dump() << std::endl; }

    static nlohmann::json token(const std::string& word, const char* stack)
    {
        return {{"id", static_cast<int>(word.size()) * 10}, {"piece", "\xe2\x96\x81" + word}, {"stack", stack}};
    }

    nlohmann::json route(const char* layer, const std::vector<std::string>& words, size_t shift, bool drops) const
    {
        nlohmann::json expert = nlohmann::json::array(), dropped = expert, probability = expert, entropy = expert,
                       top = expert, top_probability = expert;
        for (size_t i = 0; i < words.size(); ++i) {
            const size_t moved = m_step == 400 && i == 0 && shift == 0 ? 1 : 0;
            const size_t chosen = (words[i].size() + shift + moved) % fake_experts;
            expert.push_back(chosen);
            dropped.push_back(drops && i + 1 == words.size() ? 1 : 0);
            probability.push_back(0.75);
            entropy.push_back(0.5);
            top.push_back(chosen);
            top.push_back((chosen + 1) % fake_experts);
            top_probability.push_back(0.75);
            top_probability.push_back(0.25);
        }
        return {{"layer", layer},     {"expert", expert}, {"dropped", dropped}, {"probability", probability},
                {"entropy", entropy}, {"top_k", 2},       {"top_expert", top},  {"top_probability", top_probability}};
    }

    void answer(const nlohmann::json& request) const
    {
        const auto& id = request.at("id");
        const auto verb = request.value("verb", "");
        const auto text = request.value("text", "");
        if (text == "crash") {
            std::cerr << "out of memory at token 3\n";
            std::_Exit(3);
        }
        say({{"id", id}, {"progress", 0.5}});
        if (text == "slow" || request.value("rows", 0) == 77) std::this_thread::sleep_for(std::chrono::minutes(5));
        if (text == "refused") return say({{"id", id}, {"error", "probe: the text is refused"}});
        if (verb == "probe") return say({{"id", id}, {"result", probe(request)}});
        if (verb == "evaluate") return say({{"id", id}, {"result", evaluate(request)}});
        say({{"id", id}, {"error", "verb: \"" + verb + "\" is none"}});
    }

    std::string m_run;
    int64_t m_step;
};

/// main() of a test that may be started as the served model.
template <class Test> int mainOrServedModel(int argc, char** argv)
{
    if (argc > 2 && std::string(argv[1]) == "serve") {
        std::string checkpoint = "last";
        for (int i = 3; i + 1 < argc; ++i)
            if (std::string(argv[i]) == "--checkpoint") checkpoint = argv[i + 1];
        return FakeServedModel(argv[2], checkpoint).serve();
    }
    QApplication app(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace sy::test
