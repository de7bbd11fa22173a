// Specialization of a run's evaluations: as recorded, and for older runs computed from their counts.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/routing_focus.h"

#include <QHash>
#include <QObject>

#include <map>
#include <memory>

namespace sy {

/// Figures of one sparse layer from the evaluation's counts per sequence; given the token they cannot be told from
/// counts. Empty where the evaluation has no counts. @param place into evaluation.layers
std::optional<LayerSpecialization> specializationFromCounts(const Evaluation& evaluation, size_t place);

/// Follows RoutingFocus::index. Evaluations without recorded figures are computed in the reading job, newest first, a
/// layer a job, so that other reads need not wait; kept until the run's rows become void.
class SpecializationLoader : public QObject {
    Q_OBJECT

public:
    using Layers = std::vector<LayerSpecialization>;
    using History = std::map<int64_t, Layers>; ///< by step; empty layers = nothing to be told

    explicit SpecializationLoader(const PageContext& context, QObject* parent = nullptr);

    void setActive(bool active); ///< a hidden page reads nothing
    const History& history() const;
    /// The last evaluation at or before `step` that has figures, else the first that has; null where none has.
    const History::value_type* at(int64_t step) const;
    int waiting() const;            ///< evaluations that are still to be computed
    bool isKnown() const;           ///< the run was read
    bool anyComputed() const;       ///< some figures were computed here, not recorded
    const QString& problem() const; ///< of the last read; empty = none

Q_SIGNALS:
    void changed();

private:
    struct Run {
        qint64 rewinds = 0;
        std::vector<int64_t> seen; ///< evaluations when the recorded figures were read
        bool known = false, computed = false;
        History history;
        QString problem; ///< of the last read; empty = none
    };
    std::shared_ptr<Run> current();
    void sync();
    void readRecorded();
    void computeNext();
    void computeLayer(const std::shared_ptr<Run>& run, std::shared_ptr<const Evaluation> evaluation,
                      std::shared_ptr<Layers> layers);
    void finished();
    std::optional<int64_t> nextMissing() const;

    PageContext m_context;
    QHash<QString, std::shared_ptr<Run>> m_runs;
    std::shared_ptr<Run> m_run;
    bool m_active = false, m_reading = false;
};

} // namespace sy
