// Stores in temporary folders and rows made by hand.
#pragma once

#include "core/store/run_writer.h"
#include "tests/support/page_bench.h"
#include "ui/runs/run_row.h"

namespace sy::test {

inline RunSummary summary(const std::string& name, RunStatus status = RunStatus::Finished, int64_t step = 100)
{
    RunSummary run;
    run.id = "ID" + name;
    run.name = name;
    run.status = status;
    run.step = step;
    run.steps = 400;
    return run;
}

/// A picture with settings: {"model.num_experts": n} by run.
struct PictureMaker {
    std::shared_ptr<StorePicture> picture = std::make_shared<StorePicture>();
    std::shared_ptr<std::map<std::string, std::shared_ptr<const RunSettings>>> settings =
        std::make_shared<std::map<std::string, std::shared_ptr<const RunSettings>>>();

    PictureMaker& add(const RunSummary& run, const RunSettings& values = {})
    {
        picture->runs.push_back(run);
        (*settings)[run.id] = std::make_shared<const RunSettings>(values);
        return *this;
    }
    PictureMaker& add(const QueueEntry& entry)
    {
        picture->queue.push_back(entry);
        return *this;
    }
    StorePicturePtr done()
    {
        picture->settings = settings;
        return picture;
    }
};

inline NewRun newRun(const std::string& name, int64_t experts = 2)
{
    NewRun run;
    run.name = name;
    run.config = {{"model", {{"num_experts", experts}, {"d_model", 16}}}, {"device", "cpu"}};
    run.preset = "demo";
    run.steps = 100;
    run.num_experts = experts;
    run.environment = {{"device", "cpu"}, {"threads", 2}};
    return run;
}

struct Bench : PageBench {
    /// An ended run with a loss at step 10; its id.
    QString addRun(const std::string& name, double loss = 4, int64_t experts = 2)
    {
        auto writer = RunWriter::create(paths, newRun(name, experts));
        writer.points({{"valid/cross_entropy", 10, loss}, {"train/cross_entropy", 10, loss + 0.5}});
        writer.setStep(10);
        writer.setStatus(RunStatus::Running);
        writer.flush();
        writer.setStatus(RunStatus::Finished);
        return QString::fromStdString(writer.id());
    }
};

} // namespace sy::test
