// How the router spreads tokens over experts: shares over training, figures of every window, all layers at once.
#pragma once

#include "ui/models/page_context.h"
#include "ui/routing/load_figures.h"

#include <QSet>
#include <QWidget>

#include <utility>

class QComboBox;
class QLabel;
class QSplitter;
class QStackedLayout;

namespace sy {

class CurveChart;
class HeatMap;
class LoadLoader;
class LoadTiles;

class LoadPage : public QWidget {
    Q_OBJECT

public:
    explicit LoadPage(const PageContext& context, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class MapKind { Share, Utilization, Dropped };
    struct Line { ///< of the chart
        QString id;
        QString name;
        QColor colour;
        Qt::PenStyle pattern = Qt::SolidLine;
        Curve rows;
    };

    QWidget* makeMap();
    QWidget* makeCurves();
    void connectChoices();
    void makeActions();
    void sync();
    void showAll();
    void showMap();
    void showCurves();
    void showReferences();
    void showLayers();
    void showChoice(); ///< step, expert, layer: what changes with the slider
    std::vector<Line> lines() const;
    std::vector<Line> linesOfExperts(const LayerLoad& load) const;
    std::vector<Line> linesOfLayer(const LayerLoad& load) const;
    std::vector<Line> linesOfAllLayers() const;
    void chooseStep(double near);
    bool keepsPicture(bool known) const; ///< the last one stays while its successor is read
    QString emptyText() const;

    PageContext m_context;
    LoadLoader* m_loader;
    QStackedLayout* m_stack;
    QLabel* m_empty;
    LoadTiles* m_tiles;
    QLabel* m_window;
    QComboBox* m_kind;
    QSplitter* m_splitter;
    HeatMap *m_map, *m_layers;
    CurveChart* m_chart;
    QSet<QString> m_drawn; ///< curves of the chart
    bool m_active = false;
    std::pair<QString, qint64> m_shown; ///< run and rewinds of what is drawn
};

} // namespace sy
