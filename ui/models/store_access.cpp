#include "ui/models/store_access.h"

#include <QThread>

#include <optional>

namespace sy {

/// Owns the connection; lives on the reading thread.
struct StoreAccess::Worker {
    QThread thread;
    QObject anchor; ///< jobs are posted to it
    std::optional<Store> store;
};

namespace {

QString problemOf(const std::exception& error)
{
    return QString::fromUtf8(error.what());
}

} // namespace

StoreAccess::StoreAccess(StorePaths paths, QObject* parent)
    : QObject(parent), m_paths(std::move(paths)), m_worker(std::make_unique<Worker>())
{
    m_worker->anchor.moveToThread(&m_worker->thread);
    m_worker->thread.setObjectName("store access");
    m_worker->thread.start();
}

StoreAccess::~StoreAccess()
{
    // Jobs that are posted already are dropped by the ending event loop; the one under way ends first.
    m_worker->thread.quit();
    m_worker->thread.wait();
}

void StoreAccess::write(QObject* receiver, std::function<void(Store&)> job, std::function<void()> done, Failed failed)
{
    if (!failed) failed = [this](const QString& problem) { Q_EMIT writeFailed(problem); };
    post(receiver, true, std::move(job), std::move(done), std::move(failed));
}

void StoreAccess::post(QObject* receiver, bool create, std::function<void(Store&)> job, std::function<void()> done,
                       Failed failed)
{
    ++m_waiting;
    auto answer = [this, target = QPointer<QObject>(receiver)](std::function<void()> what) {
        QMetaObject::invokeMethod(
            this,
            [this, target, what = std::move(what)] {
                --m_waiting;
                if (target && what) what();
            },
            Qt::QueuedConnection);
    };
    auto work = [this, create, answer, job = std::move(job), done = std::move(done), failed = std::move(failed)] {
        auto& store = m_worker->store;
        try {
            if (!store) store.emplace(create ? Store::open(m_paths) : Store::openExisting(m_paths));
            job(*store);
        } catch (const std::exception& error) {
            if (!fs::exists(m_paths.database)) store.reset();
            answer([failed, problem = problemOf(error)] {
                if (failed) failed(problem);
            });
            return;
        }
        answer(done);
    };
    QMetaObject::invokeMethod(&m_worker->anchor, std::move(work), Qt::QueuedConnection);
}

} // namespace sy
