#include "core/store/schema.h"

#include "core/base/error.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace sy {

namespace {

int64_t number(SQLite::Database& database, const char* query)
{
    return database.execAndGet(query).getInt64();
}

int64_t versionInTransaction(SQLite::Database& database, const fs::path& file)
{
    const int64_t application = number(database, "PRAGMA application_id");
    const int64_t version = number(database, "PRAGMA user_version");
    const bool empty = number(database, "SELECT count(*) FROM sqlite_master") == 0;
    if (application == 0 && version == 0 && empty) return 0;
    if (application != store_application_id)
        throw StoreError(file.string() + " is an SQLite file of another program (application id " +
                         std::to_string(application) + "), not a run store");
    if (version > currentStoreVersion())
        throw StoreError(file.string() + " was written by a newer Switchyard: it has store version " +
                         std::to_string(version) + ", this program reads up to " +
                         std::to_string(currentStoreVersion()));
    return version;
}

void applyStep(SQLite::Database& database, int64_t version)
{
    database.exec(schemaSteps()[static_cast<size_t>(version)]);
    database.exec("PRAGMA application_id = " + std::to_string(store_application_id));
    database.exec("PRAGMA user_version = " + std::to_string(version + 1));
}

} // namespace

int64_t storeVersion(SQLite::Database& database, const fs::path& file)
{
    const SQLite::Transaction picture(database); // another process may be creating it
    return versionInTransaction(database, file);
}

Migration migrateStore(SQLite::Database& database, const fs::path& file, int64_t target)
{
    const int64_t found = storeVersion(database, file);
    int64_t version = found;
    while (version < target) {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        version = versionInTransaction(database, file); // another process may have been faster
        if (version < target) applyStep(database, version++);
        transaction.commit();
    }
    if (found == 0) return Migration::Created;
    return found < target ? Migration::Upgraded : Migration::UpToDate;
}

} // namespace sy
