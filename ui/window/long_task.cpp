#include "ui/window/long_task.h"

#include <QProgressDialog>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <memory>

namespace sy {

namespace {

struct Cancelled {};

struct State {
    std::atomic<double> share = 0;
    std::atomic<bool> cancelled = false;
    std::atomic<bool> ok = false;
    QString text; ///< written before the thread ends, read afterwards
};

/// A thread that its parent's end waits for.
class TaskThread : public QThread {
public:
    TaskThread(std::shared_ptr<State> state, std::function<QString(const TaskProgress&)> work, QObject* parent)
        : QThread(parent), m_state(std::move(state)), m_work(std::move(work))
    {
    }
    ~TaskThread() override
    {
        m_state->cancelled = true;
        wait();
    }

protected:
    void run() override
    {
        try {
            m_state->text = m_work([this](double share) {
                if (m_state->cancelled) throw Cancelled();
                m_state->share = share;
            });
            m_state->ok = true;
        } catch (const Cancelled&) {
            m_state->cancelled = true;
        } catch (const std::exception& error) {
            m_state->text = QString::fromUtf8(error.what());
        }
    }

private:
    std::shared_ptr<State> m_state;
    std::function<QString(const TaskProgress&)> m_work;
};

} // namespace

void runLongTask(QWidget& window, const QString& title, std::function<QString(const TaskProgress&)> work,
                 std::function<void(const QString&)> finished, std::function<void(const QString&)> failed)
{
    auto state = std::make_shared<State>();
    auto* dialog = new QProgressDialog(title, QObject::tr("Cancel"), 0, 1000, &window);
    dialog->setObjectName("longTask");
    dialog->setMinimumDuration(400);
    dialog->setAutoClose(false);
    dialog->setAutoReset(false);
    dialog->setWindowModality(Qt::NonModal);
    auto* thread = new TaskThread(state, std::move(work), &window);
    auto* timer = new QTimer(dialog);
    QObject::connect(timer, &QTimer::timeout, dialog,
                     [state, dialog] { dialog->setValue(static_cast<int>(1000 * state->share)); });
    timer->start(100);
    QObject::connect(dialog, &QProgressDialog::canceled, dialog, [state, dialog] {
        state->cancelled = true;
        dialog->setLabelText(QObject::tr("Cancelling …"));
    });
    QObject::connect(thread, &QThread::finished, &window, [=] {
        dialog->deleteLater();
        thread->deleteLater();
        if (state->ok)
            finished(state->text);
        else if (!state->cancelled)
            failed(state->text);
    });
    thread->start();
}

} // namespace sy
