#include "core/store/schema.h"

#include <array>

namespace sy {

namespace {

constexpr const char* base = R"sql(
CREATE TABLE run (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL
        CHECK (status IN ('queued', 'starting', 'running', 'paused', 'finished', 'stopped', 'failed')),
    step INTEGER NOT NULL DEFAULT 0,
    steps INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER NOT NULL DEFAULT 0,
    ended_ms INTEGER NOT NULL DEFAULT 0,
    heartbeat_ms INTEGER NOT NULL DEFAULT 0,
    deleted_ms INTEGER,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    failure TEXT NOT NULL DEFAULT '',
    preset TEXT NOT NULL,
    code_version TEXT NOT NULL,
    code_revision TEXT NOT NULL,
    corpus TEXT NOT NULL,
    corpus_hash TEXT NOT NULL,
    tokenizer_hash TEXT NOT NULL,
    seed INTEGER NOT NULL,
    vocab_size INTEGER NOT NULL,
    parameters_total INTEGER NOT NULL,
    parameters_active INTEGER NOT NULL,
    flops_per_token REAL,
    num_experts INTEGER NOT NULL,
    languages TEXT NOT NULL,
    sparse_layers TEXT NOT NULL,
    environment TEXT NOT NULL,
    parent TEXT NOT NULL DEFAULT '',
    parent_kind TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE config (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    path TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE point (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    series INTEGER NOT NULL REFERENCES series (key),
    step INTEGER NOT NULL,
    value REAL,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3 AND (kind = 0) = (value IS NOT NULL)),
    PRIMARY KEY (run, series, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE system_sample (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    series INTEGER NOT NULL REFERENCES series (key),
    time_ms INTEGER NOT NULL,
    step INTEGER NOT NULL,
    value REAL,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3 AND (kind = 0) = (value IS NOT NULL)),
    PRIMARY KEY (run, series, time_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE clock (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    flops REAL,
    wall_ms INTEGER NOT NULL,
    process_s REAL,
    PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE routing_window (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    layer INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    languages INTEGER NOT NULL,
    experts INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    padding INTEGER NOT NULL,
    load TEXT NOT NULL,
    kept TEXT NOT NULL,
    language_load TEXT NOT NULL,
    language_kept TEXT NOT NULL,
    drop_rate REAL,
    max_violation REAL,
    load_cv REAL,
    dead_experts INTEGER NOT NULL,
    load_entropy REAL,
    mean_entropy REAL,
    mean_confidence REAL,
    mutual_information REAL,
    normalized_mutual_information REAL,
    z_mean REAL,
    lse_max REAL,
    PRIMARY KEY (run, layer, last_step)
) STRICT, WITHOUT ROWID;

CREATE TABLE routing_blob (
    run INTEGER NOT NULL,
    layer INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    entropy_sum REAL,
    confidence_sum REAL,
    z_sum REAL,
    top_tokens TEXT NOT NULL,
    encoding TEXT NOT NULL CHECK (encoding IN ('raw', 'zstd')),
    data BLOB NOT NULL,
    PRIMARY KEY (run, layer, last_step),
    FOREIGN KEY (run, layer, last_step) REFERENCES routing_window (run, layer, last_step) ON DELETE CASCADE
) STRICT;

CREATE TABLE route_sample (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    decoder INTEGER NOT NULL CHECK (decoder IN (0, 1)),
    tokens INTEGER NOT NULL,
    layers TEXT NOT NULL,
    encoding TEXT NOT NULL CHECK (encoding IN ('raw', 'zstd')),
    data BLOB NOT NULL,
    PRIMARY KEY (run, step, decoder)
) STRICT;

CREATE TABLE evaluation (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    corpus TEXT NOT NULL,
    split TEXT NOT NULL,
    cross_entropy REAL,
    tokens INTEGER NOT NULL,
    drop_rate REAL,
    UNIQUE (run, step, corpus, split)
) STRICT;

CREATE TABLE evaluation_language (
    evaluation INTEGER NOT NULL REFERENCES evaluation (key) ON DELETE CASCADE,
    language TEXT NOT NULL,
    cross_entropy REAL,
    tokens INTEGER NOT NULL,
    PRIMARY KEY (evaluation, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluation_counts (
    evaluation INTEGER PRIMARY KEY REFERENCES evaluation (key) ON DELETE CASCADE,
    layers TEXT NOT NULL,
    sequences INTEGER NOT NULL,
    experts INTEGER NOT NULL,
    encoding TEXT NOT NULL CHECK (encoding IN ('raw', 'zstd')),
    data BLOB NOT NULL
) STRICT;

CREATE TABLE probe (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    target TEXT NOT NULL,
    prediction TEXT NOT NULL,
    UNIQUE (run, step, language, text, target)
) STRICT;

CREATE TABLE probe_token (
    probe INTEGER NOT NULL REFERENCES probe (key) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    decoder INTEGER NOT NULL CHECK (decoder IN (0, 1)),
    id INTEGER NOT NULL,
    piece TEXT NOT NULL,
    PRIMARY KEY (probe, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE probe_route (
    probe INTEGER NOT NULL REFERENCES probe (key) ON DELETE CASCADE,
    layer INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    top_k INTEGER NOT NULL,
    expert TEXT NOT NULL,
    dropped TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (probe, layer)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_run ON event (run);

CREATE TABLE log_line (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    time_ms INTEGER NOT NULL,
    level TEXT NOT NULL,
    area TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX log_line_by_run ON log_line (run);

CREATE TABLE checkpoint (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    folder TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    hash TEXT NOT NULL,
    best INTEGER NOT NULL CHECK (best IN (0, 1)),
    valid_cross_entropy REAL,
    removed INTEGER NOT NULL CHECK (removed IN (0, 1)),
    PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (run, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    run INTEGER PRIMARY KEY REFERENCES run (key) ON DELETE CASCADE,
    text TEXT NOT NULL,
    time_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE study (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    definition TEXT NOT NULL
) STRICT;

CREATE TABLE study_run (
    study INTEGER NOT NULL REFERENCES study (key) ON DELETE CASCADE,
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    PRIMARY KEY (study, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE command (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    verb TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    answer TEXT NOT NULL DEFAULT 'null',
    sent_ms INTEGER NOT NULL,
    answered_ms INTEGER
) STRICT;

CREATE VIEW curve AS
    SELECT run.name AS run, series.name AS series, point.step, point.value,
           CASE point.kind WHEN 0 THEN 'finite' WHEN 1 THEN 'nan' WHEN 2 THEN '+inf' ELSE '-inf' END AS kind
    FROM point JOIN run ON run.key = point.run JOIN series ON series.key = point.series;
)sql";

constexpr const char* machines = R"sql(
CREATE TABLE machine (
    host TEXT NOT NULL,
    device TEXT NOT NULL,
    name TEXT NOT NULL,
    memory_bytes INTEGER NOT NULL,
    matrix_peak TEXT NOT NULL,
    copy_bandwidth REAL,
    measured_ms INTEGER NOT NULL,
    PRIMARY KEY (host, device)
) STRICT, WITHOUT ROWID;

CREATE INDEX command_waiting ON command (run) WHERE state = 'waiting';
CREATE INDEX study_run_by_run ON study_run (run);
)sql";

constexpr const char* workbench = R"sql(
ALTER TABLE run ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN rewinds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1));
ALTER TABLE run ADD COLUMN origin TEXT NOT NULL DEFAULT '';

CREATE TABLE series_summary (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    series INTEGER NOT NULL REFERENCES series (key),
    points INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    last_value REAL,
    last_kind INTEGER NOT NULL CHECK (last_kind BETWEEN 0 AND 3 AND (last_kind = 0) = (last_value IS NOT NULL)),
    minimum REAL,
    min_step INTEGER NOT NULL,
    maximum REAL,
    max_step INTEGER NOT NULL,
    not_finite INTEGER NOT NULL,
    PRIMARY KEY (run, series)
) STRICT, WITHOUT ROWID;

INSERT INTO series_summary
SELECT run, series, points, first_step, last_step,
       (SELECT value FROM point AS p WHERE p.run = g.run AND p.series = g.series AND p.step = g.last_step),
       (SELECT kind FROM point AS p WHERE p.run = g.run AND p.series = g.series AND p.step = g.last_step),
       minimum,
       coalesce((SELECT min(step) FROM point AS p WHERE p.run = g.run AND p.series = g.series AND p.value = minimum), 0),
       maximum,
       coalesce((SELECT min(step) FROM point AS p WHERE p.run = g.run AND p.series = g.series AND p.value = maximum), 0),
       not_finite
FROM (SELECT run, series, count(*) AS points, min(step) AS first_step, max(step) AS last_step, min(value) AS minimum,
             max(value) AS maximum, sum(kind <> 0) AS not_finite FROM point GROUP BY run, series) AS g;

INSERT INTO series_summary
SELECT g.run, g.series, points, first_step, l.step, l.value, l.kind, minimum,
       coalesce((SELECT min(step) FROM system_sample AS p
                 WHERE p.run = g.run AND p.series = g.series AND p.value = minimum), 0),
       maximum,
       coalesce((SELECT min(step) FROM system_sample AS p
                 WHERE p.run = g.run AND p.series = g.series AND p.value = maximum), 0),
       not_finite
FROM (SELECT run, series, count(*) AS points, min(step) AS first_step, max(time_ms) AS last_ms, min(value) AS minimum,
             max(value) AS maximum, sum(kind <> 0) AS not_finite FROM system_sample GROUP BY run, series) AS g
     JOIN system_sample AS l ON l.run = g.run AND l.series = g.series AND l.time_ms = last_ms;

CREATE TABLE queue (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    device TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'starting', 'running', 'done', 'failed', 'removed')),
    config TEXT NOT NULL,
    preset TEXT NOT NULL,
    name TEXT NOT NULL,
    tags TEXT NOT NULL,
    resume TEXT NOT NULL,
    run TEXT NOT NULL DEFAULT '',
    added_ms INTEGER NOT NULL,
    started_ms INTEGER NOT NULL DEFAULT 0,
    ended_ms INTEGER NOT NULL DEFAULT 0,
    host TEXT NOT NULL DEFAULT '',
    pid INTEGER NOT NULL DEFAULT 0,
    exit_status INTEGER,
    signal INTEGER,
    log_tail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX queue_open ON queue (device, key) WHERE state IN ('waiting', 'starting', 'running');
)sql";

constexpr const char* imports = R"sql(
CREATE TABLE import_state (
    run INTEGER PRIMARY KEY REFERENCES run (key) ON DELETE CASCADE,
    source TEXT NOT NULL,
    revision INTEGER NOT NULL,
    cursor TEXT NOT NULL,
    imported_ms INTEGER NOT NULL
) STRICT;
)sql";

constexpr const char* inspector = R"sql(
ALTER TABLE routing_window ADD COLUMN mean_probability_entropy REAL;
ALTER TABLE routing_window ADD COLUMN logit_min REAL;
ALTER TABLE routing_window ADD COLUMN logit_max REAL;
ALTER TABLE routing_window ADD COLUMN capacity_needed REAL;
CREATE INDEX routing_window_figures ON routing_window
    (run, layer, last_step, first_step, drop_rate, max_violation, load_cv, dead_experts, load_entropy, mean_entropy,
     mean_probability_entropy, mean_confidence, mutual_information, normalized_mutual_information, z_mean, lse_max,
     logit_min, logit_max, capacity_needed);

ALTER TABLE routing_blob ADD COLUMN format INTEGER NOT NULL DEFAULT 1;
ALTER TABLE route_sample ADD COLUMN format INTEGER NOT NULL DEFAULT 1;
ALTER TABLE evaluation_counts ADD COLUMN format INTEGER NOT NULL DEFAULT 1;

CREATE TABLE wide_probe_route (
    probe INTEGER NOT NULL REFERENCES probe (key) ON DELETE CASCADE,
    layer INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    top_k INTEGER NOT NULL,
    expert TEXT NOT NULL,
    dropped TEXT NOT NULL,
    data BLOB NOT NULL,
    format INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (probe, layer)
) STRICT;
INSERT INTO wide_probe_route SELECT probe, layer, tokens, top_k, expert, dropped, data, 1 FROM probe_route;
DROP TABLE probe_route;
ALTER TABLE wide_probe_route RENAME TO probe_route;

CREATE TABLE evaluation_specialization (
    evaluation INTEGER NOT NULL REFERENCES evaluation (key) ON DELETE CASCADE,
    layer INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('count', 'gate', 'token')),
    information REAL,
    null_mean REAL,
    null_low REAL,
    null_high REAL,
    p_value REAL,
    normalized REAL,
    adjusted REAL,
    bound REAL,
    expert_entropy REAL,
    language_entropy REAL,
    sequences INTEGER NOT NULL,
    languages INTEGER NOT NULL,
    permutations INTEGER NOT NULL,
    weight REAL,
    PRIMARY KEY (evaluation, layer, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE route_text (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    step INTEGER NOT NULL,
    decoder INTEGER NOT NULL CHECK (decoder IN (0, 1)),
    rows INTEGER NOT NULL,
    width INTEGER NOT NULL,
    pass_rows INTEGER NOT NULL,
    encoding TEXT NOT NULL CHECK (encoding IN ('raw', 'zstd')),
    data BLOB NOT NULL,
    PRIMARY KEY (run, hash)
) STRICT;

CREATE TABLE evaluation_text (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    corpus TEXT NOT NULL,
    split TEXT NOT NULL,
    encoder TEXT,
    decoder TEXT,
    predicted INTEGER NOT NULL,
    encoding TEXT NOT NULL CHECK (encoding IN ('raw', 'zstd')),
    data BLOB NOT NULL,
    UNIQUE (run, step, corpus, split),
    FOREIGN KEY (run, encoder) REFERENCES route_text (run, hash),
    FOREIGN KEY (run, decoder) REFERENCES route_text (run, hash)
) STRICT;

CREATE TABLE evaluation_route (
    text INTEGER NOT NULL REFERENCES evaluation_text (key) ON DELETE CASCADE,
    layer INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    choices INTEGER NOT NULL,
    expert_bytes INTEGER NOT NULL CHECK (expert_bytes IN (1, 2)),
    expert_encoding TEXT NOT NULL CHECK (expert_encoding IN ('raw', 'zstd')),
    experts BLOB NOT NULL,
    gate_encoding TEXT NOT NULL CHECK (gate_encoding IN ('raw', 'zstd')),
    gates BLOB NOT NULL,
    PRIMARY KEY (text, layer)
) STRICT;
)sql";

constexpr std::array steps = {base, machines, workbench, imports, inspector};

} // namespace

std::span<const char* const> schemaSteps()
{
    return steps;
}

int64_t currentStoreVersion()
{
    return static_cast<int64_t>(steps.size());
}

} // namespace sy
