// One chart of the page with its head: name, options, buttons.
#pragma once

#include "ui/charts/series_info.h"
#include "ui/plots/curve_chart.h"

#include <QFrame>

class QLabel;
class QToolButton;

namespace sy {

/// Which chart, and what was chosen for it alone; kept between starts.
struct ChartSpec {
    QString series; ///< or languageSeries()
    bool y_log = false;
    bool perplexity = false; ///< of cross entropies
    bool operator==(const ChartSpec&) const = default;
};
QByteArray toJson(const QVector<ChartSpec>& specs);
/// What is damaged or unknown is left out; empty where nothing can be read.
QVector<ChartSpec> chartSpecsFromJson(const QByteArray& json);
QVector<ChartSpec> defaultChartSpecs();

class ChartCell : public QFrame {
    Q_OBJECT

public:
    explicit ChartCell(const ChartSpec& spec, QWidget* parent = nullptr);

    const ChartSpec& spec() const { return m_spec; }
    CurveChart* chart() const { return m_chart; }
    bool shows(const QString& series) const; ///< one of its curves is of this series
    void setMaximised(bool maximised);
    void setYLog(bool log);
    static const char* mimeType(); ///< of a chart that is dragged; data: its series

Q_SIGNALS:
    void specChanged();
    void moveRequested(int by); ///< places, -1 = earlier
    void maximiseRequested();
    void removeRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeHead();
    QToolButton* button(const QString& glyph, const QString& name, const QString& tip);
    void showSpec();
    void elideTitle();

    ChartSpec m_spec;
    QLabel* m_title = nullptr;
    QToolButton *m_perplexity = nullptr, *m_maximise = nullptr;
    CurveChart* m_chart;
    QString m_title_text;
    QPoint m_pressed;
};

} // namespace sy
