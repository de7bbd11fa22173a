#include "core/base/error.h"
#include "core/model/parameters.h"

namespace sy {

namespace {

torch::ScalarType computeType(const ParameterSpec& spec, const torch::Tensor& master, PrecisionMode precision)
{
    const bool wide = precision == PrecisionMode::Float32 ||
                      (precision == PrecisionMode::Selective && (spec.is_router || spec.is_norm));
    return wide ? master.scalar_type() : torch::kBFloat16;
}

} // namespace

Weights computeWeights(const Weights& master, const ModelConfig& model, PrecisionMode precision, bool trainable)
{
    const torch::NoGradGuard no_grad;
    Weights out;
    for (const auto& spec : parameterSpecs(model)) {
        const auto& tensor = master.at(spec.name);
        if (tensor.sizes() != at::IntArrayRef(spec.shape))
            throw EngineError("weight " + spec.name + " has shape " + c10::str(tensor.sizes()) + ", the model needs " +
                              c10::str(at::IntArrayRef(spec.shape)));
        out.add(spec.name, tensor.to(computeType(spec, tensor, precision)).detach().requires_grad_(trainable));
    }
    return out;
}

} // namespace sy
