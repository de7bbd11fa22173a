// Chooses who answers.
#pragma once

#include "ui/probe/probe_answers.h"

#include <QComboBox>

namespace sy {

class SourceBox : public QComboBox {
    Q_OBJECT

public:
    explicit SourceBox(QWidget* parent = nullptr);

    /// The chosen one stays where it is among them, by run and kind; else the first. Headings name other runs than
    /// `own_run`. Emits sourceChosen only for the user's choices.
    void setSources(const std::vector<ProbeSource>& sources, const QString& own_run);
    ProbeSource chosen() const;
    bool choose(const ProbeSource& source); ///< false where it is not offered

Q_SIGNALS:
    void sourceChosen();

private:
    std::vector<ProbeSource> m_sources; ///< by row
};

/// What a run can answer with, best first: recorded, live, checkpoints. `probe_steps`: of recorded probes.
std::vector<ProbeSource> sourcesOf(const QString& run, const QString& name, bool live,
                                   const std::vector<CheckpointRecord>& checkpoints,
                                   const std::vector<int64_t>& probe_steps);

} // namespace sy
