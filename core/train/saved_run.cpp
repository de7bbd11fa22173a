#include "core/train/saved_run.h"

#include "core/base/error.h"
#include "core/config/config_io.h"
#include "core/train/session.h"

#include <algorithm>
#include <charconv>

namespace sy {

namespace {

std::string listed(const std::vector<int64_t>& steps)
{
    if (steps.empty()) return "there is none";
    std::string text;
    for (const int64_t step : steps) text += (text.empty() ? "there are " : ", ") + std::to_string(step);
    return text;
}

std::optional<int64_t> bestStep(const SavedRun& run, const std::vector<int64_t>& steps)
{
    std::optional<int64_t> best;
    for (const auto& record : run.checkpoints)
        if (record.best && std::binary_search(steps.begin(), steps.end(), record.step))
            best = std::max(best.value_or(0), record.step);
    return best;
}

std::optional<int64_t> numberedStep(const std::string& choice, const std::vector<int64_t>& steps)
{
    int64_t step = 0;
    const char* end = choice.data() + choice.size();
    const auto [stopped, code] = std::from_chars(choice.data(), end, step);
    if (code != std::errc{} || stopped != end || !std::binary_search(steps.begin(), steps.end(), step))
        return std::nullopt;
    return step;
}

} // namespace

SavedRun openSavedRun(const StorePaths& paths, const std::string& run)
{
    const Store store = Store::openExisting(paths);
    SavedRun saved;
    saved.summary = store.run(run);
    const auto& id = saved.summary.id;
    const auto config = store.config(id), details = store.details(id);
    saved.config = configFromJson(config);
    saved.identity = {id, configHash(config), details.at("corpus_hash"), details.at("tokenizer_hash"),
                      saved.config.train.seed};
    saved.languages = details.at("languages").get<std::vector<std::string>>();
    saved.folder = paths.checkpoints / id;
    saved.tokenizer_path = details.at("environment").value("tokenizer", "");
    saved.checkpoints = store.checkpoints(id);
    return saved;
}

std::shared_ptr<const Tokenizer> tokenizerOf(const SavedRun& run)
{
    fs::path file = run.folder / tokenizer_file;
    if (!fs::exists(file)) file = run.tokenizer_path;
    if (!fs::exists(file))
        throw DataError("run " + run.summary.name + ": its tokenizer is gone; it should be in " +
                        (run.folder / tokenizer_file).string());
    auto tokenizer = std::make_shared<const Tokenizer>(Tokenizer::load(file));
    if (tokenizer->hash() != run.identity.tokenizer_hash)
        throw DataError("run " + run.summary.name + ": " + file.string() +
                        " is not the tokenizer it was trained with (SHA-256 " + tokenizer->hash().substr(0, 12) +
                        "..., must be " + run.identity.tokenizer_hash.substr(0, 12) + "...)");
    return tokenizer;
}

std::optional<int64_t> chooseCheckpoint(const SavedRun& run, const std::string& choice)
{
    const auto steps = checkpointSteps(run.folder);
    if (choice == "last") return steps.empty() ? std::nullopt : std::optional(steps.back());
    const auto step = choice == "best" ? bestStep(run, steps) : numberedStep(choice, steps);
    if (!step)
        throw StoreError("run " + run.summary.name + " has no checkpoint \"" + choice +
                         "\"; the choice is last, best or a step, and " + listed(steps));
    return step;
}

} // namespace sy
