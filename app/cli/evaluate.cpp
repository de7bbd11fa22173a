// evaluate: loss of a saved model, also under another capacity or an intervention on one expert.
#include "app/cli/format.h"
#include "app/cli/model_verb.h"

#include "core/base/error.h"
#include "core/train/model_json.h"

#include <cmath>
#include <iostream>

namespace sy::cli {

namespace {

struct EvaluateWords : ModelWords {
    EvaluateOptions options;
    std::string ablate, ablate_random, force, swap, capacity_scope, overflow_priority;
    int64_t seed = 1;
    bool dropless = false;
};

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

std::optional<Intervention> wantedIntervention(const EvaluateWords& words)
{
    using Kind = Intervention::Kind;
    std::optional<Intervention> wanted;
    for (const auto& [name, text, kind] :
         {std::tuple{"--ablate", words.ablate, Kind::Ablate},
          std::tuple{"--ablate-random", words.ablate_random, Kind::AblateRandom},
          std::tuple{"--force", words.force, Kind::Force}, std::tuple{"--swap", words.swap, Kind::Swap}}) {
        if (text.empty()) continue;
        if (wanted) throw UsageError("one of --ablate, --ablate-random, --force and --swap at a time");
        wanted = intervention(name, text, kind);
        wanted->seed = static_cast<uint64_t>(words.seed);
    }
    return wanted;
}

EvaluateOptions evaluateOptions(const EvaluateWords& words)
{
    EvaluateOptions options = words.options;
    options.intervention = wantedIntervention(words);
    if (words.dropless) options.dropless = true;
    options.capacity_scope = enumFromText<Scope>(words.capacity_scope);
    options.overflow_priority = enumFromText<OverflowPriority>(words.overflow_priority);
    return options;
}

int evaluate(const Common& common, const EvaluateWords& words)
{
    const auto options = evaluateOptions(words);
    const auto result = words.load(common).evaluate(options);
    if (common.json) {
        printJson(evaluationToJson(result));
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

} // namespace

void addEvaluateVerb(CLI::App& app, Action& action)
{
    Verb verb(app, action, "evaluate", "loss and perplexity on validation text, in all and per language");
    auto words = modelVerb<EvaluateWords>(verb);
    verb.givesJson();
    verb.app->add_option("--corpus", words->options.corpus, "another corpus than the run's own");
    verb.app->add_option("--rows", words->options.rows_per_language, "validation rows per language")
        ->check(CLI::PositiveNumber);
    verb.app->add_option("--capacity-factor", words->options.capacity_factor, "instead of the run's evaluation factor")
        ->check(CLI::PositiveNumber);
    verb.app->add_option("--capacity-scope", words->capacity_scope, "instead of the run's")
        ->check(CLI::IsMember(enumChoices<Scope>()));
    verb.app->add_option("--group-size", words->options.group_size, "tokens per group where the scope is group")
        ->check(CLI::PositiveNumber);
    verb.app->add_option("--overflow-priority", words->overflow_priority, "instead of the run's")
        ->check(CLI::IsMember(enumChoices<OverflowPriority>()));
    verb.app->add_flag("--dropless", words->dropless, "no capacity: nothing is dropped");
    verb.app->add_option("--ablate", words->ablate, "LAYER:EXPERT gives nothing");
    verb.app->add_option("--ablate-random", words->ablate_random,
                         "as many tokens as LAYER:EXPERT takes, drawn at random, get nothing");
    verb.app->add_option("--seed", words->seed, "of --ablate-random")->check(CLI::NonNegativeNumber);
    verb.app->add_option("--force", words->force, "every token of the layer goes to LAYER:EXPERT");
    verb.app->add_option("--swap", words->swap, "LAYER:A:B exchanges two experts");
    verb.does([words, common = verb.common] { return evaluate(*common, *words); });
}

} // namespace sy::cli
