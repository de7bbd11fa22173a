// Exceptions of LibTorch become EngineError with the doing named; nothing of c10 leaves the engine.
#pragma once

#include "core/base/error.h"

#include <torch/torch.h>

#include <string>
#include <utility>

namespace sy {

/// Runs `body`. @throws EngineError "train step 120: ..." for every c10 error; other errors pass unchanged.
template <class Body> auto guardEngine(const std::string& doing, Body&& body) -> decltype(body())
{
    try {
        return std::forward<Body>(body)();
    } catch (const c10::OutOfMemoryError&) {
        throw EngineError(doing + ": out of device memory; lower data.batch_size or raise train.micro_batches");
    } catch (const c10::Error& error) {
        throw EngineError(doing + ": " + error.what_without_backtrace());
    }
}

} // namespace sy
