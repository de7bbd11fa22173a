// An experiment's memory by part, and as a bar against each device's free memory.
#pragma once

#include "ui/setup/cost_report.h"

#include <QVector>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace sy {

class ElidedLabel;
class FigureGrid;
class MemoryBar;

class MemoryPanel : public QWidget {
    Q_OBJECT

public:
    explicit MemoryPanel(QWidget* parent = nullptr);
    void setReport(const CostReport& report);

private:
    struct Row {
        ElidedLabel* name;
        MemoryBar* bar;
        QLabel* verdict;
    };
    Row addRow();
    void showDevice(const Row& row, const DeviceFit& fit, const CostPlan& plan);

    FigureGrid* m_figures;
    QVBoxLayout* m_devices;
    QVector<Row> m_rows;
    QLabel* m_note;
};

} // namespace sy
