// Short jobs off the GUI thread that need no store.
#pragma once

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace sy {

/// Runs `job` (which must not throw) on the thread pool; `done` gets its result on the GUI thread, unless `receiver`
/// is gone by then.
template <class Job, class Done> void inBackground(QObject* receiver, Job job, Done done)
{
    QThreadPool::globalInstance()->start(
        [target = QPointer<QObject>(receiver), job = std::move(job), done = std::move(done)]() mutable {
            auto result = std::make_shared<std::invoke_result_t<Job>>(job());
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [target, result, done = std::move(done)]() mutable {
                    if (target) done(std::move(*result));
                },
                Qt::QueuedConnection);
        });
}

} // namespace sy
