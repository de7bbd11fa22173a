// probe, generate: what a saved model says to a text.
#include "app/cli/format.h"
#include "app/cli/model_verb.h"

#include "core/store/probe_json.h"

#include <iostream>

namespace sy::cli {

namespace {

struct ProbeWords : ModelWords {
    ProbeOptions options;
};

struct GenerateWords : ModelWords {
    GenerateOptions options;
};

void printStack(const Probe& probe, const std::vector<std::string>& layers, bool decoder)
{
    std::vector<std::string> headers{decoder ? "decoder" : "encoder"};
    std::vector<const ProbeRoute*> routes;
    for (const auto& route : probe.routes)
        if ((isDecoderLayer(layers.at(static_cast<size_t>(route.layer)))) == decoder) {
            headers.push_back(layers.at(static_cast<size_t>(route.layer)));
            routes.push_back(&route);
        }
    Table table(headers);
    size_t position = 0;
    for (const auto& token : probe.tokens) {
        if (token.decoder != decoder) continue;
        std::vector<std::string> row{token.piece};
        for (const auto* route : routes)
            row.push_back("e" + std::to_string(route->expert.at(position)) + "  p " +
                          fixed(route->probability.at(position), 2) + "  H " + fixed(route->entropy.at(position), 2) +
                          (route->dropped.at(position) ? "  dropped" : ""));
        table.row(row);
        ++position;
    }
    if (position > 0) std::cout << table.text();
}

int probe(const Common& common, const ProbeWords& words)
{
    const auto model = words.load(common);
    const auto result = model.probe(words.options);
    if (common.json) {
        printJson(probeToJson(result, model.sparseLayers()));
        return 0;
    }
    printStack(result, model.sparseLayers(), false);
    printStack(result, model.sparseLayers(), true);
    if (model.sparseLayers().empty()) std::cout << "This model is dense: it has no routers.\n";
    if (!result.prediction.empty()) std::cout << "prediction: " << result.prediction << "\n";
    return 0;
}

void addCapacity(Verb& verb, std::string& capacity)
{
    verb.app->add_option("--capacity", capacity, "none drops nothing; eval and train use the run's factors")
        ->check(CLI::IsMember({"none", "eval", "train"}));
}

} // namespace

void addModelVerbs(CLI::App& app, Action& action)
{
    Verb probe_verb(app, action, "probe", "which expert takes which token of a text, layer by layer");
    auto probe_words = modelVerb<ProbeWords>(probe_verb);
    probe_verb.givesJson();
    probe_verb.app->add_option("--text", probe_words->options.text, "the text")->required();
    probe_verb.app->add_option("--language", probe_words->options.language, "its language code");
    probe_verb.app->add_option("--target", probe_words->options.target, "what the decoder is fed");
    probe_verb.app->add_option("--top", probe_words->options.top_k, "experts shown per token (JSON)")
        ->check(CLI::PositiveNumber);
    addCapacity(probe_verb, probe_words->options.capacity);
    probe_verb.does([words = probe_words, common = probe_verb.common] { return probe(*common, *words); });

    Verb generate_verb(app, action, "generate", "the model's greedy answer to a text");
    auto generate_words = modelVerb<GenerateWords>(generate_verb);
    generate_verb.givesJson();
    generate_verb.app->add_option("--text", generate_words->options.text, "the text; <extra_id_0> marks a gap")
        ->required();
    generate_verb.app->add_option("--max-length", generate_words->options.max_length, "most tokens")
        ->check(CLI::PositiveNumber);
    addCapacity(generate_verb, generate_words->options.capacity);
    generate_verb.does([words = generate_words, common = generate_verb.common] {
        const auto answer = words->load(*common).generate(words->options);
        if (common->json)
            printJson({{"text", words->options.text}, {"answer", answer}});
        else
            std::cout << answer << std::endl;
        return 0;
    });
}

} // namespace sy::cli
