// The summary that ends a training in the terminal.
#pragma once

#include "core/store/store.h"

#include <string>

namespace sy::cli {

/// Perplexity per language, expert load, where the run is stored, what to do next.
std::string runSummaryText(const Store& store, const std::string& run);

} // namespace sy::cli
