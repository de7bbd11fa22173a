#include "ui/runs/run_row.h"

#include "core/base/error.h"
#include "core/store/flat_config.h"
#include "ui/models/text.h"

#include <algorithm>
#include <unordered_map>

namespace sy {

namespace {

bool pending(const QueueEntry& entry)
{
    return entry.state == QueueState::Waiting || (entry.state == QueueState::Starting && entry.run.empty());
}

std::shared_ptr<const RunSettings> flatSettings(const nlohmann::json& config)
{
    auto settings = std::make_shared<RunSettings>();
    try {
        for (auto& [path, value] : flatConfig(config)) settings->emplace(path, value);
    } catch (const Error&) { // not a configuration: the trainer will say so
    }
    return settings;
}

template <class T> T numberOf(const RunSettings& settings, const char* path, T fallback)
{
    const auto found = settings.find(path);
    return found != settings.end() && found->second.is_number() ? found->second.get<T>() : fallback;
}

RunSummary summaryOf(const QueueEntry& entry, const RunSettings& settings)
{
    RunSummary run;
    run.name = entry.request.name.empty() ? entry.request.preset : entry.request.name;
    run.status = entry.state == QueueState::Waiting ? RunStatus::Queued : RunStatus::Starting;
    run.steps = numberOf<int64_t>(settings, "train.steps", 0);
    run.num_experts = numberOf<int64_t>(settings, "model.num_experts", 1);
    run.created_ms = entry.added_ms;
    run.host = entry.host;
    run.tags = entry.request.tags;
    run.preset = entry.request.preset;
    run.device = entry.request.device;
    return run;
}

bool sameNumber(std::optional<double> left, std::optional<double> right)
{
    if (!left || !right) return left.has_value() == right.has_value();
    return *left == *right || (*left != *left && *right != *right);
}

bool sameMetrics(const RunSummary& left, const RunSummary& right)
{
    if (left.metrics.size() != right.metrics.size() || !sameNumber(left.best_valid, right.best_valid)) return false;
    return std::equal(left.metrics.begin(), left.metrics.end(), right.metrics.begin(), [](auto& a, auto& b) {
        return a.first == b.first && a.second.last_step == b.second.last_step &&
               sameNumber(a.second.last, b.second.last) && sameNumber(a.second.min, b.second.min) &&
               sameNumber(a.second.max, b.second.max);
    });
}

} // namespace

QString queueRowId(int64_t key)
{
    return QStringLiteral("queue:%1").arg(key);
}

RunStatus RunRow::status() const
{
    return queue && !isLive() ? (queue->state == QueueState::Waiting ? RunStatus::Queued : RunStatus::Starting)
                              : run->status;
}

bool RunRow::isLive() const
{
    return isRun() && (run->status == RunStatus::Starting || run->status == RunStatus::Running ||
                       run->status == RunStatus::Paused);
}

const nlohmann::json* RunRow::setting(const std::string& path) const
{
    if (!settings) return nullptr;
    const auto found = settings->find(path);
    return found == settings->end() ? nullptr : &found->second;
}

double RunRow::progress() const
{
    return run->steps > 0 ? std::clamp(double(run->step) / double(run->steps), 0.0, 1.0) : 0;
}

std::optional<double> RunRow::duration() const
{
    const int64_t end = isLive() || run->ended_ms == 0 ? run->heartbeat_ms : run->ended_ms;
    if (run->started_ms == 0 || end < run->started_ms) return std::nullopt;
    return double(end - run->started_ms) / 1000;
}

bool looksSame(const RunRow& left, const RunRow& right)
{
    const RunSummary &a = *left.run, &b = *right.run;
    return left.status() == right.status() && left.queue_place == right.queue_place && a.revision == b.revision &&
           a.status == b.status && a.step == b.step && a.steps == b.steps && a.name == b.name && a.tags == b.tags &&
           a.note == b.note && a.starred == b.starred && a.deleted == b.deleted && a.failure == b.failure &&
           a.checkpoint_bytes == b.checkpoint_bytes && left.seconds_left == right.seconds_left &&
           left.settings == right.settings && left.parent_name == right.parent_name && sameMetrics(a, b);
}

RunRow RunRows::queueRow(const StorePicturePtr& picture, const QueueEntry& entry)
{
    auto& settings = m_queued[entry.key];
    if (!settings) settings = flatSettings(entry.request.config);
    RunRow row;
    row.id = queueRowId(entry.key);
    row.run = std::make_shared<const RunSummary>(summaryOf(entry, *settings));
    row.queue = std::shared_ptr<const QueueEntry>(picture, &entry);
    row.settings = settings;
    return row;
}

std::vector<RunRow> RunRows::of(const StorePicturePtr& picture)
{
    std::vector<RunRow> rows;
    rows.reserve(picture->runs.size() + picture->queue.size());
    std::map<std::string, int> places;                                              // waiting so far, by device
    std::unordered_map<std::string, std::pair<const QueueEntry*, int>> resumptions; // by run
    for (const auto& entry : picture->queue) {
        if (!pending(entry)) continue;
        const int place = entry.state == QueueState::Waiting ? ++places[entry.request.device] : 0;
        if (!entry.request.resume.empty()) {
            resumptions[entry.request.resume] = {&entry, place};
            continue;
        }
        rows.push_back(queueRow(picture, entry));
        rows.back().queue_place = place;
    }
    std::unordered_map<std::string, const RunSummary*> by_id;
    for (const auto& run : picture->runs) by_id[run.id] = &run;
    for (const auto& run : picture->runs) {
        RunRow row;
        row.id = fromUtf8(run.id);
        row.run = std::shared_ptr<const RunSummary>(picture, &run);
        if (const auto waits = resumptions.find(run.id); waits != resumptions.end()) {
            row.queue = std::shared_ptr<const QueueEntry>(picture, waits->second.first);
            row.queue_place = waits->second.second;
        }
        if (const auto found = picture->settings->find(run.id); found != picture->settings->end())
            row.settings = found->second;
        if (const auto left = picture->seconds_left.find(run.id); left != picture->seconds_left.end())
            row.seconds_left = left->second;
        if (!run.parent.empty()) {
            const auto parent = by_id.find(run.parent);
            row.parent_name = fromUtf8(parent == by_id.end() ? run.parent : parent->second->name);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace sy
