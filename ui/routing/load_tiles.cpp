#include "ui/routing/load_tiles.h"

#include "ui/models/flow_layout.h"
#include "ui/plots/chart_theme.h"

#include <QButtonGroup>
#include <QToolButton>

#include <algorithm>

namespace sy {

LoadTiles::LoadTiles(QWidget* parent) : QWidget(parent), m_group(new QButtonGroup(this))
{
    setObjectName("loadTiles");
    auto* layout = new FlowLayout(this, 3);
    for (int i = 0; i < load_figure_count; ++i) {
        const LoadFigureInfo info = infoOf(static_cast<LoadFigure>(i));
        auto* tile = new QToolButton(this);
        tile->setObjectName(QStringLiteral("loadTile%1").arg(i));
        tile->setFont(smallFont(font()));
        tile->setCheckable(true);
        tile->setAutoRaise(true);
        tile->setToolTip(info.definition);
        tile->setFocusPolicy(Qt::StrongFocus);
        // As wide as any value, so that tiles stay where they are while the slider moves.
        const QFontMetrics metrics(tile->font());
        const QString widest =
            static_cast<LoadFigure>(i) == LoadFigure::Logits ? QStringLiteral("-88.8 … 88.8") : QStringLiteral("88.88");
        tile->setMinimumWidth(std::max(metrics.horizontalAdvance(info.name), metrics.horizontalAdvance(widest)));
        m_names << info.name;
        m_group->addButton(tile, i);
        layout->addWidget(tile);
        m_tiles << tile;
    }
    m_tiles.front()->setChecked(true);
    setWindow(nullptr);
    connect(m_group, &QButtonGroup::idClicked, this,
            [this](int id) { Q_EMIT figureChosen(static_cast<LoadFigure>(id)); });
}

void LoadTiles::setWindow(const WindowFigures* window)
{
    for (int i = 0; i < load_figure_count; ++i) {
        const auto one = static_cast<LoadFigure>(i);
        const QString value = window ? tileText(one, *window) : QStringLiteral("–");
        QToolButton* tile = m_tiles[i];
        tile->setText(value + QLatin1Char('\n') + m_names[i]);
        tile->setAccessibleName(m_names[i] + QStringLiteral(": ") + value);
    }
}

LoadFigure LoadTiles::figure() const
{
    return static_cast<LoadFigure>(std::max(0, m_group->checkedId()));
}

void LoadTiles::setFigure(LoadFigure figure)
{
    m_tiles[static_cast<int>(figure)]->setChecked(true);
}

} // namespace sy
