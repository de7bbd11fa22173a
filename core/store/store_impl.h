#pragma once

#include "core/store/connection.h"

namespace sy {

struct Store::Impl {
    StorePaths paths;
    Migration migration = Migration::UpToDate;
    SQLite::Database database;

    /// A read of several statements as one picture; ends with the scope.
    SQLite::Transaction snapshot() { return SQLite::Transaction(database, SQLite::TransactionBehavior::DEFERRED); }
};

} // namespace sy
