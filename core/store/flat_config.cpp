#include "core/store/flat_config.h"

#include "core/base/error.h"

namespace sy {

using nlohmann::json;

namespace {

void flatten(const json& object, const std::string& prefix, FlatConfig& flat)
{
    for (const auto& [key, value] : object.items()) {
        if (key.empty() || key.find('.') != std::string::npos)
            throw StoreError("configuration: the key '" + key + "' under '" + prefix + "' must be a word without dots");
        const std::string path = prefix.empty() ? key : prefix + "." + key;
        if (value.is_object() && !value.empty())
            flatten(value, path, flat);
        else
            flat.emplace_back(path, value);
    }
}

} // namespace

FlatConfig flatConfig(const json& config)
{
    if (!config.is_object())
        throw StoreError("configuration: must be an object, got " + std::string(config.type_name()));
    FlatConfig flat;
    flatten(config, "", flat);
    return flat;
}

json nestedConfig(const FlatConfig& flat)
{
    json config = json::object();
    for (const auto& [path, value] : flat) {
        json* place = &config;
        size_t begin = 0;
        for (size_t dot = 0; (dot = path.find('.', begin)) != std::string::npos; begin = dot + 1) {
            place = &(*place)[path.substr(begin, dot - begin)];
            if (!place->is_null() && !place->is_object())
                throw StoreError("the store is damaged: configuration path '" + path + "' runs through a value");
        }
        (*place)[path.substr(begin)] = value;
    }
    return config;
}

} // namespace sy
