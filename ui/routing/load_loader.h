// Brings windows of the chosen layer and curves of the chosen figure, only what is new.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/routing_focus.h"
#include "ui/routing/load_figures.h"

#include <QObject>

#include <map>
#include <optional>

namespace sy {

/// Capacity as the run was configured; empty where there is none.
struct ConfiguredCapacity {
    std::optional<double> train, eval;
    bool dropless = false;
};

class LoadLoader : public QObject {
    Q_OBJECT

public:
    explicit LoadLoader(const PageContext& context, QObject* parent = nullptr);

    void setActive(bool active); ///< a hidden page reads nothing
    void setFigure(LoadFigure figure);

    const LayerLoad* layer() const; ///< the chosen one; null before it was read
    /// The chosen figure of all layers in its drawn unit; null before it was read.
    const std::vector<Curve>* curves() const;
    const ConfiguredCapacity& capacity() const { return m_capacity; }
    const QString& problem() const { return m_problem; }
    bool busy() const { return m_reading; }

Q_SIGNALS:
    void changed();

private:
    struct Layer {
        int64_t until = -1; ///< last step of the index when it was read
        LayerLoad load;
    };
    struct Figure {
        int64_t until = -1;
        std::vector<Curve> curves;
    };
    struct Request {
        QString run;
        qint64 rewinds = 0;
        int layer = -1;
        int64_t until = -1;
        std::optional<int64_t> from; ///< of the layer's windows
        std::optional<LoadFigure> figure;
        bool capacity = false;
    };
    struct Reply {
        std::vector<WindowFigures> windows;
        std::vector<Curve> curves;
        ConfiguredCapacity capacity;
    };
    static Reply read(const Store& store, const Request& request);
    static std::vector<Curve> curvesOf(const Store& store, const std::string& run, LoadFigure figure);

    void startOver();
    void sync();
    std::optional<Request> wanted() const;
    void readNow();
    void take(const Request& request, Reply& reply);
    void forgetLayers();

    PageContext m_context;
    bool m_active = false, m_reading = false, m_capacity_known = false;
    LoadFigure m_figure = LoadFigure::Share;
    std::map<int, Layer> m_layers;
    std::map<LoadFigure, Figure> m_figures;
    ConfiguredCapacity m_capacity;
    QString m_problem;
    int64_t m_failed_until = -1; ///< not tried again before there is more
};

} // namespace sy
