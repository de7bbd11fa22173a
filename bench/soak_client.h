// What the clients of a soak do, and what must hold in the end.
#pragma once

#include "core/base/error.h"
#include "core/store/store.h"

#include <nlohmann/json.hpp>

#include <string>

namespace sy::soak {

/// Reads and writes as a workbench does, from a process of its own. @throws Error where a picture is not consistent.
void runClient(const StorePaths& paths, int number, double seconds);

/// Every step has its points and its tick, summaries are those of the points, the copy tells the same.
/// @throws Error. Figures of the run.
nlohmann::json checkRun(const StorePaths& paths, const StorePaths& copy, const std::string& name);

/// What every client wrote last is there; no command waits. @throws Error.
void checkClients(const StorePaths& paths, int clients);

/// SQLite's own check of file and references. @throws Error.
void checkFile(const StorePaths& paths);

} // namespace sy::soak
