#include "core/model/router.h"

#include "core/kernels/softmax.h"
#include "core/model/expert_choice.h"

namespace sy {

namespace {

bool likePeer(const Pass& pass)
{
    return pass.options.routing.semantics == Semantics::HfRow || pass.options.routing.semantics == Semantics::HfDropless;
}

/// The router's own copy of the input, with exploration noise in training: experts never see the noise.
torch::Tensor explored(const Pass& pass, const std::string& site, torch::Tensor x)
{
    if (!pass.options.train) return x;
    const auto& router = pass.router;
    if (router.exploration == Exploration::Jitter) return jitter(x, router.jitter_eps, pass.stream("jitter/" + site));
    if (router.exploration == Exploration::InputDropout)
        return dropout(x, router.exploration_dropout, pass.stream("input_dropout/" + site));
    return x;
}

torch::Tensor logitsOf(const Pass& pass, const torch::Tensor& weight_ND, const std::string& site, const torch::Tensor& x_XD)
{
    const auto weight = likePeer(pass) ? wide(weight_ND) : weight_ND;
    return at::linear(explored(pass, site, x_XD.to(weight.scalar_type())), weight);
}

/// What the choice maximises: the probabilities, or in sampling the logits with Gumbel noise.
torch::Tensor choiceScores(const Pass& pass, const std::string& site, const torch::Tensor& probability_XN)
{
    const auto scores = probability_XN.detach();
    if (!pass.options.train || pass.router.exploration != Exploration::Sample) return scores;
    const auto u = uniform(scores.sizes(), pass.stream("sample/" + site), scores.device());
    return scores.log() - u.log().neg().log().to(scores.scalar_type());
}

torch::Tensor likeliest(const torch::Tensor& scores_XN, int64_t choices)
{
    const auto first = scores_XN.argmax(1, true);
    if (choices == 1) return first;
    const auto rest = scores_XN.scatter(1, first, -std::numeric_limits<double>::infinity());
    return torch::cat({first, rest.argmax(1, true)}, 1);
}

RouterChoice learned(const Pass& pass, const torch::Tensor& weight_ND, const std::string& site, const torch::Tensor& x_XD,
                     const TokenInfo& tokens)
{
    const auto logits = logitsOf(pass, weight_ND, site, x_XD);
    // Peers decide on probabilities rounded to the activations' dtype; we decide on what the router computed.
    const auto rounding = likePeer(pass) ? x_XD.scalar_type() : logits.scalar_type();
    const auto probability = softmax(logits, rounding);
    RouterChoice out;
    out.probability_XN = wide(probability);
    out.lse_X = wide(logits).logsumexp(1);
    out.logits_XN = logits.detach();
    if (pass.router.kind == RouterKind::ExpertChoice) return expertsChoose(pass, std::move(out), tokens);
    const int64_t choices = pass.router.kind == RouterKind::Top2 ? 2 : 1;
    out.expert_XK = likeliest(choiceScores(pass, site, probability), std::min(choices, weight_ND.size(0)));
    out.gate_XK = out.probability_XN.gather(1, out.expert_XK);
    out.weight_XK = choices == 2 ? out.gate_XK / out.gate_XK.sum(1, true) : out.gate_XK;
    return out;
}

/// A router without parameters: one-hot probabilities, weight 1.
RouterChoice fixedChoice(const torch::Tensor& expert_X, int64_t experts, const torch::Tensor& like)
{
    const auto real = like.options().dtype(wide(like).scalar_type()).requires_grad(false);
    RouterChoice out;
    out.expert_XK = expert_X.unsqueeze(1);
    out.gate_XK = torch::ones(out.expert_XK.sizes(), real);
    out.weight_XK = out.gate_XK;
    out.probability_XN = torch::zeros({expert_X.size(0), experts}, real).scatter(1, out.expert_XK, 1.0);
    out.lse_X = torch::zeros({expert_X.size(0)}, real);
    return out;
}

/// Expert of every token id: the same in every layer of the name, every step and every run of a seed.
torch::Tensor hashTable(const Pass& pass, const std::string& site, const torch::Device& device)
{
    const auto stream = randomStream(pass.options.seed, 0, siteId("hash/" + site));
    const auto u = uniform({pass.model.vocab_size}, stream, device);
    return u.mul(static_cast<double>(pass.model.num_experts)).to(torch::kInt64).clamp_max(pass.model.num_experts - 1);
}

torch::Tensor randomExperts(const Pass& pass, const std::string& site, const torch::Tensor& id_X)
{
    const auto u = uniform(id_X.sizes(), pass.stream("random/" + site), id_X.device());
    return u.mul(static_cast<double>(pass.model.num_experts)).to(torch::kInt64).clamp_max(pass.model.num_experts - 1);
}

} // namespace

RouterChoice route(const Pass& pass, const torch::Tensor& weight_ND, const std::string& site, const torch::Tensor& x_XD,
                   const TokenInfo& tokens)
{
    const int64_t experts = pass.model.num_experts;
    if (pass.router.kind == RouterKind::Hash)
        return fixedChoice(hashTable(pass, site, x_XD.device()).index_select(0, tokens.id_X), experts, x_XD);
    if (pass.router.kind == RouterKind::Random)
        return fixedChoice(randomExperts(pass, site, tokens.id_X), experts, x_XD);
    return learned(pass, weight_ND, site, x_XD, tokens);
}

} // namespace sy
