#include "core/train/parallel_specialization.h"

#include "core/base/error.h"
#include "core/text/parallel.h"
#include "core/text/row_source.h"
#include "core/train/evaluation_specialization.h"

#include <algorithm>
#include <set>

namespace sy {

namespace {

struct Row {
    CorruptedText ids;
    int32_t language = 0;
    int32_t sentence = 0;
};

std::vector<Row> rowsOf(const ProbeModel& model, const ParallelText& text)
{
    std::vector<Row> rows;
    for (size_t s = 0; s < text.texts.size(); ++s)
        for (size_t l = 0; l < text.languages.size(); ++l) {
            const auto ids = model.tokenizer.encode(text.texts[s][l]);
            rows.push_back(
                {{cutInput(ids, model.config.data.input_length), cutInput(ids, model.config.data.target_length)},
                 static_cast<int32_t>(l),
                 static_cast<int32_t>(s)});
        }
    // Rows of like length together: less padding.
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return a.ids.input.size() < b.ids.input.size(); });
    return rows;
}

EvaluationText batched(const ProbeModel& model, const ParallelText& text, const std::vector<Row>& rows)
{
    EvaluationText out;
    out.corpus = "parallel sentences";
    out.languages = text.languages;
    for (size_t l = 0; l < text.languages.size(); ++l) out.run_language.push_back(static_cast<int32_t>(l));
    const auto part = static_cast<size_t>(model.config.data.batch_size / model.config.train.micro_batches);
    for (size_t from = 0; from < rows.size(); from += part) {
        const size_t to = std::min(from + part, rows.size());
        size_t input = 0, target = 0;
        for (size_t i = from; i < to; ++i) {
            input = std::max(input, rows[i].ids.input.size());
            target = std::max(target, rows[i].ids.target.size());
        }
        BatchBuilder builder(static_cast<int64_t>(input), static_cast<int64_t>(target));
        builder.start(static_cast<int64_t>(to - from));
        for (size_t i = from; i < to; ++i) builder.add(rows[i].ids, rows[i].language);
        out.batches.push_back(builder.take());
    }
    return out;
}

/// [L, N] of one layer.
std::vector<int64_t> countsByLanguage(const Evaluation& evaluation, size_t layer, size_t languages, size_t experts)
{
    std::vector<int64_t> out(languages * experts);
    const size_t rows = evaluation.row_language.size();
    const uint16_t* count = evaluation.counts.data() + layer * rows * experts;
    for (size_t row = 0; row < rows; ++row)
        for (size_t e = 0; e < experts; ++e)
            out[static_cast<size_t>(evaluation.row_language[row]) * experts + e] += *count++;
    return out;
}

std::vector<std::string> wantedLanguages(const SpecializationOptions& options, const std::set<std::string>& in_file,
                                         const std::vector<std::string>& run_languages)
{
    std::vector<std::string> wanted;
    for (const auto& language : options.languages) {
        if (!in_file.contains(language))
            throw DataError(options.file.string() + " has no sentence in \"" + language + "\"");
        if (std::find(wanted.begin(), wanted.end(), language) != wanted.end())
            throw DataError("languages: " + language + " is named twice");
        wanted.push_back(language);
    }
    if (options.languages.empty())
        for (const auto& language : run_languages)
            if (in_file.contains(language)) wanted.push_back(language);
    if (wanted.size() < 2)
        throw DataError("specialization by language needs two languages at least; of those wanted, " +
                        options.file.string() + " has " + std::to_string(wanted.size()));
    return wanted;
}

} // namespace

ParallelText completeSentences(const SpecializationOptions& options, const std::vector<std::string>& run_languages)
{
    if (options.sentences < 0)
        throw UsageError("sentences: must be at least 1, got " + std::to_string(options.sentences));
    const auto sentences = readParallel(options.file);
    std::set<std::string> in_file;
    for (const auto& sentence : sentences)
        for (const auto& [language, text] : sentence.texts) in_file.insert(language);
    ParallelText out{wantedLanguages(options, in_file, run_languages), {}};
    for (const auto& sentence : sentences) {
        if (options.sentences > 0 && static_cast<int64_t>(out.texts.size()) == options.sentences) break;
        std::vector<std::string> texts;
        for (const auto& language : out.languages)
            if (const auto found = sentence.texts.find(language); found != sentence.texts.end())
                texts.push_back(found->second);
        if (texts.size() == out.languages.size()) out.texts.push_back(std::move(texts));
    }
    if (out.texts.empty())
        throw DataError(options.file.string() + ": no sentence is in all of the " +
                        std::to_string(out.languages.size()) + " languages; name fewer");
    return out;
}

ParallelSpecialization parallelSpecialization(const ProbeModel& model, const ParallelText& text, int64_t step,
                                              int64_t permutations, const ShareDone& progress)
{
    constexpr double passes_share = 0.7; // of the work; the rest are permutations
    const auto tell = [&](double share) {
        if (progress) progress(share);
    };
    const int64_t experts = model.config.model.num_experts;
    GateRecording gates(experts);
    ChoiceRecording choices;
    EvaluationObserver observer;
    observer.seen = [&](const EvaluationPass& pass) {
        gates.add(pass);
        choices.add(pass);
    };
    observer.progress = [&](double share) { tell(passes_share * share); };
    const auto rows = rowsOf(model, text);
    auto evaluation =
        evaluateModel(model.config, model.compute, batched(model, text, rows), model.routing, step, observer);
    evaluation.gates = gates.take();
    const auto by_layer = choices.take();
    ParallelSpecialization out{static_cast<int64_t>(text.texts.size()), text.languages, experts, {}, {}};
    std::vector<int32_t> sentence;
    for (const auto& row : rows) sentence.push_back(row.sentence);
    const NullOptions null{permutations > 0 ? permutations : permutationsFor(static_cast<int64_t>(by_layer.size())),
                           static_cast<uint64_t>(model.config.train.seed), sentence};
    for (size_t i = 0; i < by_layer.size(); ++i) {
        out.layers.push_back(layerSpecialization(evaluation, i, experts, by_layer[i], evaluation.row_language, null));
        out.count.push_back(countsByLanguage(evaluation, i, text.languages.size(), static_cast<size_t>(experts)));
        tell(passes_share + (1 - passes_share) * static_cast<double>(i + 1) / static_cast<double>(by_layer.size()));
    }
    return out;
}

} // namespace sy
