#include "app/cli/format.h"
#include "app/cli/verbs.h"

#include "core/base/error.h"
#include "core/base/signals.h"
#include "core/config/config_io.h"
#include "core/queue/queue_worker.h"
#include "core/store/queue_rows.h"

#include <iostream>

namespace sy::cli {

namespace {

struct AddOptions {
    std::string config, name, device, resume;
    std::vector<std::string> assignments, tags;
};

QueueRequest requestOf(const AddOptions& options, const Store& store)
{
    QueueRequest request;
    request.resume = options.resume;
    if (!options.resume.empty()) {
        if (!options.config.empty() || !options.name.empty() || !options.tags.empty() || !options.assignments.empty() ||
            !options.device.empty())
            throw UsageError("--resume goes without CONFIG, --name, --tag, --set and --device: the run has them");
        return request;
    }
    if (options.config.empty()) throw UsageError("queue add needs CONFIG, or --resume RUN");
    ExperimentConfig config = loadConfig(options.config, options.assignments);
    request.device = options.device.empty() ? config.device : options.device;
    request.config = toJson(config);
    request.preset = presetOf(options.config);
    request.tags = options.tags;
    request.name = options.name.empty() ? freeRunName(store, fs::path(options.config).stem()) : options.name;
    return request;
}

int add(const Common& common, const AddOptions& options)
{
    const auto paths = common.paths();
    Store store = Store::open(paths);
    const int64_t key = store.enqueue(requestOf(options, store));
    for (const auto& entry : store.queue(0)) {
        if (entry.key != key) continue;
        if (common.json)
            printJson({{"key", key}, {"name", entry.request.name}, {"device", entry.request.device}});
        else
            std::cout << "Entry " << key << ": " << entry.request.name << " waits for " << entry.request.device << "\n";
        if (!queueHasWorker(paths, entry.request.device))
            std::cerr << "No worker looks after " << entry.request.device
                      << "; start one: switchyard-cli queue work --device " << entry.request.device << std::endl;
    }
    return 0;
}

nlohmann::json entryJson(const QueueEntry& entry)
{
    const auto optional = [](const std::optional<int64_t>& value) {
        return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
    };
    return {{"key", entry.key},
            {"device", entry.request.device},
            {"state", toString(entry.state)},
            {"name", entry.request.name},
            {"preset", entry.request.preset},
            {"tags", entry.request.tags},
            {"resume", entry.request.resume},
            {"run", entry.run},
            {"added_ms", entry.added_ms},
            {"started_ms", entry.started_ms},
            {"ended_ms", entry.ended_ms},
            {"host", entry.host},
            {"pid", entry.pid},
            {"exit_status", optional(entry.exit_status)},
            {"signal", optional(entry.signal)},
            {"log_tail", entry.log_tail}};
}

std::string endText(const QueueEntry& entry)
{
    if (entry.signal) return "signal " + std::to_string(*entry.signal);
    if (entry.exit_status) return "status " + std::to_string(*entry.exit_status);
    return "–";
}

int list(const Common& common, bool all)
{
    const auto paths = common.paths();
    const auto entries =
        fs::exists(paths.database) ? Store::openExisting(paths).queue(all ? INT64_MAX : 20) : std::vector<QueueEntry>{};
    if (common.json) {
        auto document = nlohmann::json::array();
        for (const auto& entry : entries) document.push_back(entryJson(entry));
        printJson(document);
        return 0;
    }
    if (entries.empty()) {
        std::cout << "Nothing was queued in " << paths.database.string() << ". Add: switchyard-cli queue add demo\n";
        return 0;
    }
    Table table({"entry", "device", "state", "name", "added", "started", "ended", "end"}, {true});
    for (const auto& entry : entries)
        table.row({std::to_string(entry.key), entry.request.device, std::string(toString(entry.state)),
                   entry.request.name, timeText(entry.added_ms), timeText(entry.started_ms), timeText(entry.ended_ms),
                   endText(entry)});
    std::cout << table.text();
    return 0;
}

void addAdd(CLI::App& queue, Action& action)
{
    Verb verb(queue, action, "add", "let a new run wait for its device, or the resumption of one");
    verb.takesStore().givesJson();
    auto options = std::make_shared<AddOptions>();
    verb.app->add_option("CONFIG", options->config, "a JSON file or a preset's name");
    verb.app->add_option("--set", options->assignments, "PATH=VALUE overrides a setting")->allow_extra_args(false);
    verb.app->add_option("--name", options->name, "the run's name; must be free (default: after the configuration)");
    verb.app->add_option("--tag", options->tags, "a tag of the run")->allow_extra_args(false);
    verb.app->add_option("--device", options->device, "cpu, cuda or cuda:N (default: the configuration's)");
    verb.app->add_option("--resume", options->resume, "a run to go on with")->type_name("RUN");
    verb.does([options, common = verb.common] { return add(*common, *options); });
}

void addListAndRemove(CLI::App& queue, Action& action)
{
    Verb all(queue, action, "list", "what waits, runs and ended");
    all.takesStore().givesJson();
    auto every = std::make_shared<bool>(false);
    all.app->add_flag("--all", *every, "all ended entries, not the last 20");
    all.does([every, common = all.common] { return list(*common, *every); });

    Verb remove(queue, action, "remove", "take a waiting entry out");
    remove.takesStore();
    auto key = std::make_shared<int64_t>(0);
    remove.app->add_option("ENTRY", *key, "its number in `queue list`")->required();
    remove.does([key, common = remove.common] {
        Store::openExisting(common->paths()).removeQueued(*key);
        return 0;
    });
}

#ifdef SWITCHYARD_ENGINE
void addWork(CLI::App& queue, Action& action)
{
    Verb verb(queue, action, "work", "train what waits for a device, one after the other, until nothing waits");
    verb.takesStore().givesJson();
    auto work = std::make_shared<QueueWork>();
    verb.app->add_option("--device", work->device, "cpu, cuda or cuda:N")->required();
    verb.app->add_flag("--stay", work->stay, "wait for more when nothing waits");
    verb.app->footer("Ctrl+C or SIGTERM: starts no more, waits for the run that trains; again: leaves it alone.");
    verb.does([work, common = verb.common] {
        work->device = queueDevice(work->device);
        const SignalWatch signals;
        work->stop = [] { return SignalWatch::received() != 0; };
        const QueueReport report = workQueue(common->paths(), *work);
        if (common->json)
            printJson({{"done", report.done}, {"failed", report.failed}});
        else
            std::cout << report.done << " done, " << report.failed << " failed\n";
        return 0;
    });
}
#endif

} // namespace

void addQueueVerbs(CLI::App& app, Action& action)
{
    auto* queue = app.add_subcommand("queue", "runs that wait for a device");
    queue->require_subcommand(1);
    addAdd(*queue, action);
    addListAndRemove(*queue, action);
#ifdef SWITCHYARD_ENGINE
    addWork(*queue, action);
#endif
}

} // namespace sy::cli
