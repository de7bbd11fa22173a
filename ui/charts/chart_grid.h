// Charts in as many columns as fit, scrolled; or one of them alone.
#pragma once

#include <QPointer>
#include <QScrollArea>
#include <QVector>

namespace sy {

class ChartCell;

class ChartGrid : public QScrollArea {
    Q_OBJECT

public:
    explicit ChartGrid(QWidget* parent = nullptr);

    const QVector<ChartCell*>& cells() const { return m_cells; }
    /// Takes the cell over. Behind the others.
    void add(ChartCell* cell);
    void remove(ChartCell* cell); ///< and deletes it
    void move(ChartCell* cell, int to);
    void maximise(ChartCell* cell); ///< null = all again
    ChartCell* maximised() const { return m_maximised; }
    int columnCount() const; ///< for the present width

Q_SIGNALS:
    void orderChanged();

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Cells {
        int columns, rows;
        QSize size; ///< of one chart
    };
    Cells cellsFor(QSize view) const;
    void layOut();
    int indexAt(const QPoint& position) const; ///< place of a chart that is dropped there

    QVector<ChartCell*> m_cells;
    QPointer<ChartCell> m_maximised;
};

} // namespace sy
