#include "core/store/bundle_manifest.h"

#include <algorithm>

namespace sy {

using nlohmann::json;

const BundleRun* BundleManifest::find(const std::string& id) const
{
    const auto found = std::ranges::find(runs, id, &BundleRun::id);
    return found == runs.end() ? nullptr : &*found;
}

json cursorJson(const BundleCursor& cursor)
{
    json places = json::object();
    for (const auto& [name, place] : cursor) places[name] = place;
    return places;
}

BundleCursor cursorFromJson(const json& places)
{
    BundleCursor cursor;
    for (const auto& [name, place] : places.items()) cursor[name] = place.get<int64_t>();
    return cursor;
}

std::string manifestText(const BundleManifest& manifest)
{
    json runs = json::array();
    for (const auto& run : manifest.runs)
        runs.push_back({{"id", run.id},
                        {"name", run.name},
                        {"origin", run.origin},
                        {"revision", run.revision},
                        {"rewinds", run.rewinds},
                        {"from", cursorJson(run.from)},
                        {"to", cursorJson(run.to)}});
    return jsonText({{"source", manifest.source},
                     {"host", manifest.host},
                     {"written_ms", manifest.written_ms},
                     {"checkpoints", manifest.checkpoints},
                     {"runs", runs}});
}

BundleManifest manifestFromText(const std::string& text)
{
    try {
        const json document = json::parse(text);
        BundleManifest manifest;
        manifest.source = document.at("source");
        manifest.host = document.at("host");
        manifest.written_ms = document.at("written_ms");
        manifest.checkpoints = document.at("checkpoints");
        for (const auto& run : document.at("runs"))
            manifest.runs.push_back({run.at("id"), run.at("name"), run.at("origin"), run.at("revision"),
                                     run.at("rewinds"), cursorFromJson(run.at("from")), cursorFromJson(run.at("to"))});
        return manifest;
    } catch (const json::exception& error) {
        throw DataError(std::string("the bundle is damaged: its list of runs: ") + error.what());
    }
}

BundleManifest readManifest(const fs::path& file)
{
    BundleReader reader(file);
    BundlePart kind{};
    std::string content;
    if (!reader.next(kind, content) || kind != BundlePart::Manifest)
        throw DataError("the bundle " + file.string() + " is damaged: it does not begin with its list of runs");
    return manifestFromText(content);
}

std::string storeSource(const StorePaths& paths)
{
    std::error_code code;
    const fs::path file = fs::weakly_canonical(paths.database, code);
    return sha256(thisHost() + ":" + (code ? paths.database : file).string()).substr(0, 32);
}

} // namespace sy
