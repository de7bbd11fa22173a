#include "core/store/store.h"

#include "core/store/file_system.h"
#include "core/store/schema.h"
#include "core/store/store_impl.h"

namespace sy {

namespace {

void prepareFolder(const fs::path& file)
{
    std::error_code code;
    fs::create_directories(file.parent_path(), code);
    if (code) throw StoreError("cannot create the folder " + file.parent_path().string() + ": " + code.message());
}

void requireLocalFile(const fs::path& file)
{
    if (fs::is_directory(file)) throw StoreError(file.string() + " is a folder, not a run store");
    const std::string network = networkFileSystemOf(fs::exists(file) ? file : file.parent_path());
    if (!network.empty())
        throw StoreError(file.string() + " is on a network file system (" + network +
                         "); a run store needs a local one, since its write-ahead log uses shared memory");
}

} // namespace

StorePaths StorePaths::inHome()
{
    return ofFile(homeDirectory() / "store.sqlite");
}

StorePaths StorePaths::ofFile(const fs::path& file)
{
    const fs::path absolute = fs::absolute(file);
    return {absolute, absolute.parent_path() / "checkpoints"};
}

Store::Store(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

Store Store::open(const StorePaths& paths)
{
    prepareFolder(paths.database);
    requireLocalFile(paths.database);
    return guardStore("open the run store", paths.database, [&] {
        auto database = openConnection(paths.database, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        storeVersion(database, paths.database); // refuses what is not ours before anything is written
        useWal(database);
        const Migration migration = migrateStore(database, paths.database);
        return Store(std::unique_ptr<Impl>(new Impl{paths, migration, std::move(database)}));
    });
}

Store Store::openExisting(const StorePaths& paths)
{
    if (!fs::exists(paths.database))
        throw StoreError("there is no run store at " + paths.database.string() + "; the first `train` creates it");
    return open(paths);
}

const StorePaths& Store::paths() const
{
    return m_impl->paths;
}

Migration Store::migration() const
{
    return m_impl->migration;
}

SQLite::Database& Store::database() const
{
    return m_impl->database;
}

} // namespace sy
