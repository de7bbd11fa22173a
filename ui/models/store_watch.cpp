#include "ui/models/store_watch.h"

#include <QTimer>

#include <algorithm>
#include <functional>
#include <optional>

namespace sy {

namespace {

constexpr size_t events_kept = 200;

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

    void select(std::string run_id)
    {
        m_run = std::move(run_id);
        look();
    }

private:
    void look()
    {
        auto picture = std::make_shared<StorePicture>();
        try {
            fill(*picture);
        } catch (const std::exception& error) { // shown; the next look opens the store again
            picture->problem = QString::fromUtf8(error.what());
            m_store.reset();
        }
        m_sink(std::move(picture));
    }

    void fill(StorePicture& picture)
    {
        if (!fs::exists(m_paths.database)) {
            m_store.reset();
            return;
        }
        if (!m_store) m_store.emplace(Store::openExisting(m_paths));
        picture.runs = m_store->runs();
        std::stable_sort(picture.runs.begin(), picture.runs.end(),
                         [](const RunSummary& a, const RunSummary& b) { return a.id > b.id; }); // ULIDs sort by time
        const bool known = std::any_of(picture.runs.begin(), picture.runs.end(),
                                       [&](const RunSummary& run) { return run.id == m_run; });
        if (!known) return;
        picture.run = m_run;
        picture.config = m_store->config(m_run);
        picture.events = m_store->events(m_run);
        if (picture.events.size() > events_kept)
            picture.events.erase(picture.events.begin(),
                                 picture.events.end() - static_cast<std::ptrdiff_t>(events_kept));
    }

    StorePaths m_paths;
    Sink m_sink;
    std::optional<Store> m_store;
    std::string m_run;
};

} // namespace

StoreWatch::StoreWatch(StorePaths paths, int interval_ms, QObject* parent) : QObject(parent)
{
    // Emitted on the reader's thread; receivers on the GUI thread get it through their event loop.
    auto* reader = new StoreReader(std::move(paths), [this](StorePicturePtr picture) { Q_EMIT pictureReady(picture); });
    m_reader = reader;
    reader->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, reader, &QObject::deleteLater);
    connect(&m_thread, &QThread::started, reader, [reader, interval_ms] { reader->begin(interval_ms); });
    m_thread.start();
}

StoreWatch::~StoreWatch()
{
    m_thread.quit();
    m_thread.wait();
}

void StoreWatch::select(const QString& run_id)
{
    auto* reader = static_cast<StoreReader*>(m_reader);
    QMetaObject::invokeMethod(
        reader, [reader, id = run_id.toStdString()] { reader->select(id); }, Qt::QueuedConnection);
}

} // namespace sy
