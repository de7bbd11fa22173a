// Reads and writes of the store off the GUI thread. Results come back on the receiver's thread, in order; they are
// dropped when the receiver is gone.
#pragma once

#include "core/store/store.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <functional>
#include <memory>
#include <utility>

namespace sy {

class StoreAccess : public QObject {
    Q_OBJECT

public:
    using Failed = std::function<void(const QString& problem)>;

    explicit StoreAccess(StorePaths paths, QObject* parent = nullptr);
    ~StoreAccess() override; ///< waits for the job that is under way

    const StorePaths& paths() const { return m_paths; }

    /// `job` runs on the reading thread with a connection of its own; `done` gets its result on the GUI thread.
    /// A store that does not exist yet is a failure.
    template <class Job, class Done> void read(QObject* receiver, Job job, Done done, Failed failed = {})
    {
        using Result = std::invoke_result_t<Job, const Store&>;
        auto result = std::make_shared<std::optional<Result>>();
        post(
            receiver, false, [job = std::move(job), result](Store& store) { result->emplace(job(store)); },
            [done = std::move(done), result]() mutable { done(std::move(**result)); }, std::move(failed));
    }

    /// The same for writes, on the same thread: reads asked for later see them. Creates the store where it is missing.
    void write(QObject* receiver, std::function<void(Store&)> job, std::function<void()> done = {}, Failed failed = {});

    /// Jobs that were asked for and are not answered yet.
    int waiting() const { return m_waiting; }

Q_SIGNALS:
    /// A write was refused and nobody asked to hear of it: the window shows it.
    void writeFailed(const QString& problem);

private:
    void post(QObject* receiver, bool create, std::function<void(Store&)> job, std::function<void()> done,
              Failed failed);

    StorePaths m_paths;
    int m_waiting = 0;
    struct Worker;
    std::unique_ptr<Worker> m_worker;
};

} // namespace sy
