// What the machine did while the current run trained: the series system/..., live.
#pragma once

#include "ui/models/page_context.h"
#include "ui/plots/chart_link.h"
#include "ui/plots/run_clock.h"

#include "core/store/records.h"

#include <QHash>
#include <QMap>
#include <QWidget>

class QLabel;
class QScrollArea;
class QStackedLayout;

namespace sy {

class CurveChart;

/// One chart a quantity (processor, memory, disk; of GPUs: utilisation, memory, power, temperature), one curve a
/// series; quantities without a sample have no chart. x: time since the run started.
class SystemPage : public QWidget {
    Q_OBJECT

public:
    explicit SystemPage(const PageContext& context, QWidget* parent = nullptr);

    QList<CurveChart*> charts() const { return m_charts.values(); } ///< in the order shown

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using Samples = std::vector<std::pair<QString, std::vector<SystemSample>>>; ///< by series
    void sync();
    void readNew();
    void take(const Samples& news);
    void startOver(const RunSummary* run);
    CurveChart* chartFor(const QString& series);
    void layOut();
    void showEmpty(const QString& text); ///< empty = the charts

    PageContext m_context;
    ChartLink* m_link;
    QScrollArea* m_scroll;
    QLabel* m_empty;
    QStackedLayout* m_stack;
    QMap<QPair<int, QString>, CurveChart*> m_charts; ///< by place and title
    QHash<QString, int64_t> m_last_ms;               ///< of each series
    QString m_run;
    std::shared_ptr<RunClock> m_clock;
    int64_t m_rewinds = -1, m_revision = -1; ///< what was read
    bool m_reading = false;
};

} // namespace sy
