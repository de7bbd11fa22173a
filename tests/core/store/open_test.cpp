// Opening: created, upgraded, refused.
#include "core/store/file_system.h"
#include "core/store/schema.h"
#include "store_fixture.h"

namespace sy::test {

using OpenTest = StoreTest;

namespace {

std::string schemaOf(SQLite::Database& database)
{
    SQLite::Statement query(database, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name");
    std::string text;
    while (query.executeStep()) text += query.getColumn(0).getString() + "\n";
    return text;
}

SQLite::Database createFile(const fs::path& file)
{
    return {file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
}

} // namespace

TEST_F(OpenTest, CreatesThenFindsItUpToDate)
{
    EXPECT_EQ(Store::open(paths).migration(), Migration::Created);
    const Store store = Store::open(paths);
    EXPECT_EQ(store.migration(), Migration::UpToDate);
    EXPECT_EQ(store.database().execAndGet("PRAGMA journal_mode").getString(), "wal");
    EXPECT_EQ(store.database().execAndGet("PRAGMA foreign_keys").getInt(), 1);
    EXPECT_EQ(store.database().execAndGet("PRAGMA synchronous").getInt(), 1);
    EXPECT_EQ(store.database().execAndGet("PRAGMA application_id").getInt(), 0x53575944);
    EXPECT_EQ(store.database().execAndGet("PRAGMA user_version").getInt64(), currentStoreVersion());
    EXPECT_EQ(store.database().execAndGet("PRAGMA integrity_check").getString(), "ok");
}

TEST_F(OpenTest, EveryTableIsStrict)
{
    const Store store = Store::open(paths);
    SQLite::Statement query(store.database(),
                            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                            "AND NOT strict AND name NOT LIKE 'sqlite_%'");
    while (query.executeStep()) ADD_FAILURE() << query.getColumn(0).getString() << " is not STRICT";
}

TEST_F(OpenTest, EveryOlderVersionIsUpgradedWithItsRows)
{
    const std::string wanted = schemaOf(Store::open(StorePaths::ofFile(folder() / "new.sqlite")).database());
    for (int64_t version = 1; version < currentStoreVersion(); ++version) {
        const StorePaths old = StorePaths::ofFile(folder() / ("v" + std::to_string(version) + ".sqlite"));
        {
            auto database = createFile(old.database);
            EXPECT_EQ(migrateStore(database, old.database, version), Migration::Created);
            EXPECT_EQ(storeVersion(database, old.database), version);
            database.exec("INSERT INTO study (name, created_ms, definition) VALUES ('kept', 1, '{}')");
        }
        const Store store = Store::openExisting(old);
        EXPECT_EQ(store.migration(), Migration::Upgraded);
        EXPECT_EQ(store.database().execAndGet("SELECT name FROM study").getString(), "kept");
        EXPECT_EQ(schemaOf(store.database()), wanted) << "from version " << version;
    }
}

TEST_F(OpenTest, AVersionOneFileHasNoMachines)
{
    auto database = createFile(paths.database);
    migrateStore(database, paths.database, 1);
    EXPECT_FALSE(database.tableExists("machine"));
    migrateStore(database, paths.database);
    EXPECT_TRUE(database.tableExists("machine"));
}

TEST_F(OpenTest, RowsOfAVersionFourFileAreReadOn)
{
    {
        auto database = createFile(paths.database);
        migrateStore(database, paths.database, 4);
        database.exec(R"sql(
            INSERT INTO run (key, id, name, status, steps, created_ms, host, pid, preset, code_version, code_revision,
                             corpus, corpus_hash, tokenizer_hash, seed, vocab_size, parameters_total, parameters_active,
                             num_experts, languages, sparse_layers, environment)
            VALUES (1, 'A', 'old', 'finished', 10, 1, '', 1, '', '', '', '', '', '', 1, 1, 1, 1, 2, '["de"]',
                    '["encoder.1"]', '{}');
            INSERT INTO probe (key, run, step, text, language, target, prediction) VALUES (1, 1, 10, 't', 'de', '', '');
            INSERT INTO probe_token (probe, position, decoder, id, piece) VALUES (1, 0, 0, 5, 't');
            INSERT INTO probe_route (probe, layer, tokens, top_k, expert, dropped, data)
            VALUES (1, 0, 1, 1, '[1]', '[0]', x'0000403f0000003f010000000000403f');
            INSERT INTO routing_window (run, layer, last_step, first_step, languages, experts, tokens, padding, load,
                                        kept, language_load, language_kept, dead_experts)
            VALUES (1, 0, 10, 1, 1, 2, 3, 0, '[1,2]', '[1, 2]', '[3]', '[3]', 0);
            INSERT INTO routing_blob (run, layer, last_step, top_tokens, encoding, data)
            VALUES (1, 0, 10, '[]', 'raw', zeroblob(56));
        )sql");
    }
    const Store store = Store::openExisting(paths);
    const Probe probe = store.probes("old").at(0);
    EXPECT_EQ(probe.routes.at(0).probability, std::vector<float>{0.75F});
    EXPECT_EQ(probe.routes.at(0).entropy, std::vector<float>{0.5F});
    EXPECT_EQ(probe.routes.at(0).top_expert, std::vector<int32_t>{1});
    const WindowFigures figures = store.windowFigures("old", 0).at(0);
    EXPECT_EQ(figures.figures.kept, (std::vector<int64_t>{1, 2})); // written with a space
    EXPECT_TRUE(std::isnan(figures.capacity_needed));
    EXPECT_TRUE(std::isnan(figures.figures.mean_probability_entropy));
    EXPECT_EQ(store.windows("old", 0).at(0).load, (std::vector<int64_t>{0, 0}));
    EXPECT_EQ(store.windowCurves("old", WindowColumn::DeadExperts).at(0).value, std::vector<double>{0});
}

TEST_F(OpenTest, RefusesANewerVersionUnchanged)
{
    Store::open(paths).database().exec("PRAGMA user_version = 99");
    const std::string before = readFile(paths.database);
    const std::string error = storeErrorOf([&] { Store::open(paths); });
    EXPECT_TRUE(contains(error, "newer Switchyard"));
    EXPECT_TRUE(contains(error, "99"));
    EXPECT_EQ(readFile(paths.database), before);
}

TEST_F(OpenTest, RefusesAnotherProgramsFileUnchanged)
{
    createFile(paths.database).exec("CREATE TABLE bookmark (url TEXT)");
    const std::string before = readFile(paths.database);
    EXPECT_TRUE(contains(storeErrorOf([&] { Store::open(paths); }), "another program"));
    EXPECT_EQ(readFile(paths.database), before);

    const StorePaths marked = StorePaths::ofFile(folder() / "marked.sqlite");
    createFile(marked.database).exec("PRAGMA application_id = 42");
    EXPECT_TRUE(contains(storeErrorOf([&] { Store::open(marked); }), "application id 42"));
}

TEST_F(OpenTest, RefusesWhatIsNoDatabase)
{
    writeFileAtomically(paths.database, std::string(5000, 'x'));
    EXPECT_TRUE(contains(storeErrorOf([&] { Store::open(paths); }), "not an SQLite file"));
    EXPECT_EQ(readFile(paths.database), std::string(5000, 'x'));
    const StorePaths directory = StorePaths::ofFile(folder());
    EXPECT_TRUE(contains(storeErrorOf([&] { Store::open(directory); }), "is a folder"));
    const StorePaths missing = StorePaths::ofFile(folder() / "none.sqlite");
    EXPECT_TRUE(contains(storeErrorOf([&] { Store::openExisting(missing); }), "there is no run store"));
    EXPECT_FALSE(fs::exists(missing.database));
    const StorePaths under_file = StorePaths::ofFile(paths.database / "store.sqlite");
    EXPECT_TRUE(contains(storeErrorOf([&] { Store::open(under_file); }), "cannot create the folder"));
}

TEST_F(OpenTest, ADamagedFileIsRefused)
{
    {
        RunWriter writer = RunWriter::create(paths, newRun("one"));
        for (int64_t step = 10; step <= 500; step += 10) writeEverything(writer, step);
    }
    Store::open(paths).database().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    std::string bytes = readFile(paths.database);
    ASSERT_GT(bytes.size(), 200000U);
    std::fill(bytes.begin() + 4096, bytes.end(), '\x5a'); // all but the first page
    writeFileAtomically(paths.database, bytes);
    EXPECT_TRUE(contains(storeErrorOf([&] { Store::open(paths).runs(); }), "damaged"));
}

TEST_F(OpenTest, KnowsNetworkFileSystems)
{
    EXPECT_EQ(networkFileSystem(0x6969, ""), "NFS");
    EXPECT_EQ(networkFileSystem(0x517B, ""), "SMB");
    EXPECT_EQ(networkFileSystem(0xFE534D42, ""), "SMB2");
    EXPECT_EQ(networkFileSystem(0xFF534D42, ""), "CIFS");
    EXPECT_EQ(networkFileSystem(0x01021997, ""), "9p");
    EXPECT_EQ(networkFileSystem(0x65735546, "fuse.sshfs"), "sshfs");
    EXPECT_EQ(networkFileSystem(0x65735546, "fuseblk"), ""); // ntfs-3g on a local disk
    EXPECT_EQ(networkFileSystem(0x65735546, "fuse.fuse-overlayfs"), "");
    EXPECT_EQ(networkFileSystem(0xEF53, ""), "");               // ext4
    EXPECT_EQ(networkFileSystem(0x01021994, "fuse.sshfs"), ""); // tmpfs
    EXPECT_EQ(networkFileSystemOf("/proc"), "");
}

TEST_F(OpenTest, CheckpointsLieBesideTheFile)
{
    EXPECT_EQ(paths.checkpoints, folder() / "checkpoints");
    ::setenv("SWITCHYARD_HOME", folder().c_str(), 1);
    EXPECT_EQ(StorePaths::inHome().database, folder() / "store.sqlite");
    ::unsetenv("SWITCHYARD_HOME");
}

} // namespace sy::test
