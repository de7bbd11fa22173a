// What all charts of the page share, and the bar that sets it.
#pragma once

#include "ui/plots/run_clock.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QSettings;
class QSlider;

namespace sy {

struct ChartOptions {
    XKind x = XKind::Step;
    bool x_log = false, y_log = false, outliers_hidden = false;
    bool current_always = true; ///< the current run too where it is not ticked
    double smoothing = 0;       ///< weight, 0 to 0.999
    bool operator==(const ChartOptions&) const = default;
};
ChartOptions loadChartOptions(const QSettings* settings); ///< null or damaged: the defaults
void saveChartOptions(QSettings* settings, const ChartOptions& options);

class ChartOptionsBar : public QWidget {
    Q_OBJECT

public:
    explicit ChartOptionsBar(const ChartOptions& options, QWidget* parent = nullptr);

    const ChartOptions& options() const { return m_options; }
    void setOptions(const ChartOptions& options); ///< tells optionsChanged where they differ

Q_SIGNALS:
    void optionsChanged(const sy::ChartOptions& options);

private:
    QCheckBox* check(const char* name, const QString& text, const QString& tip, bool ChartOptions::*option);
    void makeX(QLayout* row);
    void makeSmoothing(QLayout* row);
    void show(const ChartOptions& options);

    ChartOptions m_options;
    QComboBox* m_x;
    QSlider* m_smoothing;
    QLabel* m_weight;
    QList<std::pair<QCheckBox*, bool ChartOptions::*>> m_checks;
};

} // namespace sy
