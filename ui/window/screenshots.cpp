#include "ui/window/screenshots.h"

#include "ui/models/store_access.h"
#include "ui/window/main_window.h"

#include <QDir>
#include <QPixmap>
#include <QTimer>

#include <memory>
#include <vector>

namespace sy {

namespace {

constexpr int settle_ms = 750; ///< for layouts and debounced panels

struct Shot {
    QString file;
    std::function<void()> show;
};

class Photographer : public QObject {
public:
    Photographer(MainWindow& window, QString folder, std::function<void(const QString&)> done)
        : QObject(&window), m_window(window), m_folder(std::move(folder)), m_done(std::move(done))
    {
        m_shots = {{"setup.png", [this] { m_window.showSetup(); }},
                   {"charts.png", [this] { m_window.showCharts(); }},
                   {"compare.png", [this] { m_window.showCompare(); }},
                   {"probe.png", [this] { m_window.showProbe(); }}};
        for (const QString view : {"languages", "load", "tokens", "dynamics", "causes"})
            m_shots.push_back(
                {QStringLiteral("routing-%1.png").arg(view), [this, view] { m_window.showRouting(view); }});
    }

    void next()
    {
        if (m_at == m_shots.size()) {
            m_done({});
            deleteLater();
            return;
        }
        m_shots[m_at].show();
        QTimer::singleShot(settle_ms, this, [this] { waitForReads(); });
    }

private:
    /// One read may lead to the next: all are answered when none is left some time after the last.
    void waitForReads()
    {
        const bool busy = m_window.context().access->waiting() + m_window.inspector().access->waiting() > 0;
        QTimer::singleShot(settle_ms, this, [this, busy] { busy ? waitForReads() : take(); });
    }

    void take()
    {
        const QString path = QDir(m_folder).filePath(m_shots[m_at++].file);
        if (!m_window.grab().save(path)) {
            m_done(tr("cannot write %1").arg(path));
            deleteLater();
            return;
        }
        next();
    }

    MainWindow& m_window;
    QString m_folder;
    std::function<void(const QString&)> m_done;
    std::vector<Shot> m_shots;
    size_t m_at = 0;
};

} // namespace

void takeScreenshots(MainWindow& window, const QString& folder, std::function<void(const QString&)> done)
{
    if (!QDir().mkpath(folder)) {
        done(QObject::tr("cannot make the folder %1").arg(folder));
        return;
    }
    auto* photographer = new Photographer(window, folder, std::move(done));
    QTimer::singleShot(settle_ms, photographer, [photographer] { photographer->next(); });
}

} // namespace sy
