// Know before launching: parameters, FLOPs, memory against each device, drops, time, the dense twin.
#pragma once

#include "ui/setup/cost_report.h"

#include <QHash>
#include <QWidget>

class QGridLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace sy {

class MemoryBar;

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
    struct DeviceRow {
        QLabel* name;
        MemoryBar* bar;
        QLabel* verdict;
    };

    QGridLayout* addSection(const QString& title);
    void addFigure(QGridLayout* grid, const QString& key, const QString& label, const QString& help);
    void set(const QString& key, const QString& text);
    void buildFigures(QVBoxLayout* column);
    void showMemory();
    void showTime();
    void showTwin();
    void showDrops();

    QVBoxLayout* m_column;
    QHash<QString, QLabel*> m_values, m_swatches;
    QWidget* m_devices;
    QVector<DeviceRow> m_device_rows;
    QLabel* m_device_note;
    QLabel* m_twin;
    QLabel* m_measure_note;
    QPushButton* m_measure;
    CostReport m_report;
    QString m_measure_problem;
    bool m_measuring = false;
};

} // namespace sy
