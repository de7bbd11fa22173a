#include "core/train/optimizer_kinds.h"

namespace sy {

namespace {

class AdamW : public Optimizer {
public:
    AdamW(const OptimizerConfig& config, const std::vector<ParameterSpec>& specs, torch::Device device)
        : m_config(config), m_step(torch::zeros({}, torch::device(device).dtype(torch::kFloat32)))
    {
        for (const auto& spec : specs) {
            m_names.push_back(spec.name);
            m_decays.push_back(hasWeightDecay(spec));
            m_first.push_back(torch::zeros(spec.shape, m_step.options()));
            m_second.push_back(torch::zeros(spec.shape, m_step.options()));
        }
    }

    void step(Weights& weights, const std::vector<torch::Tensor>& gradients, double learning_rate,
              const torch::Tensor& finite) override
    {
        const torch::NoGradGuard no_grad;
        m_step.add_(finite);
        const auto found_inf = finite.logical_not().to(torch::kFloat32);
        for (const bool decays : {true, false}) stepGroup(weights, gradients, learning_rate, found_inf, decays);
    }

    NamedTensors state() const override
    {
        NamedTensors all{{"step", m_step}};
        for (size_t i = 0; i < m_names.size(); ++i) {
            all.emplace_back("first." + m_names[i], m_first[i]);
            all.emplace_back("second." + m_names[i], m_second[i]);
        }
        return all;
    }

private:
    void stepGroup(Weights& weights, const std::vector<torch::Tensor>& gradients, double learning_rate,
                   const torch::Tensor& found_inf, bool decays)
    {
        std::vector<torch::Tensor> group, group_gradients, first, second;
        for (size_t i = 0; i < m_names.size(); ++i) {
            if (m_decays[i] != decays) continue;
            group.push_back(weights.items()[i].second);
            group_gradients.push_back(gradients[i]);
            first.push_back(m_first[i]);
            second.push_back(m_second[i]);
        }
        if (group.empty()) return;
        const std::vector<torch::Tensor> steps(group.size(), m_step); // only read by the kernel
        at::_fused_adamw_(group, group_gradients, first, second, /*max_exp_avg_sqs=*/{}, steps, learning_rate,
                          m_config.beta1, m_config.beta2, decays ? m_config.weight_decay : 0, m_config.eps,
                          /*amsgrad=*/false,
                          /*maximize=*/false, /*grad_scale=*/{}, found_inf);
    }

    OptimizerConfig m_config;
    torch::Tensor m_step;
    std::vector<std::string> m_names;
    std::vector<bool> m_decays;
    std::vector<torch::Tensor> m_first, m_second;
};

} // namespace

std::unique_ptr<Optimizer> makeAdamW(const OptimizerConfig& config, const std::vector<ParameterSpec>& specs,
                                     torch::Device device)
{
    return std::make_unique<AdamW>(config, specs, device);
}

} // namespace sy
