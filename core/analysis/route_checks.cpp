#include "core/analysis/route_checks.h"

#include "core/base/error.h"

#include <algorithm>
#include <string>

namespace sy {

namespace {

void requireSize(size_t size, int64_t needed, const char* name)
{
    if (static_cast<int64_t>(size) != needed)
        throw Error(std::string("routes: ") + name + " has " + std::to_string(size) + " values where " +
                    std::to_string(needed) + " belong");
}

void requireBelow(std::span<const int16_t> expert, int64_t experts)
{
    if (experts < 1) throw Error("routes: experts must be at least 1, got " + std::to_string(experts));
    if (const auto bad = std::ranges::find_if(expert, [&](int16_t e) { return e >= experts; }); bad != expert.end())
        throw Error("routes: a token goes to expert " + std::to_string(*bad) + " of " + std::to_string(experts));
}

} // namespace

void requireRouteText(const RouteText& text, int64_t languages)
{
    if (text.rows < 0 || text.width < 0)
        throw Error("routes: " + std::to_string(text.rows) + " rows of " + std::to_string(text.width) +
                    " tokens; neither may be negative");
    requireSize(text.counted.size(), text.tokens(), "counted");
    requireSize(text.row_language.size(), text.rows, "row_language");
    const auto bad = std::ranges::find_if(text.row_language, [&](int32_t l) { return l >= languages; });
    if (bad != text.row_language.end())
        throw Error("routes: a row's language is " + std::to_string(*bad) + " of " + std::to_string(languages));
}

void requireRoutes(const RouteText& text, const LayerRoutes& routes, int64_t experts)
{
    if (routes.choices < 1)
        throw Error("routes: choices of a token must be at least 1, got " + std::to_string(routes.choices));
    requireSize(routes.expert.size(), text.tokens() * routes.choices, "expert");
    requireBelow(routes.expert, experts);
}

void requireChoices(std::span<const int16_t> expert, int64_t tokens, int64_t experts)
{
    requireSize(expert.size(), tokens, "expert");
    requireBelow(expert, experts);
}

} // namespace sy
