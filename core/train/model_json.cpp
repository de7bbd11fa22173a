#include "core/train/model_json.h"

#include "core/base/error.h"
#include "core/store/probe_json.h"
#include "core/train/request_reader.h"

#include <cmath>

namespace sy {

using nlohmann::json;

namespace {

constexpr size_t longest_text = 100000; ///< bytes; what does not fit the model is cut anyway
constexpr size_t longest_name = 4096;
constexpr int64_t most_experts = 65536, most_sentences = 1000000;
constexpr int64_t largest_whole = int64_t{1} << 53; ///< that every JSON reader keeps

Intervention interventionFrom(const json& value)
{
    RequestReader read(value, "intervention");
    Intervention out;
    out.kind = read.requiredChoice<Intervention::Kind>("kind");
    out.layer = read.requiredText("layer", longest_name);
    out.expert = read.requiredWhole("expert", 0, most_experts);
    if (out.kind == Intervention::Kind::Swap) out.other = read.requiredWhole("other", 0, most_experts);
    if (out.kind == Intervention::Kind::AblateRandom)
        if (const auto seed = read.whole("seed", 0, largest_whole)) out.seed = static_cast<uint64_t>(*seed);
    read.finish();
    return out;
}

} // namespace

ProbeOptions probeOptionsFrom(const json& request)
{
    RequestReader read(request, "probe");
    ProbeOptions out;
    out.text = read.requiredText("text", longest_text);
    out.language = read.text("language", longest_name).value_or("");
    out.target = read.text("target", longest_text).value_or("");
    out.capacity = read.text("capacity", longest_name).value_or(out.capacity);
    out.top_k = read.whole("top_k", 1, most_experts).value_or(out.top_k);
    read.finish();
    if (out.text.empty()) throw UsageError("probe: \"text\" must not be empty");
    return out;
}

GenerateOptions generateOptionsFrom(const json& request)
{
    RequestReader read(request, "generate");
    GenerateOptions out;
    out.text = read.requiredText("text", longest_text);
    out.capacity = read.text("capacity", longest_name).value_or(out.capacity);
    out.max_length = read.whole("max_length", 1, longest_answer).value_or(out.max_length);
    read.finish();
    return out;
}

EvaluateOptions evaluateOptionsFrom(const json& request)
{
    RequestReader read(request, "evaluate");
    EvaluateOptions out;
    out.corpus = read.text("corpus", longest_name).value_or("");
    out.rows_per_language = read.whole("rows", 1, most_evaluated_rows).value_or(0);
    out.capacity_factor = read.number("capacity_factor");
    out.capacity_scope = read.choice<Scope>("capacity_scope");
    out.group_size = read.whole("group_size", 1, largest_whole);
    out.overflow_priority = read.choice<OverflowPriority>("overflow_priority");
    out.dropless = read.flag("dropless");
    if (const json* intervention = read.find("intervention")) out.intervention = interventionFrom(*intervention);
    read.finish();
    return out;
}

SpecializationOptions specializationOptionsFrom(const json& request)
{
    RequestReader read(request, "specialization");
    SpecializationOptions out;
    out.file = read.requiredText("file", longest_name);
    out.sentences = read.whole("sentences", 1, most_sentences).value_or(0);
    out.languages = read.texts("languages", longest_name);
    out.permutations = read.whole("permutations", fewest_permutations, most_permutations).value_or(out.permutations);
    read.finish();
    return out;
}

json evaluationToJson(const Evaluation& evaluation)
{
    auto languages = json::object();
    for (const auto& language : evaluation.languages)
        languages[language.language] = {{"cross_entropy", language.cross_entropy},
                                        {"perplexity", std::exp(language.cross_entropy)},
                                        {"tokens", language.tokens}};
    return {{"cross_entropy", evaluation.cross_entropy},
            {"perplexity", std::exp(evaluation.cross_entropy)},
            {"tokens", evaluation.tokens},
            {"languages", languages},
            {"drop_rate", evaluation.drop_rate},
            {"step", evaluation.step},
            {"corpus", evaluation.corpus}};
}

json specializationToJson(const ParallelSpecialization& result, const std::vector<std::string>& layers)
{
    const auto experts = static_cast<size_t>(result.experts);
    auto list = json::array();
    for (size_t i = 0; i < result.layers.size(); ++i) {
        auto count = json::array();
        for (auto row = result.count[i].begin(); row != result.count[i].end(); row += static_cast<ptrdiff_t>(experts))
            count.push_back(std::vector<int64_t>(row, row + static_cast<ptrdiff_t>(experts)));
        const auto& layer = result.layers[i];
        list.push_back({{"layer", layers.at(static_cast<size_t>(layer.layer))},
                        {"by_count", specializationToJson(layer.by_count)},
                        {"by_gate", specializationToJson(layer.by_gate)},
                        {"given_token", specializationToJson(layer.given_token)},
                        {"count", count}});
    }
    return {{"sentences", result.sentences},
            {"languages", result.languages},
            {"experts", result.experts},
            {"layers", list}};
}

} // namespace sy
