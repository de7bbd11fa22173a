// What an experiment needs of one device's memory, by part, against what is free there.
#pragma once

#include <QColor>
#include <QString>
#include <QVector>
#include <QWidget>

namespace sy {

struct MemoryPart {
    QString name;
    double bytes = 0;
    QColor colour;
};

/// A stacked bar whose full width is the larger of the need and the free memory; a line marks what is free.
class MemoryBar : public QWidget {
public:
    explicit MemoryBar(QWidget* parent = nullptr);
    void setParts(const QVector<MemoryPart>& parts, double free_bytes);
    double needed() const;
    double freeBytes() const { return m_free; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {40, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVector<MemoryPart> m_parts;
    double m_free = 0;
};

} // namespace sy
