// Brings the rows that charts need from the store, off the GUI thread, in slices, and only what is new.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/store_watch.h"
#include "ui/plots/run_clock.h"

#include <QHash>
#include <QObject>
#include <QStringList>
#include <QVector>

#include <memory>
#include <optional>

namespace sy {

/// The series of one run that charts need.
struct WantedRun {
    QString run;
    QStringList series;
};

/// Looks at RunSummary::revision of every picture; a run whose revision is another is read from where the last read
/// ended. A changed RunSummary::rewinds voids all that was read of the run: it comes anew. One read is under way at a
/// time, of at most some 100,000 rows of one run, so that neither the event loop nor other readers wait.
class CurveLoader : public QObject {
    Q_OBJECT

public:
    explicit CurveLoader(const PageContext& context, QObject* parent = nullptr);

    /// First come, first read. What is no longer wanted is forgotten: wanted again, it comes anew.
    void setWanted(const QVector<WantedRun>& wanted);
    /// A series that was read comes anew: another chart shows it now.
    void forget(const QString& run, const QString& series);
    /// A hidden page reads nothing.
    void setActive(bool active);

    bool isBusy() const { return m_busy; }
    QStringList seriesNames(const QString& run) const; ///< as far as read
    RunClockPtr clock(const QString& run) const;       ///< null before the first read; grows in place

Q_SIGNALS:
    /// `anew`: these are the first rows, whatever came before is void.
    void rowsReady(const QString& run, const QString& series, const sy::Curve& rows, bool anew);
    void clockChanged(const QString& run);
    void seriesNamesChanged(const QString& run);
    void busyChanged(bool busy);
    void failed(const QString& problem); ///< empty = reading works again

private:
    struct SeriesState {
        int64_t next_step = 0; ///< read from here on
        int64_t revision = -1; ///< of the run when it was read to its end
        bool begun = false;    ///< rows were handed on
    };
    struct RunState {
        int64_t rewinds = -1;
        std::shared_ptr<RunClock> clock;
        int64_t clock_revision = -1;
        QStringList names;
        QHash<QString, SeriesState> series;
        int64_t failed_revision = -1; ///< not tried again until it changes
    };
    struct Request;
    struct Reply;

    static Reply readRun(const Store& store, const Request& request);
    void readNext();
    std::optional<Request> nextRequest();
    std::optional<Request> requestOf(const WantedRun& wanted);
    void take(const Request& request, Reply& reply);
    void takeClock(const Request& request, const Reply& reply);
    void setBusy(bool busy);

    PageContext m_context;
    QVector<WantedRun> m_wanted;
    QHash<QString, RunState> m_runs;
    bool m_reading = false, m_busy = false, m_active = true, m_failing = false;
};

} // namespace sy
