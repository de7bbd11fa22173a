#include "ui/setup/figure_grid.h"

#include "ui/setup/labels.h"

#include <QGridLayout>
#include <QLabel>

namespace sy {

FigureGrid::FigureGrid(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(6);
    m_grid->setVerticalSpacing(1);
    m_grid->setColumnStretch(1, 1);
}

void FigureGrid::add(const QString& key, const QString& label, const QString& help, const QColor& swatch)
{
    const int row = m_grid->rowCount();
    auto* name = new QLabel(label, this);
    auto* value = new QLabel(this);
    value->setObjectName("cost_" + key);
    value->setTextFormat(Qt::PlainText);
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    for (auto* each : {name, value}) each->setToolTip(plainToolTip(help));
    if (swatch.isValid()) {
        auto* square = new QLabel(this);
        square->setFixedSize(fontMetrics().height() / 2, fontMetrics().height() / 2);
        QPalette own = square->palette();
        own.setColor(QPalette::Window, swatch);
        square->setPalette(own);
        square->setAutoFillBackground(true);
        m_grid->addWidget(square, row, 0);
        m_grid->addWidget(name, row, 1);
    } else {
        m_grid->addWidget(name, row, 0, 1, 2);
    }
    m_grid->addWidget(value, row, 2);
    m_values.insert(key, value);
}

void FigureGrid::set(const QString& key, const QString& text)
{
    m_values[key]->setText(text);
}

} // namespace sy
