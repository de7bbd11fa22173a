// What was drained from the device, written to the run store.
#pragma once

#include "core/config/experiment.h"
#include "core/model/parameters.h"
#include "core/store/run_writer.h"
#include "core/train/metrics_ring.h"
#include "core/train/routing_windows.h"
#include "core/train/trainer.h"

#include <optional>
#include <string>
#include <vector>

namespace sy {

class Recorder {
public:
    Recorder(RunWriter& writer, const ExperimentConfig& config, std::vector<ParameterSpec> specs);

    /// Points and clock ticks of every step; a skipped_step event for each step that was not finite.
    void steps(const std::vector<StepRecord>& records);
    void windows(const std::vector<ClosedWindow>& windows);
    void evaluation(const Evaluation& evaluation);

    /// Non-finite steps in a row up to the last record; set when a run is resumed.
    int64_t skippedInRow() const { return m_skipped_in_row; }
    /// Where the run stood when this process took it up.
    void resumeFrom(int64_t skipped_in_row, double train_seconds);
    /// Why the run must stop: max_skipped_steps in a row.
    const std::optional<std::string>& diagnosis() const { return m_diagnosis; }
    /// Means of the last group of records.
    const TrainProgress& progress() const { return m_progress; }

private:
    void countSkipped(const StepRecord& record);
    std::string whatWasNotFinite(const StepRecord& record) const;

    RunWriter& m_writer;
    const ExperimentConfig& m_config;
    std::vector<ParameterSpec> m_specs;
    int64_t m_skipped_in_row = 0;
    double m_train_seconds = 0; ///< at the end of the last group
    std::optional<std::string> m_diagnosis;
    TrainProgress m_progress;
};

} // namespace sy
