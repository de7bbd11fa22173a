#include "core/train/checkpoint_state.h"

#include "core/base/error.h"

#include <algorithm>

namespace sy {

using nlohmann::json;

namespace {

template <class T> json orNull(const std::optional<T>& value)
{
    return value ? json(*value) : json();
}

std::optional<double> optionalNumber(const json& value)
{
    if (value.is_null()) return std::nullopt;
    return value.get<double>();
}

json shapes(const NamedTensors& tensors)
{
    json out = json::object();
    for (const auto& [name, tensor] : tensors) out[name] = tensor.sizes().vec();
    return out;
}

json parseFile(const fs::path& file)
{
    std::string text;
    try {
        text = readFile(file);
    } catch (const Error& error) {
        throw EngineError(std::string("checkpoint: ") + error.what());
    }
    json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_object()) throw EngineError("checkpoint: " + file.string() + " is not a JSON object");
    return parsed;
}

void readState(const json& from, Checkpoint& checkpoint)
{
    const auto& identity = from.at("identity");
    checkpoint.identity = {identity.at("run"), identity.at("config_hash"), identity.at("corpus_hash"),
                           identity.at("tokenizer_hash"), identity.at("seed")};
    auto& state = checkpoint.state;
    state.step = from.at("step");
    state.stream.next_row = from.at("stream").at("next_row");
    state.stream.rows_of_language = from.at("stream").at("rows_of_language").get<std::vector<int64_t>>();
    state.tokens = from.at("tokens");
    state.flops = from.at("flops");
    state.process_seconds = from.at("process_seconds");
    state.train_seconds = from.at("train_seconds");
    state.skipped_in_row = from.at("skipped_in_row");
    state.best_valid = optionalNumber(from.at("best_valid"));
    state.last_valid = optionalNumber(from.at("last_valid"));
    state.best_step = from.at("best_step");
    state.evaluated_step = from.at("evaluated_step");
    state.window_first_step = from.at("window_first_step");
    state.threads = from.at("threads");
    state.torch_version = from.at("torch_version");
}

} // namespace

json stateJson(const Checkpoint& checkpoint)
{
    const auto& identity = checkpoint.identity;
    const auto& state = checkpoint.state;
    return {{"format", checkpoint_format},
            {"version", checkpoint_version},
            {"identity",
             {{"run", identity.run},
              {"config_hash", identity.config_hash},
              {"corpus_hash", identity.corpus_hash},
              {"tokenizer_hash", identity.tokenizer_hash},
              {"seed", identity.seed}}},
            {"step", state.step},
            {"stream", {{"next_row", state.stream.next_row}, {"rows_of_language", state.stream.rows_of_language}}},
            {"tokens", state.tokens},
            {"flops", state.flops},
            {"process_seconds", state.process_seconds},
            {"train_seconds", state.train_seconds},
            {"skipped_in_row", state.skipped_in_row},
            {"best_valid", orNull(state.best_valid)},
            {"last_valid", orNull(state.last_valid)},
            {"best_step", state.best_step},
            {"evaluated_step", state.evaluated_step},
            {"window_first_step", state.window_first_step},
            {"threads", state.threads},
            {"torch_version", state.torch_version},
            {"shapes", shapes(checkpoint.model)}};
}

void readStateJson(const fs::path& file, Checkpoint& checkpoint)
{
    const json parsed = parseFile(file);
    if (parsed.value("format", "") != checkpoint_format)
        throw EngineError("checkpoint: " + file.string() + " is not the state of a Switchyard checkpoint");
    try {
        if (const int version = parsed.at("version"); version != checkpoint_version)
            throw EngineError("checkpoint: " + file.string() + " has version " + std::to_string(version) +
                              ", this program reads version " + std::to_string(checkpoint_version));
        readState(parsed, checkpoint);
    } catch (const json::exception& error) {
        throw EngineError("checkpoint: " + file.string() + " is damaged: " + error.what());
    }
}

json manifestJson(const fs::path& folder, int64_t step)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    json list = json::array();
    for (const auto& file : files)
        list.push_back(
            {{"name", file.filename().string()}, {"bytes", fs::file_size(file)}, {"sha256", sha256File(file)}});
    return {{"format", checkpoint_format}, {"version", checkpoint_version}, {"step", step}, {"files", list}};
}

void verifyManifest(const fs::path& folder, int64_t step)
{
    const fs::path manifest = folder / "manifest.json";
    const json parsed = parseFile(manifest);
    try {
        if (parsed.at("format") != checkpoint_format || parsed.at("step") != step)
            throw EngineError("checkpoint: " + manifest.string() + " is not the manifest of step " +
                              std::to_string(step));
        for (const auto& entry : parsed.at("files")) {
            const fs::path file = folder / entry.at("name").get<std::string>();
            std::error_code code;
            const auto bytes = fs::file_size(file, code);
            if (code) throw EngineError("checkpoint: " + file.string() + " is missing");
            if (bytes != entry.at("bytes").get<uint64_t>())
                throw EngineError("checkpoint: " + file.string() + " has " + std::to_string(bytes) +
                                  " bytes, its manifest says " + entry.at("bytes").dump());
            if (sha256File(file) != entry.at("sha256"))
                throw EngineError("checkpoint: " + file.string() +
                                  " is corrupt: its SHA-256 is not the one in its manifest");
        }
    } catch (const json::exception& error) {
        throw EngineError("checkpoint: " + manifest.string() + " is damaged: " + error.what());
    }
}

} // namespace sy
