// Which columns the run list has: fixed ones, any recorded series, any setting.
#pragma once

#include "ui/runs/run_columns.h"

#include <QDialog>

class QComboBox;
class QListWidget;
class QPushButton;

namespace sy {

class ColumnsDialog : public QDialog {
    Q_OBJECT

public:
    ColumnsDialog(const QVector<RunColumn>& columns, const QStringList& settings, QWidget* parent = nullptr);

    void setSeries(const QStringList& series); ///< may come later: they are read from the store
    QVector<RunColumn> columns() const;        ///< the ticked ones, in the shown order; the name first

private:
    /// Reordering by keys: the current column moves by `step` places.
    void addMove(const char* name, const QString& text, const QKeySequence& keys, int step);
    QWidget* metricRow();
    QWidget* settingRow(const QStringList& settings);
    void fill(const QVector<RunColumn>& ticked);
    void add(const RunColumn& column, bool ticked);

    QListWidget* m_list;
    QComboBox* m_series;
    QComboBox* m_which;
    QComboBox* m_setting;
    QPushButton* m_add_metric;
};

} // namespace sy
