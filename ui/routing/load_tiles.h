// The figures of one window as tiles; the pressed one is drawn over training.
#pragma once

#include "ui/routing/load_figures.h"

#include <QVector>
#include <QWidget>

class QButtonGroup;
class QToolButton;

namespace sy {

class LoadTiles : public QWidget {
    Q_OBJECT

public:
    explicit LoadTiles(QWidget* parent = nullptr);

    void setWindow(const WindowFigures* window); ///< null = nothing known
    LoadFigure figure() const;
    void setFigure(LoadFigure figure); ///< emits nothing

Q_SIGNALS:
    void figureChosen(sy::LoadFigure figure);

private:
    QVector<QToolButton*> m_tiles;
    QStringList m_names;
    QButtonGroup* m_group;
};

} // namespace sy
