// A loaded model that answers requests: docs/serve.md is the protocol. Torch-free.
#pragma once

#include "core/train/model_runner.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <iosfwd>
#include <string>

namespace sy {

class ModelService {
public:
    using Send = std::function<void(const nlohmann::json& document)>;

    explicit ModelService(ModelRunner runner) : m_runner(std::move(runner)) {}

    /// {"ready": {...}}
    nlohmann::json ready() const;
    /// Any number of {"id", "progress"}, then one {"id", "result"} or {"id", "error"}. Throws only what `send` throws.
    void answer(const std::string& line, const Send& send) const;

private:
    nlohmann::json result(const nlohmann::json& request, const ShareDone& progress) const;

    ModelRunner m_runner;
};

/// A request has at most so many bytes.
inline constexpr size_t longest_request = size_t{1} << 20;

/// Says that it is ready, then answers line by line to the end of `in`, or until `out` takes no more. Each document is
/// one line, flushed.
void serveLines(const ModelService& service, std::istream& in, std::ostream& out);

} // namespace sy
