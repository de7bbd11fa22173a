// Bars of named categories: sampling weights of languages, loads of experts.
#pragma once

#include <QColor>
#include <QStringList>
#include <QVector>
#include <QWidget>

#include <memory>
#include <vector>

class QCustomPlot;

namespace sy {

/// One value a category; NaN = no bar. Names are plain text.
struct BarSeries {
    QString name;
    QColor colour;
    std::vector<double> values;
};

/// Bars of one category stand side by side. Category names turn or thin out where there is no room; the bar under the
/// mouse tells its category and values.
class BarChart : public QWidget {
    Q_OBJECT

public:
    explicit BarChart(QWidget* parent = nullptr);
    ~BarChart() override;

    void setCategoryAxis(const QString& label);
    void setValueAxis(const QString& label, const QString& unit);
    void setEmptyText(const QString& text); ///< drawn while there is no category
    /// Replaces everything. Values beyond a series' end count as NaN.
    void setBars(const QStringList& categories, const QVector<BarSeries>& series);
    /// "de: in the corpus 12.1 %, sampled 9.7 %"; empty outside the categories.
    QString categoryText(int category) const;
    QCustomPlot* plot() const;

    QByteArray toPng(const QSize& size, double scale = 2) const;
    QByteArray toSvg(const QSize& size) const;
    QByteArray toCsv() const; ///< category, then one column a series

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sy
