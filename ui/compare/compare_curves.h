// One series of the compared runs as curves, kept up to date.
#pragma once

#include "ui/compare/compared_run.h"
#include "ui/models/page_context.h"
#include "ui/plots/curve_chart.h"

#include <QHash>
#include <QObject>

namespace sy {

class CompareCurves : public QObject {
    Q_OBJECT

public:
    CompareCurves(const PageContext& context, CurveChart* chart, QObject* parent);

    void setSeries(const QString& series);
    /// Reads what is new of these runs; cheap where nothing is.
    void show(const std::vector<ComparedRun>& runs);
    const QString& series() const { return m_series; }

private:
    struct State {
        int64_t revision = -1, rewinds = 0, last_step = 0;
        bool reading = false;
        std::shared_ptr<RunClock> clock;
    };
    struct Read {
        Curve rows;
        std::vector<ClockTick> ticks;
    };
    void refresh(const QString& id);
    void take(const QString& id, bool anew, const Read& read);

    PageContext m_context;
    CurveChart* m_chart;
    QString m_series;
    int m_generation = 0; ///< of the series: what was asked for an earlier one is dropped
    QHash<QString, State> m_states;
};

} // namespace sy
