// What a bundle says of itself and its runs, as JSON in its first parts.
#pragma once

#include "core/store/bundle_format.h"
#include "core/store/bundle_tables.h"

#include <optional>

namespace sy {

struct BundleRun {
    std::string id, name;
    std::string origin;   ///< host that it was born on
    int64_t revision = 0; ///< of the run where it was born
    int64_t rewinds = 0;
    BundleCursor from; ///< rows up to here are left out; empty = it has all
    BundleCursor to;   ///< and goes up to here
};

struct BundleManifest {
    std::string source; ///< which store wrote it
    std::string host;
    int64_t written_ms = 0;
    bool checkpoints = false;
    std::vector<BundleRun> runs;

    const BundleRun* find(const std::string& id) const;
};

std::string manifestText(const BundleManifest& manifest);
/// @throws DataError where it is none.
BundleManifest manifestFromText(const std::string& text);
/// Of a file's first part.
BundleManifest readManifest(const fs::path& file);

nlohmann::json cursorJson(const BundleCursor& cursor);
BundleCursor cursorFromJson(const nlohmann::json& json);

/// Which store a file is: its host and place, hashed.
std::string storeSource(const StorePaths& paths);

/// Columns of the table run that travel; the rest is of the importing store.
inline constexpr const char* bundle_run_columns =
    "id, name, status, step, steps, created_ms, started_ms, ended_ms, heartbeat_ms, host, pid, failure, preset, "
    "code_version, code_revision, corpus, corpus_hash, tokenizer_hash, seed, vocab_size, parameters_total, "
    "parameters_active, flops_per_token, num_experts, languages, sparse_layers, environment, parent, parent_kind";
inline constexpr const char* bundle_checkpoint_columns =
    "step, folder, bytes, hash, best, valid_cross_entropy, removed";

} // namespace sy
