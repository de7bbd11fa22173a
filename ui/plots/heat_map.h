// A matrix in colour: rows and columns with names, a scale, a read-out, and a selection that other views share.
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

namespace sy {

enum class HeatScale {
    Sequential, ///< from 0 (or `lower`) to `upper`
    Lift        ///< logarithmic around 1: below blue, above orange
};

/// Equal, not a number for not a number: a matrix of which something is not known is still the same matrix.
bool sameNumbers(const std::vector<double>& a, const std::vector<double>& b);

/// A number per row beside the cells ("drop rate"), with a bar behind it from 0 to the largest.
struct HeatSideColumn {
    QString title, unit;
    std::vector<double> value; ///< [rows]; NaN = not known
    int decimals = 1;
    bool operator==(const HeatSideColumn& other) const;
};

struct HeatMatrix {
    int rows = 0, columns = 0;
    std::vector<double> value; ///< [rows, columns]; NaN = nothing known, drawn hatched
    QStringList row_names, column_names;
    QStringList row_groups; ///< per row; a change draws a divider ("Romance" | "Slavic"); may be empty
    QString row_title, column_title, value_title, unit; ///< "Language", "Expert", "P(expert | language)", ""
    HeatScale scale = HeatScale::Sequential;
    double lower = 0, upper = 0; ///< of the scale; equal = fitted to the values
    int decimals = 2;
    std::vector<HeatSideColumn> side; ///< right of the cells
    bool operator==(const HeatMatrix& other) const;
};

/// Draws up to some hundred rows and thousands of columns at the speed of the mouse: where cells are smaller than a
/// pixel, a pixel shows their mean. Values are written into cells that have room. Keyboard: arrows (Page Up and Down by
/// ten, Home and End to the ends of a row) move the cell cursor, Return selects, Escape clears, Ctrl + C copies the
/// value.
class HeatMap : public QWidget {
    Q_OBJECT

public:
    explicit HeatMap(QWidget* parent = nullptr);
    ~HeatMap() override;

    void setMatrix(HeatMatrix matrix); ///< selection and cursor stay where they are
    const HeatMatrix& matrix() const;
    void setTitle(const QString& title);     ///< of exports, and their file name
    void setDefinition(const QString& text); ///< formula and source: tooltip of the scale
    void setEmptyText(const QString& text);
    QString emptyText() const;
    /// Columns are places on an axis of numbers (steps of windows), rising, instead of names: drawn with ticks. What
    /// stands at a place was counted since the one before. Empty, or another number than columns: names.
    void setColumnAxis(std::vector<double> positions);

    /// Highlighted row and column; -1 = none. Setting them emits nothing.
    void setSelected(int row, int column);
    int selectedRow() const;
    int selectedColumn() const;
    /// Text of the read-out of a cell, beside the names and the value; empty = none.
    void setReadOut(std::function<QString(int row, int column)> text);

    /// The cell under the mouse, at the cursor, or selected, as read-out and "Copy value" tell it; empty = none.
    QString cellText(int row, int column) const;
    QRect cellRect(int row, int column) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    QByteArray toPng(const QSize& size, double scale = 2) const;
    QByteArray toSvg(const QSize& size) const;
    QByteArray toCsv() const; ///< row, column, value; raw numbers; side columns after the cells

Q_SIGNALS:
    void rowChosen(int row);       ///< its name was clicked
    void columnChosen(int column); ///< its name was clicked
    void cellChosen(int row, int column);
    void cellHovered(int row, int column); ///< -1, -1 = left
    void selectionCleared();               ///< Escape: nothing is selected any more

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sy
