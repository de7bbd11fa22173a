// Know before launching: parameters, FLOPs, memory against each device, drops, time, the dense twin.
#pragma once

#include "ui/setup/cost_report.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace sy {

class FigureGrid;
class MemoryPanel;

class CostPanel : public QWidget {
    Q_OBJECT

public:
    explicit CostPanel(QWidget* parent = nullptr);

    void setReport(const CostReport& report);
    /// While the measurement of this machine runs its button is off and says so; `problem` tells why the last failed.
    void setMeasuring(bool measuring, const QString& problem = {});

Q_SIGNALS:
    void measureRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void addTitle(const QString& title);
    FigureGrid* addFigures(const QString& title);
    void buildFigures();
    void showModel();
    void showExperts();
    void showTime();
    void showTwin();

    QVBoxLayout* m_column;
    FigureGrid* m_model;
    FigureGrid* m_compute;
    MemoryPanel* m_memory;
    FigureGrid* m_experts;
    FigureGrid* m_time;
    QLabel* m_measure_note;
    QPushButton* m_measure;
    QLabel* m_twin;
    CostReport m_report;
    QString m_measure_problem;
    bool m_measuring = false;
};

} // namespace sy
