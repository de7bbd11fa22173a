// specialization: do the experts of a saved model tell the languages of parallel sentences apart?
#include "app/cli/format.h"
#include "app/cli/model_verb.h"

#include "core/train/model_json.h"

#include <cstdio>
#include <iostream>

#include <unistd.h>

namespace sy::cli {

namespace {

struct SpecializationWords : ModelWords {
    SpecializationOptions options;
    std::string file;
};

/// One figure's rows, with p-values adjusted over the layers: many layers are many tests.
void addRows(Table& table, const std::string& figure, const ParallelSpecialization& result,
             const std::vector<std::string>& layers, Specialization LayerSpecialization::*member)
{
    std::vector<double> p_values;
    for (const auto& layer : result.layers) p_values.push_back((layer.*member).p_value);
    const auto adjusted = holmAdjusted(p_values);
    for (size_t i = 0; i < result.layers.size(); ++i) {
        const auto& s = result.layers[i].*member;
        table.row({layers.at(static_cast<size_t>(result.layers[i].layer)), figure, fixed(s.information, 4),
                   fixed(s.null_low, 4) + " .. " + fixed(s.null_high, 4), fixed(s.bound, 3), fixed(s.normalized(), 3),
                   fixed(s.adjusted(), 3), fixed(adjusted[i], 4)});
    }
}

void print(const ParallelSpecialization& result, const std::vector<std::string>& layers, int64_t step)
{
    Table table({"layer", "choices", "I (nats)", "null 95 %", "bound", "I / bound", "adjusted", "p (Holm)"},
                {false, false, true, true, true, true, true, true});
    addRows(table, "by count", result, layers, &LayerSpecialization::by_count);
    addRows(table, "by gate", result, layers, &LayerSpecialization::by_gate);
    addRows(table, "given token", result, layers, &LayerSpecialization::given_token);
    std::cout << table.text() << result.sentences << " sentences in " << result.languages.size() << " languages, "
              << result.experts << " experts, step " << step << "\n";
}

ShareDone progressLine()
{
    if (isatty(STDERR_FILENO) == 0) return {};
    return [](double share) { std::fprintf(stderr, "\r\033[K%s", share < 1 ? percentText(share, 0).c_str() : ""); };
}

int specialization(const Common& common, const SpecializationWords& words)
{
    const auto model = words.load(common);
    auto options = words.options;
    options.file = words.file;
    const auto result = model.specialization(options, progressLine());
    if (common.json) {
        auto document = specializationToJson(result, model.sparseLayers());
        document["step"] = model.step();
        printJson(document);
    } else if (model.sparseLayers().empty()) {
        std::cout << "This model is dense: it has no routers.\n";
    } else {
        print(result, model.sparseLayers(), model.step());
    }
    return 0;
}

} // namespace

void addSpecializationVerb(CLI::App& app, Action& action)
{
    Verb verb(app, action, "specialization", "mutual information of experts and languages on parallel sentences");
    auto words = modelVerb<SpecializationWords>(verb);
    verb.givesJson();
    verb.app->add_option("--parallel", words->file, "JSON lines or .tsv: the same sentences in several languages")
        ->required();
    verb.app->add_option("--sentences", words->options.sentences, "the first ones only (default: all)")
        ->check(CLI::PositiveNumber);
    verb.app->add_option("--languages", words->options.languages, "codes (default: all that the run knows)")
        ->delimiter(',');
    verb.app->add_option("--permutations", words->options.permutations, "of the null")
        ->check(CLI::Range(fewest_permutations, most_permutations));
    verb.does([words, common = verb.common] { return specialization(*common, *words); });
}

} // namespace sy::cli
