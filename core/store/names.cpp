#include "core/store/names.h"

#include "core/store/connection.h"

#include <algorithm>
#include <numeric>

namespace sy {

namespace {

constexpr size_t longest_compared = 200; // names are short; a pasted text must not cost seconds

std::vector<std::string> allNames(SQLite::Database& database)
{
    SQLite::Statement query(database, "SELECT name FROM run WHERE deleted_ms IS NULL ORDER BY created_ms DESC");
    std::vector<std::string> names;
    while (query.executeStep()) names.push_back(query.getColumn(0).getString());
    return names;
}

std::string unknownRun(SQLite::Database& database, const std::string& asked)
{
    const std::vector<std::string> names = allNames(database);
    std::string text = "there is no run with the id or name '" + asked + "'";
    if (names.empty()) return text + "; the store has no runs";
    std::string close;
    for (const auto& name : closeNames(asked, names)) close += (close.empty() ? "'" : ", '") + name + "'";
    return close.empty() ? text + "; `runs list` shows the " + std::to_string(names.size()) + " that there are"
                         : text + "; close: " + close;
}

} // namespace

size_t editDistance(const std::string& left, const std::string& right)
{
    std::vector<size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= left.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= right.size(); ++j) {
            const size_t changed = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

std::vector<std::string> closeNames(const std::string& asked, const std::vector<std::string>& candidates)
{
    if (asked.empty() || asked.size() > longest_compared) return {};
    const size_t limit = std::max<size_t>(2, asked.size() / 3);
    std::vector<std::pair<size_t, std::string>> found;
    for (const auto& name : candidates) {
        if (name.size() > longest_compared) continue;
        const size_t distance = name.starts_with(asked) ? 0 : editDistance(asked, name);
        if (distance <= limit && distance < asked.size()) found.emplace_back(distance, name);
    }
    std::ranges::stable_sort(found, {}, &std::pair<size_t, std::string>::first);
    std::vector<std::string> names;
    for (size_t i = 0; i < std::min<size_t>(3, found.size()); ++i) names.push_back(found[i].second);
    return names;
}

int64_t runKey(SQLite::Database& database, const std::string& id_or_name)
{
    SQLite::Statement query(database, "SELECT key FROM run WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC LIMIT 1");
    query.bind(1, id_or_name);
    if (!query.executeStep()) throw StoreError(unknownRun(database, id_or_name));
    return query.getColumn(0).getInt64();
}

} // namespace sy
