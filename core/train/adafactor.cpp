#include "core/train/optimizer_kinds.h"

namespace sy {

namespace {

constexpr double square_floor = 1e-30; // eps1 of the paper
constexpr double scale_floor = 1e-3;   // eps2

/// Second moments of one parameter: `row` and `column` of matrices, `full` of vectors.
struct Moments {
    std::string name;
    bool decays = false;
    torch::Tensor row, column, full;
};

/// RMS over each matrix (the last two dimensions) or vector, kept as broadcastable dimensions.
torch::Tensor rootMeanSquare(const torch::Tensor& x)
{
    std::vector<int64_t> dims;
    for (int64_t dim = -std::min<int64_t>(x.dim(), 2); dim < 0; ++dim) dims.push_back(dim);
    return x.square().mean(dims, /*keepdim=*/true).sqrt_();
}

class Adafactor : public Optimizer {
public:
    Adafactor(const OptimizerConfig& config, const std::vector<ParameterSpec>& specs, torch::Device device)
        : m_config(config), m_step(torch::zeros({}, torch::device(device).dtype(torch::kFloat32)))
    {
        for (const auto& spec : specs) m_moments.push_back(emptyMoments(spec, m_step.options()));
    }

    void step(Weights& weights, const std::vector<torch::Tensor>& gradients, double learning_rate,
              const torch::Tensor& finite) override
    {
        const torch::NoGradGuard no_grad;
        m_step.add_(finite);
        // 1 - beta2, and 0 where the step is skipped: lerp by 0 keeps every bit.
        const auto weight = m_step.clamp_min(1).pow(-m_config.decay_exponent).mul_(finite);
        for (size_t i = 0; i < m_moments.size(); ++i) {
            auto gradient = torch::where(finite, gradients[i], 0);
            auto update = scaledByMoments(m_moments[i], std::move(gradient), weight);
            apply(weights.items()[i].second, std::move(update), m_moments[i].decays, learning_rate, finite);
        }
    }

    NamedTensors state() const override
    {
        NamedTensors all{{"step", m_step}};
        for (const auto& moments : m_moments) {
            if (moments.row.defined()) all.emplace_back("row." + moments.name, moments.row);
            if (moments.column.defined()) all.emplace_back("column." + moments.name, moments.column);
            if (moments.full.defined()) all.emplace_back("full." + moments.name, moments.full);
        }
        return all;
    }

private:
    static Moments emptyMoments(const ParameterSpec& spec, const torch::TensorOptions& options)
    {
        Moments moments{spec.name, hasWeightDecay(spec), {}, {}, {}};
        if (spec.shape.size() < 2) {
            moments.full = torch::zeros(spec.shape, options);
            return moments;
        }
        auto row = spec.shape, column = spec.shape;
        row.pop_back();
        column.erase(column.end() - 2);
        moments.row = torch::zeros(row, options);
        moments.column = torch::zeros(column, options);
        return moments;
    }

    /// gradient / sqrt(second moment), in place of the gradient.
    static torch::Tensor scaledByMoments(Moments& moments, torch::Tensor gradient, const torch::Tensor& weight)
    {
        const auto square = gradient.square().add_(square_floor);
        if (moments.full.defined()) {
            moments.full.lerp_(square, weight);
            return gradient.mul_(moments.full.rsqrt());
        }
        moments.row.lerp_(square.mean(-1), weight);
        moments.column.lerp_(square.mean(-2), weight);
        const auto row = (moments.row / moments.row.mean(-1, /*keepdim=*/true)).rsqrt_();
        return gradient.mul_(row.unsqueeze(-1)).mul_(moments.column.rsqrt().unsqueeze(-2));
    }

    void apply(torch::Tensor& weight, torch::Tensor update, bool decays, double learning_rate,
               const torch::Tensor& finite) const
    {
        auto scale = learning_rate / (rootMeanSquare(update) / m_config.update_clip).clamp_min_(1);
        if (m_config.scale_by_parameter) scale.mul_(rootMeanSquare(weight).clamp_min_(scale_floor));
        update.mul_(scale);
        if (decays && m_config.weight_decay > 0) update.add_(weight, learning_rate * m_config.weight_decay);
        weight.sub_(torch::where(finite, update, 0)); // x - 0 keeps every bit
    }

    OptimizerConfig m_config;
    torch::Tensor m_step;
    std::vector<Moments> m_moments;
};

} // namespace

std::unique_ptr<Optimizer> makeAdafactor(const OptimizerConfig& config, const std::vector<ParameterSpec>& specs,
                                         torch::Device device)
{
    return std::make_unique<Adafactor>(config, specs, device);
}

} // namespace sy
