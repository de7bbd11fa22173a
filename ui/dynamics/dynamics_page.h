#pragma once

#include "ui/dynamics/layer_dynamics.h"
#include "ui/models/page_context.h"

#include <QWidget>

#include <map>
#include <vector>

class QComboBox;
class QLabel;
class QStackedLayout;
class QTabWidget;

namespace sy {

class LayerCurves;
class PlasticityPanel;
class TransitionsPanel;

/// How routes change: saturation, plasticity, transitions between layers, temporal locality.
class DynamicsPage : public QWidget {
    Q_OBJECT

public:
    explicit DynamicsPage(const PageContext& context, QWidget* parent = nullptr);

    /// What saturation compares with.
    enum class Reference { LatestEvaluation, LatestCheckpoint, ShownStep };
    bool isReading() const { return m_reading || !m_pending.empty(); }

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// What the curves are of: all layers of it are read one after the other.
    struct CurvesWish {
        QString run;
        qint64 rewinds = 0;
        std::vector<int64_t> steps;
        int64_t reference = -1; ///< a step of `steps`; -1 = no routes: locality of the windows' samples instead
        bool operator==(const CurvesWish&) const = default;
    };
    /// What the transitions are of.
    struct FlowWish {
        QString run;
        qint64 rewinds = 0;
        int64_t step = -1; ///< a recorded one; -1 = none
        bool sample = false;
        bool decoder = false; ///< the stack: its layers share the picture
        bool operator==(const FlowWish&) const = default;
    };
    void makeSaturation();
    void makeActions();
    CurvesWish curvesWish() const;
    FlowWish flowWish() const;
    void forget();
    void sync();
    void readNext();
    bool startFlow();
    bool startLayer();
    void readSamples();
    void readLayer(int layer);
    void finished();
    void draw(const LayerDynamics& dynamics);
    void layOutTexts();
    void fillReference();
    QString nothingText() const;
    QString oneEvaluationText() const;
    void failed(const QString& problem);

    PageContext m_context;
    bool m_reading = false;
    CurvesWish m_curves_of;                                          ///< read, or being read layer by layer
    std::vector<int> m_pending;                                      ///< layers to be read yet, next last
    std::map<int, std::shared_ptr<const ExpertHistory>> m_histories; ///< of m_curves_of
    FlowWish m_flow_of;
    StepRoutesPtr m_routes; ///< of m_flow_of

    QStackedLayout* m_stack;
    QLabel *m_empty, *m_progress, *m_reference_text;
    QComboBox* m_reference;
    QTabWidget* m_tabs;
    LayerCurves *m_saturation, *m_locality;
    PlasticityPanel* m_plasticity;
    TransitionsPanel* m_transitions;
};

} // namespace sy
