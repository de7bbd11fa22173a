#include "core/store/probe_json.h"

#include "core/base/error.h"
#include "core/store/record_checks.h"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace sy {

using nlohmann::json;

namespace {

/// Numbers of a value or of a list are what T can hold.
template <class T> bool fits(const json& value)
{
    if constexpr (std::is_integral_v<T>)
        return value.is_boolean() || (value.is_number_integer() && value >= std::numeric_limits<T>::lowest() &&
                                      value <= std::numeric_limits<T>::max());
    else if constexpr (std::is_floating_point_v<T>)
        return value.is_number();
    else
        return true;
}

template <class T> T valueOf(const json& object, const char* key, const char* what)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end())
        throw StoreError(std::string(what) + ": \"" + key + "\" is missing");
    if constexpr (std::is_same_v<T, double>)
        if (found->is_null()) return std::numeric_limits<double>::quiet_NaN(); // JSON has no NaN
    try {
        if (!fits<T>(*found)) throw StoreError("");
        return found->get<T>();
    } catch (const std::exception&) {
        throw StoreError(std::string(what) + ": \"" + key + "\" has the wrong type: " + found->dump().substr(0, 100));
    }
}

template <class T> std::vector<T> listOf(const json& object, const char* key, int64_t size, const std::string& what)
{
    auto values = valueOf<std::vector<T>>(object, key, what.c_str());
    if (static_cast<int64_t>(values.size()) != size)
        throw StoreError(what + ": \"" + key + "\" has " + std::to_string(values.size()) + " values, must have " +
                         std::to_string(size));
    if (!std::ranges::all_of(object[key], [](const json& value) { return fits<T>(value); }))
        throw StoreError(what + ": \"" + key + "\" has values that are not its numbers");
    return values;
}

ProbeToken tokenFromJson(const json& token)
{
    const auto stack = valueOf<std::string>(token, "stack", "a token of a probe");
    if (stack != "encoder" && stack != "decoder")
        throw StoreError("a token of a probe: \"stack\" must be encoder or decoder, got \"" + stack + "\"");
    return {valueOf<int32_t>(token, "id", "a token of a probe"),
            valueOf<std::string>(token, "piece", "a token of a probe"), stack == "decoder"};
}

ProbeRoute routeFromJson(const json& document, const std::vector<std::string>& layers)
{
    const auto name = valueOf<std::string>(document, "layer", "a layer of a probe");
    const auto found = std::ranges::find(layers, name);
    if (found == layers.end()) throw StoreError("a probe has routes of \"" + name + "\", which is no layer of the run");
    const std::string what = "layer " + name + " of a probe";
    ProbeRoute route;
    route.layer = found - layers.begin();
    const auto tokens = static_cast<int64_t>(valueOf<std::vector<json>>(document, "expert", what.c_str()).size());
    route.expert = listOf<int32_t>(document, "expert", tokens, what);
    route.top_k = valueOf<int64_t>(document, "top_k", what.c_str());
    if (route.top_k < 0 || route.top_k > 65536)
        throw StoreError(what + ": \"top_k\" must lie in [0, 65536], got " + std::to_string(route.top_k));
    route.dropped = listOf<uint8_t>(document, "dropped", tokens, what);
    route.probability = listOf<float>(document, "probability", tokens, what);
    route.entropy = listOf<float>(document, "entropy", tokens, what);
    route.top_expert = listOf<int32_t>(document, "top_expert", tokens * route.top_k, what);
    route.top_probability = listOf<float>(document, "top_probability", tokens * route.top_k, what);
    return route;
}

} // namespace

json probeToJson(const Probe& probe, const std::vector<std::string>& layers)
{
    json tokens = json::array(), routes = json::array();
    for (const auto& token : probe.tokens)
        tokens.push_back({{"id", token.id}, {"piece", token.piece}, {"stack", token.decoder ? "decoder" : "encoder"}});
    for (const auto& route : probe.routes)
        routes.push_back({{"layer", layers.at(static_cast<size_t>(route.layer))},
                          {"expert", route.expert},
                          {"dropped", route.dropped},
                          {"probability", route.probability},
                          {"entropy", route.entropy},
                          {"top_k", route.top_k},
                          {"top_expert", route.top_expert},
                          {"top_probability", route.top_probability}});
    return {{"text", probe.text},
            {"target", probe.target},
            {"language", probe.language},
            {"prediction", probe.prediction},
            {"step", probe.step},
            {"tokens", tokens},
            {"layers", routes}};
}

Probe probeFromJson(const json& document, const std::vector<std::string>& layers)
{
    Probe probe;
    probe.text = valueOf<std::string>(document, "text", "a probe");
    probe.target = valueOf<std::string>(document, "target", "a probe");
    probe.language = valueOf<std::string>(document, "language", "a probe");
    probe.prediction = valueOf<std::string>(document, "prediction", "a probe");
    probe.step = valueOf<int64_t>(document, "step", "a probe");
    for (const auto& token : valueOf<std::vector<json>>(document, "tokens", "a probe"))
        probe.tokens.push_back(tokenFromJson(token));
    for (const auto& route : valueOf<std::vector<json>>(document, "layers", "a probe"))
        probe.routes.push_back(routeFromJson(route, layers));
    checkRecord(probe);
    return probe;
}

json specializationToJson(const Specialization& s)
{
    return {{"information", s.information},
            {"null_mean", s.null_mean},
            {"null_low", s.null_low},
            {"null_high", s.null_high},
            {"p_value", s.p_value},
            {"bound", s.bound},
            {"expert_entropy", s.expert_entropy},
            {"language_entropy", s.language_entropy},
            {"normalized", s.normalized()},
            {"corrected", s.corrected()},
            {"adjusted", s.adjusted()},
            {"sequences", s.sequences},
            {"languages", s.languages},
            {"permutations", s.permutations},
            {"weight", s.weight}};
}

Specialization specializationFromJson(const json& document)
{
    constexpr const char* what = "a specialization";
    Specialization s;
    for (const auto& [key, value] : {std::pair{"information", &s.information},
                                     {"null_mean", &s.null_mean},
                                     {"null_low", &s.null_low},
                                     {"null_high", &s.null_high},
                                     {"p_value", &s.p_value},
                                     {"bound", &s.bound},
                                     {"expert_entropy", &s.expert_entropy},
                                     {"language_entropy", &s.language_entropy},
                                     {"weight", &s.weight}})
        *value = valueOf<double>(document, key, what);
    for (const auto& [key, value] :
         {std::pair{"sequences", &s.sequences}, {"languages", &s.languages}, {"permutations", &s.permutations}})
        *value = valueOf<int64_t>(document, key, what);
    return s;
}

} // namespace sy
