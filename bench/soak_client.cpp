#include "bench/soak_client.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <thread>
#include <utility>

namespace sy::soak {

namespace {

using Clock = std::chrono::steady_clock;

void require(bool holds, const std::string& what)
{
    if (!holds) throw Error(what);
}

bool equal(double left, double right)
{
    return left == right || (std::isnan(left) && std::isnan(right));
}

bool equal(const Curve& left, const Curve& right)
{
    if (left.step != right.step) return false;
    for (size_t i = 0; i < left.value.size(); ++i)
        if (!equal(left.value[i], right.value[i])) return false;
    return true;
}

/// A chart of one run: reads what is new, all of it where the run was rewound.
class Chart {
public:
    void look(const Store& store, const RunSummary& run)
    {
        if (run.rewinds != m_rewinds) m_curve = {};
        m_rewinds = run.rewinds;
        const int64_t after = m_curve.step.empty() ? 0 : m_curve.step.back() + 1;
        const Curve later = store.curve(run.id, series, after);
        m_curve.step.insert(m_curve.step.end(), later.step.begin(), later.step.end());
        m_curve.value.insert(m_curve.value.end(), later.value.begin(), later.value.end());
    }
    /// The pieces are the whole, unless the run was rewound between.
    void check(const Store& store, const std::string& id) const
    {
        const Curve whole = store.curve(id, series, 0, m_curve.step.empty() ? 0 : m_curve.step.back());
        if (store.run(id).rewinds == m_rewinds) require(equal(whole, m_curve), "pieces of a curve are not the whole");
    }

private:
    static constexpr const char* series = "train/cross_entropy";
    Curve m_curve;
    int64_t m_rewinds = -1;
};

std::string tagOf(int number)
{
    return "client-" + std::to_string(number);
}

void write(Store& store, const RunSummary& run, int number, int64_t round)
{
    store.tag(run.id, tagOf(number));
    if (round % 2 == 0) store.untag(run.id, tagOf(number) + "-passing");
    if (round % 2 == 1) store.tag(run.id, tagOf(number) + "-passing");
    store.setNote(run.id, "round " + std::to_string(round) + " of " + tagOf(number));
    store.setStarred(run.id, round % 3 == 0);
}

void command(Store& store, const RunSummary& run, int64_t round)
{
    constexpr const char* verbs[] = {"pause", "resume", "checkpoint", "evaluate"};
    try {
        store.sendCommand(run.id, verbs[round % 4], nullptr);
        if (round % 4 == 0) store.sendCommand(run.id, "resume", nullptr); // nobody stays paused
    } catch (const StoreError&) {
        // it was killed a moment ago
    }
}

void checkSummaries(const Store& store, const std::string& id)
{
    for (const auto& [name, summary] : store.seriesSummaries(id)) {
        if (name.starts_with("system/")) continue; // by time, not by step
        const Curve curve = store.curve(id, name);
        SeriesSummary slow;
        for (size_t i = 0; i < curve.step.size(); ++i) {
            if (!std::isfinite(curve.value[i])) ++slow.not_finite;
            if (!std::isfinite(curve.value[i])) continue;
            if (!slow.min || curve.value[i] < *slow.min) slow.min = curve.value[i], slow.min_step = curve.step[i];
            if (!slow.max || curve.value[i] > *slow.max) slow.max = curve.value[i], slow.max_step = curve.step[i];
        }
        require(summary.points == static_cast<int64_t>(curve.step.size()) && summary.first_step == curve.step.front() &&
                    summary.last_step == curve.step.back() && equal(summary.last, curve.value.back()) &&
                    summary.min == slow.min && summary.max == slow.max && summary.min_step == slow.min_step &&
                    summary.max_step == slow.max_step && summary.not_finite == slow.not_finite,
                "the summary of " + name + " is not that of its points");
    }
}

} // namespace

void runClient(const StorePaths& paths, int number, double seconds)
{
    Store store = Store::openExisting(paths);
    std::map<std::string, Chart> charts;
    std::map<std::string, int64_t> revisions;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    for (int64_t round = 0; Clock::now() < end; ++round) {
        for (const auto& run : store.runs(true, {"valid/cross_entropy", "train/drop_rate"})) {
            require(run.revision >= revisions[run.id], "a revision went back");
            const bool changed = run.revision > std::exchange(revisions[run.id], run.revision);
            if (changed) charts[run.id].look(store, run);
            if (round % 10 == number) write(store, run, number, round);
            if (round % 40 == 7 * number + 3) command(store, run, round / 40);
            if (round % 50 == 49) charts[run.id].check(store, run.id);
        }
        store.queue();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

nlohmann::json checkRun(const StorePaths& paths, const StorePaths& copy, const std::string& name)
{
    const Store store = Store::openExisting(paths), there = Store::openExisting(copy);
    const RunSummary run = store.run(name);
    require(run.status == RunStatus::Stopped, name + " is " + std::string(toString(run.status)) + ": " + run.failure);
    for (const char* series : {"train/cross_entropy", "train/grad_norm", "train/drop_rate"}) {
        const Curve curve = store.curve(run.id, series);
        require(static_cast<int64_t>(curve.step.size()) == run.step, std::string(series) + " of " + name + " has " +
                                                                         std::to_string(curve.step.size()) +
                                                                         " points at step " + std::to_string(run.step));
        for (size_t i = 0; i < curve.step.size(); ++i)
            require(curve.step[i] == static_cast<int64_t>(i) + 1, std::string(series) + " has a hole");
    }
    require(static_cast<int64_t>(store.clock(run.id).size()) == run.step, "the clock of " + name + " has holes");
    checkSummaries(store, run.id);
    const auto names = store.seriesNames(run.id);
    require(names == there.seriesNames(run.id), "the copy of " + name + " has other series");
    for (const auto& series : names)
        require(equal(store.curve(run.id, series), there.curve(run.id, series)), "the copy differs in " + series);
    require(store.logLines(run.id, 1 << 30).size() == there.logLines(run.id, 1 << 30).size() &&
                store.events(run.id).size() == there.events(run.id).size() &&
                store.windows(run.id, 0).size() == there.windows(run.id, 0).size() &&
                store.evaluations(run.id).size() == there.evaluations(run.id).size(),
            "the copy of " + name + " lacks rows");
    return {{"steps", run.step}, {"rewinds", run.rewinds}, {"revision", run.revision}};
}

void checkClients(const StorePaths& paths, int clients)
{
    const Store store = Store::openExisting(paths);
    for (const auto& run : store.runs()) {
        for (int number = 0; number < clients; ++number)
            require(std::ranges::find(run.tags, tagOf(number)) != run.tags.end(), "a tag of a client is lost");
        require(run.note.starts_with("round "), "the notes are lost");
    }
    require(store.database().execAndGet("SELECT count(*) FROM command WHERE state = 'waiting'").getInt() == 0,
            "a command waits for an answer");
}

void checkFile(const StorePaths& paths)
{
    const Store store = Store::openExisting(paths);
    const std::string found = store.database().execAndGet("PRAGMA integrity_check").getString();
    require(found == "ok", paths.database.string() + ": " + found);
    require(store.database().execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt() == 0,
            paths.database.string() + " has rows of runs that are not there");
}

} // namespace sy::soak
