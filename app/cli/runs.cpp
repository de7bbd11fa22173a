#include "app/cli/format.h"
#include "app/cli/run_summary.h"
#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/config/config_io.h"

#include <cmath>
#include <iostream>

namespace sy::cli {

namespace {

nlohmann::json numberJson(double value)
{
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

nlohmann::json runJson(const RunSummary& run)
{
    nlohmann::json last = nlohmann::json::object();
    for (const auto& [series, value] : run.last) last[series] = numberJson(value);
    return {{"id", run.id},
            {"name", run.name},
            {"status", toString(run.status)},
            {"step", run.step},
            {"steps", run.steps},
            {"created_ms", run.created_ms},
            {"started_ms", run.started_ms},
            {"ended_ms", run.ended_ms},
            {"host", run.host},
            {"tags", run.tags},
            {"note", run.note},
            {"deleted", run.deleted},
            {"starred", run.starred},
            {"origin", run.origin},
            {"failure", run.failure},
            {"last", last},
            {"best_valid", run.best_valid ? numberJson(*run.best_valid) : nullptr},
            {"best_step", run.best_step ? nlohmann::json(*run.best_step) : nullptr}};
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

int list(const Common& common, bool with_deleted)
{
    const auto paths = common.paths();
    const auto runs =
        fs::exists(paths.database) ? Store::openExisting(paths).runs(with_deleted) : std::vector<RunSummary>{};
    if (common.json) {
        auto document = nlohmann::json::array();
        for (const auto& run : runs) document.push_back(runJson(run));
        printJson(document);
        return 0;
    }
    if (runs.empty()) {
        std::cout << "No runs in " << paths.database.string() << " yet. Start one: switchyard-cli train demo\n";
        return 0;
    }
    Table table({"name", "status", "step", "valid loss", "best", "started", "tags", "id"},
                {false, false, true, true, true});
    for (const auto& run : runs) {
        const auto last = run.last.find("valid/cross_entropy");
        table.row({run.name, std::string(toString(run.status)) + (run.deleted ? ", deleted" : ""),
                   std::to_string(run.step) + "/" + std::to_string(run.steps),
                   last == run.last.end() ? "–" : fixed(last->second, 3),
                   run.best_valid ? fixed(*run.best_valid, 3) : "–", timeText(run.started_ms), joined(run.tags),
                   run.id});
    }
    std::cout << table.text();
    return 0;
}

int showSeries(const Store& store, const std::string& run, const std::string& name, bool json)
{
    const auto points = store.series(run, name);
    if (points.empty()) {
        const auto names = store.seriesNames(run);
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw StoreError("run " + run + " has no series \"" + name + "\"; it has: " + joined(names));
    }
    auto steps = nlohmann::json::array(), values = nlohmann::json::array();
    for (const auto& point : points) {
        steps.push_back(point.step);
        values.push_back(numberJson(point.value));
        if (!json) std::cout << point.step << "\t" << numberText(point.value) << "\n";
    }
    if (json) printJson({{"series", name}, {"step", steps}, {"value", values}});
    return 0;
}

std::string eventsText(const Store& store, const std::string& run)
{
    std::string text = "\nEvents\n";
    for (const auto& event : store.events(run))
        text += "  " + timeText(event.time_ms) + "  step " + std::to_string(event.step) + "  " + event.kind + ": " +
                event.message + "\n";
    return text;
}

int show(const Common& common, const std::string& name, const std::string& series)
{
    const auto store = Store::openExisting(common.paths());
    const auto run = store.run(name);
    if (!series.empty()) return showSeries(store, run.id, series, common.json);
    if (common.json) {
        auto document = runJson(run);
        document["config"] = store.config(run.id);
        document["details"] = store.details(run.id);
        document["series"] = store.seriesNames(run.id);
        auto checkpoints = nlohmann::json::array();
        for (const auto& c : store.checkpoints(run.id))
            checkpoints.push_back(
                {{"step", c.step}, {"folder", c.folder}, {"bytes", c.bytes}, {"best", c.best}, {"removed", c.removed}});
        document["checkpoints"] = checkpoints;
        printJson(document);
        return 0;
    }
    std::cout << runSummaryText(store, run.id);
    if (!run.note.empty()) std::cout << "\nNote: " << run.note << "\n";
    std::cout << "\nSettings that are not the defaults\n";
    Table table({"setting", "value", "default"});
    for (const auto& change : difference(configFromJson(store.config(run.id)), ExperimentConfig{}))
        table.row({change.path, change.left.dump(), change.right.dump()});
    std::cout << table.text() << eventsText(store, run.id) << "\nSeries: " << joined(store.seriesNames(run.id)) << "\n";
    return 0;
}

nlohmann::json lossesOf(const RunSummary& run)
{
    const auto last = run.last.find("valid/cross_entropy");
    return {{"name", run.name},
            {"step", run.step},
            {"best_valid", run.best_valid ? numberJson(*run.best_valid) : nullptr},
            {"last_valid", last == run.last.end() ? nullptr : numberJson(last->second)}};
}

int diff(const Common& common, const std::string& left_name, const std::string& right_name)
{
    const auto store = Store::openExisting(common.paths());
    const auto left = store.run(left_name), right = store.run(right_name);
    const auto changes = difference(configFromJson(store.config(left.id)), configFromJson(store.config(right.id)));
    if (common.json) {
        auto settings = nlohmann::json::array();
        for (const auto& change : changes)
            settings.push_back({{"path", change.path}, {"left", change.left}, {"right", change.right}});
        printJson({{"settings", settings}, {"left", lossesOf(left)}, {"right", lossesOf(right)}});
        return 0;
    }
    Table table({"", left.name, right.name}, {false, true, true});
    for (const auto& change : changes) table.row({change.path, change.left.dump(), change.right.dump()});
    const auto best = [](const RunSummary& run) { return run.best_valid ? fixed(*run.best_valid, 4) : "–"; };
    table.row({"best valid/cross_entropy", best(left), best(right)});
    table.row({"step", std::to_string(left.step), std::to_string(right.step)});
    std::cout << table.text();
    return 0;
}

struct RunWords {
    std::string run, other, text, series;
    bool flag = false;
};

/// A sub-verb of `runs` that names one run.
std::shared_ptr<RunWords> oneRun(Verb& verb)
{
    auto words = std::make_shared<RunWords>();
    verb.takesStore();
    verb.app->add_option("RUN", words->run, "a run's id or name")->required();
    return words;
}

void addReaders(CLI::App& runs, Action& action)
{
    Verb all(runs, action, "list", "every run, newest first");
    all.takesStore().givesJson();
    auto deleted = std::make_shared<bool>(false);
    all.app->add_flag("--deleted", *deleted, "deleted ones too");
    all.does([common = all.common, deleted] { return list(*common, *deleted); });

    Verb one(runs, action, "show", "one run: results, settings, events; or one series");
    auto words = oneRun(one.givesJson());
    one.app->add_option("--series", words->series, "print this series, for example valid/cross_entropy");
    one.does([common = one.common, words] { return show(*common, words->run, words->series); });

    Verb two(runs, action, "diff", "the settings in which two runs differ");
    auto pair = oneRun(two.givesJson());
    two.app->add_option("OTHER", pair->other, "the other run")->required();
    two.does([common = two.common, pair] { return diff(*common, pair->run, pair->other); });
}

void addWriters(CLI::App& runs, Action& action)
{
    Verb tag(runs, action, "tag", "add a tag, or take one away");
    auto tag_words = oneRun(tag);
    tag.app->add_option("TAG", tag_words->text, "one word")->required();
    tag.app->add_flag("--remove", tag_words->flag, "take it away");
    tag.does([common = tag.common, words = tag_words] {
        auto store = Store::openExisting(common->paths());
        words->flag ? store.untag(words->run, words->text) : store.tag(words->run, words->text);
        return 0;
    });

    Verb star(runs, action, "star", "mark a run, or unmark it");
    auto star_words = oneRun(star);
    star.app->add_flag("--remove", star_words->flag, "unmark it");
    star.does([common = star.common, words = star_words] {
        Store::openExisting(common->paths()).setStarred(words->run, !words->flag);
        return 0;
    });

    Verb note(runs, action, "note", "set the note; an empty text removes it");
    auto note_words = oneRun(note);
    note.app->add_option("TEXT", note_words->text, "the note")->required();
    note.does([common = note.common, words = note_words] {
        Store::openExisting(common->paths()).setNote(words->run, words->text);
        return 0;
    });

    Verb remove(runs, action, "delete", "hide a run; with --purge its rows and checkpoints go for good");
    auto remove_words = oneRun(remove);
    remove.app->add_flag("--purge", remove_words->flag, "for good");
    remove.does([common = remove.common, words = remove_words] {
        auto store = Store::openExisting(common->paths());
        const auto run = store.run(words->run);
        if (!run.deleted) store.softDelete(run.id);
        if (words->flag) store.purge(run.id);
        return 0;
    });

    Verb restore(runs, action, "undelete", "bring a deleted run back");
    auto restore_words = oneRun(restore);
    restore.does([common = restore.common, words = restore_words] {
        Store::openExisting(common->paths()).undelete(words->run);
        return 0;
    });
}

} // namespace

void addRunsVerbs(CLI::App& app, Action& action)
{
    auto* runs = app.add_subcommand("runs", "list, show, compare, mark, delete, export and import saved runs");
    runs->require_subcommand(1);
    addReaders(*runs, action);
    addWriters(*runs, action);
    addBundleVerbs(*runs, action);
}

} // namespace sy::cli
