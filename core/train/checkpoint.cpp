#include "core/train/checkpoint.h"

#include "core/base/error.h"
#include "core/train/checkpoint_state.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <sstream>

namespace sy {

namespace {

constexpr std::string_view name_start = "step-";
constexpr size_t name_digits = 10;

std::optional<int64_t> stepOf(const fs::path& folder)
{
    const std::string name = folder.filename();
    int64_t step = 0;
    if (name.rfind(name_start, 0) != 0 || name.size() < name_start.size() + name_digits) return std::nullopt;
    const auto [end, code] = std::from_chars(name.data() + name_start.size(), name.data() + name.size(), step);
    if (code != std::errc{} || end != name.data() + name.size()) return std::nullopt;
    return step;
}

uint64_t bytesOf(const NamedTensors& tensors)
{
    uint64_t bytes = 0;
    for (const auto& [name, tensor] : tensors) bytes += tensor.nbytes() + name.size() + 128;
    return bytes;
}

void writeFiles(const fs::path& folder, const Checkpoint& checkpoint)
{
    writeTensors(folder / "model.safetensors", checkpoint.model);
    writeTensors(folder / "optimizer.safetensors", checkpoint.optimizer);
    writeTensors(folder / "windows.safetensors", checkpoint.windows);
    writeFileAtomically(folder / "state.json", stateJson(checkpoint).dump(1));
    writeFileAtomically(folder / "manifest.json", manifestJson(folder, checkpoint.state.step).dump(1));
}

CheckpointRecord completed(CheckpointRecord record, const fs::path& temporary, const fs::path& folder)
{
    record.folder = (folder.parent_path().filename() / folder.filename()).string();
    record.hash = sha256File(temporary / "manifest.json");
    for (const auto& entry : fs::directory_iterator(temporary)) record.bytes += static_cast<int64_t>(entry.file_size());
    return record;
}

std::string olderCheckpoints(const fs::path& run_folder, int64_t step)
{
    std::string older;
    for (const int64_t other : checkpointSteps(run_folder))
        if (other < step) older += (older.empty() ? "" : ", ") + std::to_string(other);
    if (older.empty()) return "; there is no older checkpoint";
    return "; older checkpoints can be used: --checkpoint " + older;
}

void requireIdentity(const fs::path& folder, const CheckpointIdentity& found, const CheckpointIdentity& expected)
{
    const auto require = [&](bool equal, const std::string& rule) {
        if (!equal) throw EngineError("checkpoint: " + (folder / "state.json").string() + " " + rule);
    };
    require(found.run == expected.run, "belongs to run " + found.run + ", not to " + expected.run);
    require(found.config_hash == expected.config_hash, "was written under another configuration than the run's");
    require(found.tokenizer_hash == expected.tokenizer_hash, "was trained with another tokenizer (" +
                                                                 found.tokenizer_hash.substr(0, 12) + ", the run has " +
                                                                 expected.tokenizer_hash.substr(0, 12) + ")");
    require(found.corpus_hash == expected.corpus_hash, "was trained on another corpus or version of it");
    require(found.seed == expected.seed, "has another seed than the run");
}

void requireShapes(const fs::path& file, const NamedTensors& model, const std::vector<ParameterSpec>& specs)
{
    const std::string start = "checkpoint: " + file.string() + ": ";
    if (model.size() != specs.size())
        throw EngineError(start + "has " + std::to_string(model.size()) + " tensors, the configuration makes " +
                          std::to_string(specs.size()));
    for (size_t i = 0; i < specs.size(); ++i) {
        const auto& [name, tensor] = model[i];
        if (name != specs[i].name)
            throw EngineError(start + "tensor " + std::to_string(i) + " must be " + specs[i].name + ", got " + name);
        if (tensor.sizes() == at::IntArrayRef(specs[i].shape) && tensor.scalar_type() == torch::kFloat32) continue;
        std::ostringstream text;
        text << start << name << " must be float32 " << at::IntArrayRef(specs[i].shape) << ", got "
             << tensor.scalar_type() << " " << tensor.sizes();
        throw EngineError(text.str());
    }
}

} // namespace

std::string checkpointName(int64_t step)
{
    std::string digits = std::to_string(step);
    if (digits.size() < name_digits) digits.insert(0, name_digits - digits.size(), '0');
    return std::string(name_start) + digits;
}

std::vector<int64_t> checkpointSteps(const fs::path& run_folder)
{
    std::vector<int64_t> steps;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(run_folder, code))
        if (const auto step = stepOf(entry.path()); step && entry.is_directory()) steps.push_back(*step);
    std::sort(steps.begin(), steps.end());
    return steps;
}

void removeCheckpointLeftovers(const fs::path& run_folder)
{
    std::vector<fs::path> leftovers;
    for (const auto& entry : fs::directory_iterator(run_folder))
        if (entry.path().filename().string().find(".tmp") != std::string::npos) leftovers.push_back(entry.path());
    for (const auto& path : leftovers) fs::remove_all(path);
}

void removeCheckpoint(const fs::path& run_folder, int64_t step)
{
    const fs::path folder = run_folder / checkpointName(step), doomed = folder.string() + ".tmp";
    fs::remove_all(doomed);
    fs::rename(folder, doomed);
    fs::remove_all(doomed);
}

void writeCheckpoint(const fs::path& run_folder, const Checkpoint& checkpoint, CheckpointRecord record,
                     const std::function<void(const CheckpointRecord&)>& commit)
{
    const fs::path folder = run_folder / checkpointName(checkpoint.state.step), temporary = folder.string() + ".tmp";
    if (fs::exists(folder)) return;
    try {
        requireFreeSpace(run_folder, bytesOf(checkpoint.model) + bytesOf(checkpoint.optimizer) +
                                         bytesOf(checkpoint.windows) + (1U << 16));
        fs::remove_all(temporary);
        fs::create_directory(temporary);
        writeFiles(temporary, checkpoint);
        commit(completed(std::move(record), temporary, folder));
        fs::rename(temporary, folder);
        syncDirectory(run_folder);
    } catch (const fs::filesystem_error& error) {
        std::error_code ignored;
        fs::remove_all(temporary, ignored);
        throw Error("cannot write the checkpoint " + folder.string() + ": " + error.code().message());
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(temporary, ignored);
        throw;
    }
}

Checkpoint readCheckpoint(const fs::path& run_folder, int64_t step, const CheckpointIdentity& expected,
                          const std::vector<ParameterSpec>& specs)
{
    const fs::path folder = run_folder / checkpointName(step);
    try {
        verifyManifest(folder, step);
        Checkpoint checkpoint;
        readStateJson(folder / "state.json", checkpoint);
        requireIdentity(folder, checkpoint.identity, expected);
        if (checkpoint.state.step != step)
            throw EngineError("checkpoint: " + (folder / "state.json").string() + " is of another step");
        checkpoint.model = readTensors(folder / "model.safetensors");
        requireShapes(folder / "model.safetensors", checkpoint.model, specs);
        checkpoint.optimizer = readTensors(folder / "optimizer.safetensors");
        checkpoint.windows = readTensors(folder / "windows.safetensors");
        return checkpoint;
    } catch (const Error& error) {
        throw EngineError(error.what() + olderCheckpoints(run_folder, step));
    }
}

} // namespace sy
