// evaluate, probe, generate: what a saved model says.
#include "app/cli/format.h"
#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/train/model_runner.h"

#include <cmath>
#include <iostream>

namespace sy::cli {

namespace {

struct ModelWords {
    std::string run, checkpoint = "last", device = "cpu";
    EvaluateOptions evaluate;
    ProbeOptions probe;
    GenerateOptions generate;
    std::string ablate, force, swap;
    double capacity_factor = 0;
};

std::shared_ptr<ModelWords> modelVerb(Verb& verb)
{
    auto words = std::make_shared<ModelWords>();
    verb.takesStore().givesJson();
    verb.app->add_option("RUN", words->run, "a run's id or name")->required();
    verb.app->add_option("--checkpoint", words->checkpoint, "best, last, or a step's number");
    verb.app->add_option("--device", words->device, "cpu, cuda or cuda:N");
    return words;
}

ModelRunner load(const Common& common, const ModelWords& words)
{
    return ModelRunner::load(common.paths(), words.run, words.checkpoint, words.device);
}

int64_t wholeNumber(const std::string& option, const std::string& text)
{
    size_t used = 0;
    int64_t value = -1;
    try {
        value = std::stoll(text, &used);
    } catch (const std::exception&) {
        used = 0;
    }
    if (used == 0 || used != text.size() || value < 0)
        throw UsageError(option + " needs LAYER:EXPERT, for example encoder.1:3; \"" + text +
                         "\" is not an expert's number");
    return value;
}

/// "encoder.1:3", and for a swap "encoder.1:3:5".
Intervention intervention(const std::string& option, const std::string& text, Intervention::Kind kind)
{
    const size_t colon = text.find(':');
    if (colon == std::string::npos)
        throw UsageError(option + " needs LAYER:EXPERT, for example encoder.1:3; got \"" + text + "\"");
    Intervention wanted{kind, text.substr(0, colon), 0, 0};
    std::string experts = text.substr(colon + 1);
    const size_t second = experts.find(':');
    if ((kind == Intervention::Kind::Swap) != (second != std::string::npos))
        throw UsageError(kind == Intervention::Kind::Swap
                             ? "--swap needs LAYER:EXPERT:EXPERT, for example encoder.1:3:5"
                             : option + " takes one expert, got \"" + text + "\"");
    wanted.expert = wholeNumber(option, experts.substr(0, second));
    if (second != std::string::npos) wanted.other = wholeNumber(option, experts.substr(second + 1));
    return wanted;
}

EvaluateOptions evaluateOptions(const ModelWords& words)
{
    EvaluateOptions options = words.evaluate;
    if (words.capacity_factor != 0) options.capacity_factor = words.capacity_factor;
    using Kind = Intervention::Kind;
    for (const auto& [name, text, kind] :
         {std::tuple{"--ablate", words.ablate, Kind::Ablate}, std::tuple{"--force", words.force, Kind::Force},
          std::tuple{"--swap", words.swap, Kind::Swap}}) {
        if (text.empty()) continue;
        if (options.intervention) throw UsageError("one of --ablate, --force and --swap at a time");
        options.intervention = intervention(name, text, kind);
    }
    return options;
}

int evaluate(const Common& common, const ModelWords& words)
{
    const auto options = evaluateOptions(words);
    const auto result = load(common, words).evaluate(options);
    if (common.json) {
        auto languages = nlohmann::json::object();
        for (const auto& l : result.languages)
            languages[l.language] = {
                {"cross_entropy", l.cross_entropy}, {"perplexity", std::exp(l.cross_entropy)}, {"tokens", l.tokens}};
        printJson({{"cross_entropy", result.cross_entropy},
                   {"perplexity", std::exp(result.cross_entropy)},
                   {"tokens", result.tokens},
                   {"languages", languages},
                   {"drop_rate", result.drop_rate},
                   {"step", result.step},
                   {"corpus", result.corpus}});
        return 0;
    }
    Table table({"language", "perplexity", "nats/token", "tokens"}, {false, true, true, true});
    for (const auto& l : result.languages)
        table.row(
            {l.language, fixed(std::exp(l.cross_entropy), 2), fixed(l.cross_entropy, 4), std::to_string(l.tokens)});
    table.row({"all", fixed(std::exp(result.cross_entropy), 2), fixed(result.cross_entropy, 4),
               std::to_string(result.tokens)});
    std::cout << table.text() << "step " << result.step << ", dropped " << percentText(result.drop_rate, 2) << "\n";
    return 0;
}

nlohmann::json probeJson(const Probe& probe, const std::vector<std::string>& layers)
{
    auto tokens = nlohmann::json::array();
    for (const auto& token : probe.tokens)
        tokens.push_back({{"id", token.id}, {"piece", token.piece}, {"stack", token.decoder ? "decoder" : "encoder"}});
    auto routes = nlohmann::json::array();
    for (const auto& route : probe.routes)
        routes.push_back({{"layer", layers.at(static_cast<size_t>(route.layer))},
                          {"expert", route.expert},
                          {"dropped", route.dropped},
                          {"probability", route.probability},
                          {"entropy", route.entropy},
                          {"top_k", route.top_k},
                          {"top_expert", route.top_expert},
                          {"top_probability", route.top_probability}});
    return {{"text", probe.text},
            {"target", probe.target},
            {"language", probe.language},
            {"prediction", probe.prediction},
            {"step", probe.step},
            {"tokens", tokens},
            {"layers", routes}};
}

void printStack(const Probe& probe, const std::vector<std::string>& layers, bool decoder)
{
    std::vector<std::string> headers{decoder ? "decoder" : "encoder"};
    std::vector<const ProbeRoute*> routes;
    for (const auto& route : probe.routes)
        if ((layers.at(static_cast<size_t>(route.layer)).rfind("decoder", 0) == 0) == decoder) {
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

int probe(const Common& common, const ModelWords& words)
{
    const auto model = load(common, words);
    const auto result = model.probe(words.probe);
    if (common.json) {
        printJson(probeJson(result, model.sparseLayers()));
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
    Verb evaluate_verb(app, action, "evaluate", "loss and perplexity on validation text, in all and per language");
    auto words = modelVerb(evaluate_verb);
    evaluate_verb.app->add_option("--corpus", words->evaluate.corpus, "another corpus than the run's own");
    evaluate_verb.app->add_option("--capacity-factor", words->capacity_factor, "instead of the run's evaluation factor")
        ->check(CLI::PositiveNumber);
    evaluate_verb.app->add_option("--rows", words->evaluate.rows_per_language, "validation rows per language")
        ->check(CLI::PositiveNumber);
    evaluate_verb.app->add_option("--ablate", words->ablate, "LAYER:EXPERT gives nothing");
    evaluate_verb.app->add_option("--force", words->force, "every token of the layer goes to LAYER:EXPERT");
    evaluate_verb.app->add_option("--swap", words->swap, "LAYER:A:B exchanges two experts");
    evaluate_verb.does([words, common = evaluate_verb.common] { return evaluate(*common, *words); });

    Verb probe_verb(app, action, "probe", "which expert takes which token of a text, layer by layer");
    auto probe_words = modelVerb(probe_verb);
    probe_verb.app->add_option("--text", probe_words->probe.text, "the text")->required();
    probe_verb.app->add_option("--language", probe_words->probe.language, "its language code");
    probe_verb.app->add_option("--target", probe_words->probe.target, "what the decoder is fed");
    probe_verb.app->add_option("--top", probe_words->probe.top_k, "experts shown per token (JSON)")
        ->check(CLI::PositiveNumber);
    addCapacity(probe_verb, probe_words->probe.capacity);
    probe_verb.does([words = probe_words, common = probe_verb.common] { return probe(*common, *words); });

    Verb generate_verb(app, action, "generate", "the model's greedy answer to a text");
    auto generate_words = modelVerb(generate_verb);
    generate_verb.app->add_option("--text", generate_words->generate.text, "the text; <extra_id_0> marks a gap")
        ->required();
    generate_verb.app->add_option("--max-length", generate_words->generate.max_length, "most tokens")
        ->check(CLI::PositiveNumber);
    addCapacity(generate_verb, generate_words->generate.capacity);
    generate_verb.does([words = generate_words, common = generate_verb.common] {
        const auto answer = load(*common, *words).generate(words->generate);
        if (common->json)
            printJson({{"text", words->generate.text}, {"answer", answer}});
        else
            std::cout << answer << std::endl;
        return 0;
    });
}

} // namespace sy::cli
