#pragma once

#include "ui/dynamics/layer_dynamics.h"

#include <QWidget>

#include <map>

namespace sy {

class HeatMap;
class LayerCurves;
class RoutingFocus;

/// Share of tokens whose expert changed: layers over training above, languages of the chosen layer below.
class PlasticityPanel : public QWidget {
    Q_OBJECT

public:
    explicit PlasticityPanel(RoutingFocus* focus, QWidget* parent = nullptr);

    void setLayer(const LayerDynamics& dynamics);
    void setEmptyText(const QString& text);
    void clear();

private:
    void fillLanguages();
    void showLanguage();

    RoutingFocus* m_focus;
    std::map<int, LayerDynamics> m_layers;
    LayerCurves* m_curves;
    HeatMap* m_languages;
};

} // namespace sy
