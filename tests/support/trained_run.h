// A small run that the real program trained, for windows' tests. Builds without the engine have none.
#pragma once

#include "core/base/files.h"
#include "core/store/store.h"
#include "tests/support/page_bench.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <nlohmann/json.hpp>

namespace sy::test {

/// Sets SWITCHYARD_HOME to a folder of its own.
class TrainedRun {
public:
    TrainedRun() { qputenv("SWITCHYARD_HOME", m_home.path().toUtf8()); }

    static bool hasEngine() { return !run({"serve"}).err.contains("has no engine"); }

    /// Two made-up languages, four experts, two sparse layers, 20 steps. What went wrong; empty where nothing did.
    QString train()
    {
        QDir(m_home.path()).mkdir("text");
        for (const auto& [code, letters] : {std::pair{"aa", "bdgklm"}, {"bb", "prstvz"}}) {
            QFile file(m_home.filePath(QString("text/%1.txt").arg(code)));
            if (!file.open(QIODevice::WriteOnly)) return file.errorString();
            for (int i = 0; i < 600; ++i) file.write(sentence(letters, unsigned(i)) + '\n');
        }
        const auto imported = run({"corpus", "import", m_home.filePath("text"), "--name", "toy"});
        if (imported.status != 0) return imported.err;
        QStringList arguments{"train", "demo", "--name", "tiny", "--quiet"};
        for (const char* setting :
             {"data.corpus=toy", "model.vocab_size=400", "model.d_model=32", "model.d_ff=64", "model.d_kv=8",
              "model.num_heads=4", "model.num_experts=4", "model.num_layers=2", "model.num_decoder_layers=2",
              "data.batch_size=8", "data.input_length=48", "data.target_length=16", "train.steps=20",
              "router.capacity_factor_eval=1", "train.eval_every=10", "train.eval_rows=4", "train.checkpoint_every=10",
              "train.threads=1"})
            arguments << "--set" << setting;
        const auto trained = run(arguments);
        return trained.status == 0 ? QString() : trained.err;
    }

    StorePaths paths() const { return StorePaths::ofFile(fs::path(m_home.path().toStdString()) / "store.sqlite"); }
    static QString text() { return sentence("bdgklm", 9001); }

    /// What the program answers in a process of its own.
    static nlohmann::json ask(QStringList arguments)
    {
        const auto done = run(arguments << "--json");
        return done.status == 0 ? nlohmann::json::parse(done.out.toStdString())
                                : nlohmann::json(done.err.toStdString());
    }

private:
    struct Done {
        int status = -1;
        QByteArray out;
        QString err;
    };
    static Done run(const QStringList& arguments)
    {
        QProcess process;
        process.start(SWITCHYARD_CLI, arguments);
        if (!process.waitForFinished(120000)) return {-1, {}, process.errorString()};
        return {process.exitCode(), process.readAllStandardOutput(), QString::fromUtf8(process.readAllStandardError())};
    }
    static QByteArray sentence(const char* letters, unsigned seed)
    {
        QByteArray text;
        for (int word = 0; word < 9; ++word) {
            if (word > 0) text += ' ';
            for (int syllable = 0; syllable < 2; ++syllable) {
                seed = seed * 1664525U + 1013904223U;
                text += letters[(seed >> 16) % 6];
                text += "aeiou"[(seed >> 24) % 5];
            }
        }
        return text + '.';
    }

    QTemporaryDir m_home;
};

/// What pages are given, over a trained run and its store, with the real program to serve it.
struct TrainedBench {
    TrainedRun run;
    QString problem = run.train(); ///< empty where it was trained
    PageBench page;                ///< its selection, focus and settings
    StoreAccess access{run.paths()};
    StoreWatch watch{run.paths(), 20};

    PageContext context(const QString& cli)
    {
        PageContext context = page.context();
        context.paths = run.paths();
        context.cli = cli;
        context.access = &access;
        context.watch = &watch;
        return context;
    }
};

} // namespace sy::test
