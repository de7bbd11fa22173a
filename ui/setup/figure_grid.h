// Named figures under each other: label left, value right.
#pragma once

#include <QColor>
#include <QHash>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace sy {

class FigureGrid : public QWidget {
public:
    explicit FigureGrid(QWidget* parent = nullptr);
    /// The value's objectName is "cost_<key>". @param swatch  a colour before the label; invalid = none.
    void add(const QString& key, const QString& label, const QString& help, const QColor& swatch = {});
    void set(const QString& key, const QString& text);
    QLabel* value(const QString& key) const { return m_values[key]; }

private:
    QGridLayout* m_grid;
    QHash<QString, QLabel*> m_values;
};

} // namespace sy
