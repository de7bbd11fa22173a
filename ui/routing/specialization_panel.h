// Do experts specialise by language: in words, over training, and for all layers at once.
#pragma once

#include "ui/models/page_context.h"
#include "ui/routing/specialization_view.h"

#include <QSet>
#include <QWidget>

class QComboBox;
class QLabel;

namespace sy {

class CurveChart;
class HeatMap;
class SpecializationLoader;

class SpecializationPanel : public QWidget {
    Q_OBJECT

public:
    explicit SpecializationPanel(const PageContext& context, QWidget* parent = nullptr);

    void setActive(bool active); ///< a hidden page reads nothing

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeWords();
    QWidget* makeBar();
    QWidget* parallelButton();
    QWidget* makePictures();
    QComboBox* combo(const char* name, const QStringList& texts, int preset, const QString& tip);
    void showAll();
    void showWords();
    void showCurves();
    void showBand();
    void showOverview();
    void showMarks(); ///< the step and layer that are looked at
    bool isWanted(int layer) const;
    SpecializationOf figure() const;
    InformationScale scale() const;
    QString emptyText() const;

    PageContext m_context;
    SpecializationLoader* m_loader;
    QLabel *m_head, *m_verdict, *m_token;
    QComboBox *m_figure, *m_scale, *m_layers;
    CurveChart* m_chart;
    HeatMap* m_overview;
    QSet<QString> m_curves;
    bool m_active = false, m_stale = true;
};

} // namespace sy
