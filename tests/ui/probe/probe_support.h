// What the probe's tests share: a page over a store, with a run that the fake served model knows.
#pragma once

#include "core/store/run_writer.h"
#include "tests/support/fake_served_model.h"
#include "tests/support/page_bench.h"
#include "ui/models/routing_index_reader.h"
#include "ui/probe/probe_page.h"
#include "ui/probe/probe_picture.h"
#include "ui/probe/source_box.h"

#include <QLabel>

namespace sy::test {

struct ProbeBench : PageBench {
    PageContext pageContext()
    {
        auto made = context();
        made.cli = QCoreApplication::applicationFilePath();
        return made;
    }

    /// Two sparse layers, four experts, checkpoints of steps 400 and 800 (the best one).
    RunWriter begin(const std::string& name, int64_t experts = fake_experts)
    {
        NewRun run;
        run.name = name;
        run.config = {{"model", {{"num_experts", experts}}}, {"device", "cpu"}};
        run.steps = 1000;
        run.languages = {"aa", "bb"};
        if (experts > 1) run.sparse_layers = {"encoder.1", "decoder.1"};
        run.num_experts = experts;
        auto writer = RunWriter::create(paths, run);
        writer.setStatus(RunStatus::Running);
        writer.setStep(800);
        for (const int64_t step : {400, 800}) {
            CheckpointRecord checkpoint;
            checkpoint.step = step;
            checkpoint.folder = writer.id() + "/step-" + std::to_string(step);
            checkpoint.best = step == 800;
            writer.checkpoint(checkpoint);
        }
        writer.flush();
        return writer;
    }

    void choose(const QString& run)
    {
        selection.setCurrentRun(run);
        QTRY_COMPARE(focus.index()->run, run);
    }

    static bool choose(const QWidget& page, const char* box, const QString& text)
    {
        auto* combo = page.findChild<SourceBox*>(QLatin1String(box));
        const int row = combo->findText(text);
        if (row < 0) return false;
        combo->setCurrentIndex(row);
        Q_EMIT combo->activated(row);
        return true;
    }
};

inline QString idOf(const RunWriter& writer)
{
    return QString::fromStdString(writer.id());
}

/// Experts of a layer as the picture holds them.
inline std::vector<int32_t> expertsOf(const std::optional<ProbeAnswer>& answer, const char* layer)
{
    const auto* route = answer ? answer->route(QLatin1String(layer)) : nullptr;
    return route ? route->expert : std::vector<int32_t>{};
}

} // namespace sy::test
