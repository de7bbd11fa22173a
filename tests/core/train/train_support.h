// A tiny corpus, a tiny experiment, and a training process that can be killed.
#pragma once

#include "core/config/experiment.h"
#include "core/store/store.h"
#include "core/train/trainer.h"

#include <string>

#include <sys/types.h>

namespace sy::test {

/// A home of its own with the corpus "tiny" (three languages), for the life of the test process.
class TrainHome {
public:
    TrainHome();
    ~TrainHome();
    TrainHome(const TrainHome&) = delete;
    TrainHome& operator=(const TrainHome&) = delete;
    const fs::path& folder() const { return m_folder; }
    StorePaths store() const { return StorePaths::ofFile(m_folder / "store.sqlite"); }

private:
    fs::path m_folder;
};
/// Made at first use.
TrainHome& trainHome();

/// Imports the text of three toy languages under another name.
void importTinyCorpus(const std::string& name, uint64_t seed);

/// 24 steps, evaluation every 8, checkpoint every 6, windows of 5, drains every 3; 1 thread.
ExperimentConfig tinyConfig();

TrainOutcome trainTiny(const std::string& name, const ExperimentConfig& config);

/// A training process: `train` of a new run, or `resume` where the run exists.
class TrainProcess {
public:
    TrainProcess(const std::string& name, const ExperimentConfig& config, bool resume);
    ~TrainProcess();
    TrainProcess(const TrainProcess&) = delete;
    TrainProcess& operator=(const TrainProcess&) = delete;

    /// Waits until the process told of this step. False when it ended before.
    bool reach(int64_t step);
    void signal(int number) const;
    int wait(); ///< exit status, or 128 + signal

private:
    bool ended();
    int64_t toldStep() const;
    fs::path m_progress;
    pid_t m_pid = -1;
    int m_status = -1;
};

} // namespace sy::test
