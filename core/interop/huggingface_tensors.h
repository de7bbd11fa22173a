// The tensors of a Hugging Face directory: one safetensors file, or several with an index.
#pragma once

#include "core/store/safetensors.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sy {

struct LocatedTensor {
    const SafetensorsFile* file = nullptr;
    const TensorEntry* entry = nullptr;
};

struct HuggingFaceTensors {
    std::vector<std::unique_ptr<SafetensorsFile>> files;
    std::map<std::string, LocatedTensor> by_name;
};

/// model.safetensors, else the files of model.safetensors.index.json.
/// @throws DataError where the directory holds only pickles (with the way round), nothing at all, an index that is
/// broken, leaves the directory or names what its files lack, or a tensor twice; StoreError for a corrupt file.
HuggingFaceTensors openHuggingFaceTensors(const fs::path& directory);

} // namespace sy
