// Errors whose text is fit to show to a user: it names the thing, the value and the rule.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace sy {

/// Base of everything the product throws on purpose. `what()` is shown as it is.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One problem of a configuration: where, and which rule it breaks.
struct ConfigIssue {
    std::string path;    ///< dotted setting path, for example "router.capacity_factor_train"
    std::string message; ///< "must be above 0, got -1"
    bool operator==(const ConfigIssue&) const = default;
};

/// Every problem of a configuration at once.
class ConfigError : public Error {
public:
    explicit ConfigError(std::vector<ConfigIssue> issues);
    const std::vector<ConfigIssue>& issues() const { return m_issues; }

private:
    std::vector<ConfigIssue> m_issues;
};

/// Text, corpora, tokenizers, token caches.
class DataError : public Error {
public:
    using Error::Error;
};

/// The run store and the files beside it.
class StoreError : public Error {
public:
    using Error::Error;
};

/// Tensors, devices, training, checkpoints' weights.
class EngineError : public Error {
public:
    using Error::Error;
};

/// A command line that cannot be understood; exit status 2.
class UsageError : public Error {
public:
    using Error::Error;
};

} // namespace sy
