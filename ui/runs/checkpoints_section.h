// The checkpoints of a run and the disk that they take.
#pragma once

#include "ui/runs/details_section.h"

class QLabel;
class QPushButton;

namespace sy {

class CellTable;

/// Steps of the checkpoints that go when only the best and the last are kept.
std::vector<int64_t> removableCheckpoints(const std::vector<CheckpointRecord>& checkpoints);

class CheckpointsSection : public DetailsSection {
    Q_OBJECT

public:
    CheckpointsSection(const PageContext& context, QWidget* parent);

protected:
    void clearRun() override;
    void load() override;
    void showSummary(const StorePicture& picture, const RunSummary& run) override;
    void showProblem(const QString& problem) override;

private:
    void showCheckpoints(std::vector<CheckpointRecord> checkpoints);
    void updateButtons();
    void removeSelected();
    void removeOthers();
    void remove(const std::vector<int64_t>& steps, const QString& question);
    std::vector<int64_t> selectedSteps() const;
    double bytesOf(const std::vector<int64_t>& steps) const;

    CellTable* m_table;
    QTreeView* m_view;
    QLabel* m_total;
    QLabel* m_problem;
    QPushButton* m_remove;
    QPushButton* m_keep;
    std::vector<CheckpointRecord> m_checkpoints; ///< those on the disk
};

} // namespace sy
