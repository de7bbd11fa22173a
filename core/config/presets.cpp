#include "core/config/config_io.h"

#include "core/config/embedded_presets.h"

namespace sy {

namespace {

Preset denseTwin(const Preset& sparse)
{
    Preset twin{sparse.name + "-dense", "the dense model of " + sparse.name + "'s FLOPs per token", sparse.settings};
    twin.settings["model"]["num_experts"] = 1;
    return twin;
}

std::vector<Preset> readPresets()
{
    std::vector<Preset> all;
    for (const auto& [name, text] : embeddedPresets()) {
        auto settings = nlohmann::json::parse(text);
        Preset preset{name, settings.at("summary").get<std::string>(), {}};
        settings.erase("summary");
        preset.settings = std::move(settings);
        all.push_back(preset);
        all.push_back(denseTwin(preset));
    }
    return all;
}

} // namespace

const std::vector<Preset>& presets()
{
    static const std::vector<Preset> all = readPresets();
    return all;
}

} // namespace sy
