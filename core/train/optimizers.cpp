#include "core/train/optimizers.h"

#include "core/base/error.h"
#include "core/train/optimizer_kinds.h"

#include <map>
#include <sstream>

namespace sy {

bool hasWeightDecay(const ParameterSpec& spec)
{
    return !spec.is_norm && spec.name.find("bias") == std::string::npos;
}

std::unique_ptr<Optimizer> makeOptimizer(const OptimizerConfig& config, const std::vector<ParameterSpec>& specs,
                                         torch::Device device)
{
    if (config.kind == OptimizerKind::AdamW) return makeAdamW(config, specs, device);
    return makeAdafactor(config, specs, device);
}

namespace {

std::string shapeText(const torch::Tensor& tensor)
{
    std::ostringstream text;
    text << tensor.sizes();
    return text.str();
}

} // namespace

void loadOptimizerState(Optimizer& optimizer, const NamedTensors& saved)
{
    const torch::NoGradGuard no_grad;
    std::map<std::string, torch::Tensor> left(saved.begin(), saved.end());
    for (auto& [name, tensor] : optimizer.state()) {
        const auto found = left.find(name);
        if (found == left.end()) throw EngineError("optimizer state: \"" + name + "\" is missing");
        if (found->second.sizes() != tensor.sizes())
            throw EngineError("optimizer state: \"" + name + "\" must be " + shapeText(tensor) + ", got " +
                              shapeText(found->second));
        tensor.copy_(found->second);
        left.erase(found);
    }
    if (!left.empty())
        throw EngineError("optimizer state: \"" + left.begin()->first + "\" is not a part of this optimizer");
}

} // namespace sy
