#include "core/base/error.h"
#include "core/model/blocks.h"
#include "tests/core/model/model_fixture.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace sy;
using namespace sy::test;

namespace {

double deviation(const torch::Tensor& t) { return t.to(torch::kDouble).square().mean().sqrt().item<double>(); }

} // namespace

TEST(Parameters, sparseLayersAreTheOddOnesOfStepTwo)
{
    auto model = tinyModel();
    const auto sparse = [&] {
        std::vector<int64_t> out;
        for (int64_t i = 0; i < 6; ++i)
            if (isSparseLayer(model, false, i)) out.push_back(i);
        return out;
    };
    EXPECT_EQ(sparse(), (std::vector<int64_t>{1, 3, 5}));
    model.encoder_sparse_step = 1;
    EXPECT_EQ(sparse(), (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
    model.encoder_sparse_step = 3;
    EXPECT_EQ(sparse(), (std::vector<int64_t>{1, 4}));
    model.encoder_sparse_step = 0;
    EXPECT_TRUE(sparse().empty());
    model.encoder_sparse_step = 2;
    model.num_experts = 1;
    EXPECT_TRUE(sparse().empty());
}

TEST(Parameters, namesAreHuggingFaces)
{
    auto model = tinyModel();
    model.tie_embeddings = false;
    const auto weights = initialWeights(model, 1, torch::kCPU);
    for (const auto* name :
         {"shared.weight", "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", "encoder.block.0.layer.1.mlp.wi.weight",
          "encoder.block.1.layer.1.mlp.router.classifier.weight", "decoder.block.1.layer.1.EncDecAttention.k.weight",
          "decoder.block.1.layer.2.mlp.experts.wo.weight", "decoder.block.0.layer.2.layer_norm.weight",
          "decoder.final_layer_norm.weight", "lm_head.weight"})
        EXPECT_TRUE(weights.has(name)) << name;
    EXPECT_FALSE(weights.has("encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight"));
    EXPECT_EQ(weights.at("decoder.block.1.layer.2.mlp.experts.wo.weight").sizes(), (std::vector<int64_t>{3, 8, 16}));
    EXPECT_THROW(weights.at("no.such.weight"), EngineError);
    model.num_experts = 1;
    EXPECT_TRUE(initialWeights(model, 1, torch::kCPU).has("encoder.block.1.layer.1.mlp.wi.weight"));
}

TEST(InitialWeights, areAPureFunctionOfModelAndSeed)
{
    const auto model = tinyModel();
    at::set_num_threads(1);
    const auto one = initialWeights(model, 5, torch::kCPU);
    at::set_num_threads(2);
    const auto two = initialWeights(model, 5, torch::kCPU), other = initialWeights(model, 6, torch::kCPU);
    for (const auto& [name, weight] : one.items()) {
        EXPECT_TRUE(weight.equal(two.at(name))) << name;
        EXPECT_EQ(weight.equal(other.at(name)), name.find("norm") != std::string::npos) << name;
    }
}

TEST(InitialWeights, switchSchemeIsATruncatedNormal)
{
    auto model = tinyModel();
    model.d_model = 64;
    model.d_ff = 128;
    model.init_scale = 0.1;
    const auto weights = initialWeights(model, 1, torch::kCPU);
    constexpr double cut_deviation = 0.8796; // of N(0, 1) cut at 2
    for (const auto& [name, fan_in] : std::map<std::string, double>{{"encoder.block.1.layer.1.mlp.experts.wi.weight", 64},
                                                                    {"encoder.block.1.layer.1.mlp.experts.wo.weight", 128},
                                                                    {"encoder.block.0.layer.0.SelfAttention.q.weight", 64 * 4},
                                                                    {"encoder.block.0.layer.1.mlp.wo.weight", 128}}) {
        const double sigma = std::sqrt(0.1 / fan_in);
        EXPECT_LE(weights.at(name).abs().max().item<double>(), 2 * sigma * (1 + 1e-6)) << name;
        EXPECT_NEAR(deviation(weights.at(name)), cut_deviation * sigma, 0.06 * sigma) << name;
    }
    EXPECT_NEAR(deviation(weights.at("shared.weight")), 1, 0.06);
}

TEST(InitialWeights, t5SchemeIsHuggingFaces)
{
    auto model = tinyModel();
    model.d_model = 64;
    model.d_ff = 128;
    model.init = InitScheme::T5;
    const auto weights = initialWeights(model, 1, torch::kCPU);
    for (const auto& [name, sigma] :
         std::map<std::string, double>{{"encoder.block.0.layer.0.SelfAttention.q.weight", std::pow(64.0 * 4, -0.5)},
                                       {"encoder.block.0.layer.0.SelfAttention.o.weight", std::pow(8.0, -0.5)},
                                       {"encoder.block.0.layer.1.mlp.wo.weight", std::pow(128.0, -0.5)},
                                       {"encoder.block.1.layer.1.mlp.experts.wo.weight", std::pow(64.0, -0.5)},
                                       {"encoder.block.1.layer.1.mlp.router.classifier.weight", 0.02}})
        EXPECT_NEAR(deviation(weights.at(name)), sigma, 0.15 * sigma) << name;
}

TEST(Blocks, rmsNormEqualsALoop)
{
    torch::manual_seed(1);
    const auto x = torch::randn({5, 8}, torch::kDouble), w = torch::rand({8}, torch::kDouble);
    const auto y = rmsNorm(x, w, 1e-6);
    for (int64_t i = 0; i < 5; ++i) {
        double squares = 0;
        for (int64_t d = 0; d < 8; ++d) squares += std::pow(x[i][d].item<double>(), 2);
        for (int64_t d = 0; d < 8; ++d)
            EXPECT_NEAR(y[i][d].item<double>(), w[d].item<double>() * x[i][d].item<double>() / std::sqrt(squares / 8 + 1e-6), 1e-12);
    }
    const auto half = rmsNorm(x.to(torch::kBFloat16), w.to(torch::kFloat), 1e-6);
    EXPECT_EQ(half.scalar_type(), torch::kBFloat16);
    EXPECT_TRUE(half.to(torch::kDouble).allclose(y, 0.02, 0.02));
}

TEST(Blocks, relativeBucketsFollowT5)
{
    const auto both = relativeBuckets(200, true, 32, 128, torch::kCPU);
    const auto past = relativeBuckets(200, false, 32, 128, torch::kCPU);
    const auto slow = [](int64_t distance, int64_t buckets) {
        const int64_t exact = buckets / 2;
        if (distance < exact) return distance;
        const float scaled = std::log(static_cast<float>(distance) / static_cast<float>(exact)) /
                             static_cast<float>(std::log(128.0 / static_cast<double>(exact))) * static_cast<float>(buckets - exact);
        return std::min(exact + static_cast<int64_t>(scaled), buckets - 1);
    };
    int64_t differing = 0;
    for (int64_t q = 0; q < 200; ++q)
        for (int64_t k = 0; k < 200; ++k) {
            const int64_t in_both = both[q][k].item<int64_t>(), in_past = past[q][k].item<int64_t>();
            differing += in_both != (k > q ? 16 : 0) + slow(std::abs(k - q), 16);
            differing += in_past != (k > q ? 0 : slow(q - k, 32));
        }
    EXPECT_EQ(differing, 0);
    EXPECT_EQ(both[0][150].item<int64_t>(), 31);
    EXPECT_EQ(past[199][0].item<int64_t>(), 31);
    const auto near_only = relativeBuckets(300, true, 256, 8, torch::kCPU);
    EXPECT_GE(near_only.min().item<int64_t>(), 0);
    EXPECT_LT(near_only.max().item<int64_t>(), 256);
}

TEST(Blocks, attentionEqualsALoop)
{
    auto model = tinyModel();
    RouterConfig router;
    ForwardOptions options;
    const auto weights = toType(initialWeights(model, 3, torch::kCPU), torch::kDouble);
    const Pass pass{model, router, weights, options};
    torch::manual_seed(2);
    const auto x = torch::randn({2, 5, 8}, torch::kDouble);
    const auto mask = torch::tensor({1, 1, 1, 0, 0, 1, 1, 1, 1, 1}).view({2, 5}).to(torch::kBool);
    const std::string prefix = "encoder.block.0.layer.0.SelfAttention.";
    const auto y = attention(pass, prefix, "encoder.0/self", x, x, selfAttentionBias(pass, false, 5, mask));
    const auto buckets = relativeBuckets(5, true, 32, 128, torch::kCPU);
    const auto& table = weights.at(prefix + "relative_attention_bias.weight");
    for (int64_t b = 0; b < 2; ++b)
        for (int64_t q = 0; q < 5; ++q) {
            std::vector<torch::Tensor> mixed;
            for (int64_t h = 0; h < 2; ++h) {
                const auto part = [&](const char* name, int64_t at) {
                    return weights.at(prefix + name + ".weight").narrow(0, h * 4, 4).matmul(x[b][at]);
                };
                auto sum = torch::zeros(4, torch::kDouble);
                double total = 0;
                for (int64_t k = 0; k < 5; ++k) {
                    if (!mask[b][k].item<bool>()) continue;
                    const double bias = table[buckets[q][k].item<int64_t>()][h].item<double>();
                    const double weight = std::exp(part("q", q).dot(part("k", k)).item<double>() + bias);
                    sum += part("v", k) * weight;
                    total += weight;
                }
                mixed.push_back(sum / total);
            }
            const auto expected = weights.at(prefix + "o.weight").matmul(torch::cat(mixed));
            EXPECT_TRUE(y[b][q].allclose(expected, 1e-10, 1e-10));
        }
}
