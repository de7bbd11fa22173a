#include "ui/models/store_watch.h"

#include "ui/models/eta.h"

#include "core/base/files.h"

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <functional>
#include <optional>

namespace sy {

namespace {

/// A trainer that vanishes writes nothing: its status is asked for again this often.
constexpr int64_t status_every_ms = 1000;

bool mayDie(const RunSummary& run)
{
    return run.status == RunStatus::Starting || run.status == RunStatus::Running || run.status == RunStatus::Paused;
}

class StoreReader : public QObject {
public:
    using Sink = std::function<void(StorePicturePtr)>;

    StoreReader(StorePaths paths, Sink sink) : m_paths(std::move(paths)), m_sink(std::move(sink)) {}

    void begin(int interval_ms)
    {
        auto* timer = new QTimer(this);
        connect(timer, &QTimer::timeout, this, [this] { look(); });
        timer->start(interval_ms);
        look();
    }

    void setMetrics(std::vector<std::string> metrics)
    {
        m_metrics = std::move(metrics);
        lookNow();
    }

    void lookNow()
    {
        m_version.reset();
        look();
    }

private:
    using Settings = std::map<std::string, std::shared_ptr<const RunSettings>>;

    void look()
    {
        auto picture = std::make_shared<StorePicture>();
        bool news = true;
        try {
            news = fill(*picture);
        } catch (const std::exception& error) { // shown; the next look opens the store again
            picture->problem = QString::fromUtf8(error.what());
            m_store.reset();
            m_version.reset();
            news = picture->problem != m_problem;
        }
        if (news || picture->problem != m_problem) m_sink(picture);
        m_problem = picture->problem;
        if (picture->problem.isEmpty()) readSettings(*picture);
    }

    /// False where nothing changed since the last look.
    bool fill(StorePicture& picture)
    {
        picture.settings = m_settings;
        if (!fs::exists(m_paths.database)) {
            m_store.reset();
            m_version.reset();
            return !std::exchange(m_told_empty, true);
        }
        m_told_empty = false;
        if (!m_store) m_store.emplace(Store::openExisting(m_paths));
        const int64_t version = m_store->dataVersion();
        const bool changed = m_version != version;
        if (!changed && !(m_living && m_last_status.hasExpired(status_every_ms))) return false;
        m_version = version;
        m_last_status.start();
        picture.runs = m_store->runs(true, m_metrics);
        std::stable_sort(picture.runs.begin(), picture.runs.end(),
                         [](const RunSummary& a, const RunSummary& b) { return a.id > b.id; }); // ULIDs sort by time
        picture.queue = m_store->queue();
        m_eta.see(picture.runs, nowMs());
        picture.seconds_left = m_eta.secondsLeft();
        m_living = std::any_of(picture.runs.begin(), picture.runs.end(), mayDie);
        return statusesChanged(picture.runs) || changed;
    }

    bool statusesChanged(const std::vector<RunSummary>& runs)
    {
        std::vector<RunStatus> statuses;
        for (const auto& run : runs) statuses.push_back(run.status);
        return std::exchange(m_statuses, statuses) != statuses;
    }

    /// Read once per run, after the picture was shown: a thousand runs have tens of thousands of settings.
    void readSettings(const StorePicture& picture)
    {
        if (picture.runs.empty()) return;
        auto all = std::make_shared<Settings>(*m_settings);
        try {
            for (const auto& run : picture.runs)
                if (!all->contains(run.id))
                    all->emplace(run.id, std::make_shared<const RunSettings>(m_store->settings(run.id)));
        } catch (const std::exception&) { // purged meanwhile: the next picture lacks it
            m_version.reset();
            return;
        }
        if (all->size() == m_settings->size()) return;
        m_settings = all;
        auto complete = std::make_shared<StorePicture>(picture);
        complete->settings = m_settings;
        m_sink(complete);
    }

    StorePaths m_paths;
    Sink m_sink;
    std::optional<Store> m_store;
    std::optional<int64_t> m_version;
    std::vector<std::string> m_metrics;
    std::vector<RunStatus> m_statuses;
    std::shared_ptr<const Settings> m_settings = std::make_shared<Settings>();
    QElapsedTimer m_last_status;
    EtaMeter m_eta;
    QString m_problem;
    bool m_living = false, m_told_empty = false;
};

} // namespace

const RunSummary* StorePicture::find(const std::string& id) const
{
    const auto found = std::find_if(runs.begin(), runs.end(), [&](const RunSummary& run) { return run.id == id; });
    return found == runs.end() ? nullptr : &*found;
}

const QueueEntry* StorePicture::queueEntryOf(const std::string& run) const
{
    const auto found = std::find_if(queue.rbegin(), queue.rend(),
                                    [&](const QueueEntry& entry) { return !run.empty() && entry.run == run; });
    return found == queue.rend() ? nullptr : &*found;
}

StoreWatch::StoreWatch(StorePaths paths, int interval_ms, QObject* parent) : QObject(parent)
{
    auto first = std::make_shared<StorePicture>();
    first->settings = std::make_shared<std::map<std::string, std::shared_ptr<const RunSettings>>>();
    m_picture = first;
    auto* reader = new StoreReader(std::move(paths), [this](const StorePicturePtr& picture) {
        QMetaObject::invokeMethod(
            this,
            [this, picture] {
                m_picture = picture;
                Q_EMIT pictureReady(picture);
            },
            Qt::QueuedConnection);
    });
    m_reader = reader;
    reader->moveToThread(&m_thread);
    m_thread.setObjectName("store watch");
    connect(&m_thread, &QThread::finished, reader, &QObject::deleteLater);
    connect(&m_thread, &QThread::started, reader, [reader, interval_ms] { reader->begin(interval_ms); });
    m_thread.start();
}

StoreWatch::~StoreWatch()
{
    m_thread.quit();
    m_thread.wait();
}

void StoreWatch::setMetrics(const QStringList& series)
{
    std::vector<std::string> names;
    for (const auto& name : series) names.push_back(name.toStdString());
    auto* reader = static_cast<StoreReader*>(m_reader);
    QMetaObject::invokeMethod(
        reader, [reader, names = std::move(names)] { reader->setMetrics(names); }, Qt::QueuedConnection);
}

void StoreWatch::lookNow()
{
    auto* reader = static_cast<StoreReader*>(m_reader);
    QMetaObject::invokeMethod(
        reader, [reader] { reader->lookNow(); }, Qt::QueuedConnection);
}

} // namespace sy
