#include "core/interop/huggingface_tensors.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <set>

namespace sy {

namespace {

constexpr const char* single_file = "model.safetensors";
constexpr const char* index_file = "model.safetensors.index.json";

[[noreturn]] void refuseWithoutSafetensors(const fs::path& directory)
{
    for (const auto& entry : fs::directory_iterator(directory)) {
        const auto name = entry.path().filename().string();
        if (!name.ends_with(".bin") && !name.ends_with(".bin.index.json") && !name.ends_with(".pt") &&
            !name.ends_with(".pth"))
            continue;
        throw DataError(entry.path().string() +
                        ": is a pickle, and loading one can run any code that its author put there, so "
                        "it is never read. Convert the checkpoint once, where you trust it, with transformers: "
                        "model.save_pretrained(folder, safe_serialization=True)");
    }
    throw DataError(directory.string() + ": holds neither " + single_file + " nor " + index_file);
}

void addFile(HuggingFaceTensors& tensors, const fs::path& path)
{
    const auto& file = *tensors.files.emplace_back(std::make_unique<SafetensorsFile>(path));
    for (const auto& entry : file.tensors())
        if (!tensors.by_name.emplace(entry.name, LocatedTensor{&file, &entry}).second)
            throw DataError(path.string() + ": tensor " + entry.name + " is in another file of the index too");
}

std::map<std::string, std::string> readIndex(const fs::path& path)
{
    const auto json = nlohmann::json::parse(readFile(path), nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        throw DataError(path.string() + ": must be a JSON object with an object weight_map");
    std::map<std::string, std::string> files;
    for (const auto& [tensor, file] : json["weight_map"].items()) {
        if (!file.is_string()) throw DataError(path.string() + ": weight_map: " + tensor + " must name a file");
        const auto name = file.get<std::string>();
        if (fs::path(name).filename() != name || name == ".." || name == "." || name.find('\0') != name.npos)
            throw DataError(path.string() + ": weight_map: " + tensor + ": \"" + name +
                            "\" must be a file name without folders");
        files[tensor] = name;
    }
    return files;
}

void addShards(HuggingFaceTensors& tensors, const fs::path& directory)
{
    const auto index = readIndex(directory / index_file);
    std::set<std::string> names;
    for (const auto& [tensor, file] : index) names.insert(file);
    for (const auto& name : names) addFile(tensors, directory / name);
    std::string missing;
    for (const auto& [tensor, file] : index) {
        const auto found = tensors.by_name.find(tensor);
        if (found == tensors.by_name.end() || found->second.file->path().filename() != file)
            missing += "\n  " + tensor + ": is not in " + file;
    }
    if (!missing.empty()) throw DataError((directory / index_file).string() + ":" + missing);
}

} // namespace

HuggingFaceTensors openHuggingFaceTensors(const fs::path& directory)
{
    HuggingFaceTensors tensors;
    if (fs::exists(directory / single_file))
        addFile(tensors, directory / single_file);
    else if (fs::exists(directory / index_file))
        addShards(tensors, directory);
    else
        refuseWithoutSafetensors(directory);
    return tensors;
}

} // namespace sy
