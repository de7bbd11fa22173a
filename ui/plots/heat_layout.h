// Where the parts of a heat map lie, in logical pixels.
#pragma once

#include "ui/plots/heat_map.h"

#include <QFont>
#include <QRectF>

namespace sy {

QString sideTitle(const HeatSideColumn& column); ///< with its unit

struct HeatLayout {
    /// @param axis  places of the columns on a numeric axis, rising; empty = columns have names
    HeatLayout(const HeatMatrix& matrix, const std::vector<double>& axis, const QFont& font, const QSizeF& size,
               double top);

    int rowAt(double y) const; ///< -1 outside the cells
    int columnAt(double x) const;
    QRectF cell(int row, int column) const; ///< whole pixels, at least one
    QRectF rowBand(int row) const;          ///< the row's name and cells
    QRectF columnBand(int column) const;
    double left(int column) const { return column_edges[static_cast<size_t>(column)]; }
    double top(int row) const { return row_edges[static_cast<size_t>(row)]; }

    bool on_axis = false;
    QFont font, name_font; ///< of titles and scale; of rows, as small as the rows ask for
    QRectF cells, row_title, groups, row_names, column_title, column_names;
    std::vector<QRectF> side; ///< of each side column, beside the cells
    QRectF read_out, bar_title, bar, bar_labels;
    std::vector<double> row_edges, column_edges; ///< [rows + 1], [columns + 1]; not rounded
    std::vector<double> axis_edges;              ///< [columns + 1], on the axis: column i ends at its place
    int row_stride = 1, column_stride = 1;       ///< every n-th has its name
    bool turned = false;                         ///< column names stand on end

private:
    void placeColumns(const HeatMatrix& matrix, const std::vector<double>& axis);
    void placeSide(const HeatMatrix& matrix, double left);
    void placeRows(const HeatMatrix& matrix);
    void placeScale(const HeatMatrix& matrix, const QSizeF& size, double height);
};

} // namespace sy
