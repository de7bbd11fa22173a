// The whole model: gradients, causality, determinism, precision, refusals.
#include "core/base/error.h"
#include "core/model/generate.h"
#include "core/model/routing_counts.h"
#include "tests/core/model/model_fixture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

using namespace sy;
using namespace sy::test;

namespace {

struct ModelFixture {
    ModelConfig model = tinyModel();
    RouterConfig router;
    Weights master;
    ModelInput input;
    ForwardOptions options;

    explicit ModelFixture(uint64_t seed = 1) : master(initialWeights(model, seed, torch::kCPU)), input(randomInput(model, 3, 9, 6, seed)) {}

    ForwardResult run(const Weights& weights, PrecisionMode precision = PrecisionMode::Float32) const
    {
        return forward(model, router, precision, weights, input, options);
    }
    /// Loss, then the gradient of every weight.
    std::vector<torch::Tensor> gradients(PrecisionMode precision = PrecisionMode::Float32) const
    {
        const auto weights = computeWeights(master, model, precision, true);
        auto loss = totalLoss(run(weights, precision));
        loss.backward();
        std::vector<torch::Tensor> out{loss.detach()};
        for (const auto& [name, weight] : weights.items()) {
            EXPECT_TRUE(weight.grad().defined()) << name;
            out.push_back(weight.grad());
        }
        return out;
    }
};

bool allEqual(const std::vector<torch::Tensor>& a, const std::vector<torch::Tensor>& b)
{
    for (size_t i = 0; i < a.size(); ++i)
        if (!a[i].equal(b[i])) return false;
    return a.size() == b.size();
}

void expectFiniteDifferences(const ModelFixture& f)
{
    const auto weights = toType(f.master, torch::kDouble, true);
    totalLoss(f.run(weights)).backward();
    const torch::NoGradGuard no_grad;
    constexpr double h = 1e-6;
    for (const auto& [name, weight] : weights.items()) {
        torch::manual_seed(siteId(name));
        const auto direction = torch::randn(weight.sizes(), torch::kDouble);
        const double expected = (weight.grad() * direction).sum().item<double>();
        weight.add_(direction, h);
        const double above = totalLoss(f.run(weights)).item<double>();
        weight.add_(direction, -2 * h);
        const double below = totalLoss(f.run(weights)).item<double>();
        weight.add_(direction, h);
        EXPECT_NEAR((above - below) / (2 * h), expected, 1e-6 + 1e-5 * std::abs(expected)) << name;
    }
}

} // namespace

TEST(Forward, gradientsAreFiniteDifferences)
{
    ModelFixture f;
    for (const bool train : {false, true})
        for (const auto kind : {RouterKind::Switch, RouterKind::Top2}) {
            SCOPED_TRACE(std::string(enumText(kind)) + (train ? ", training" : ""));
            f.router.kind = kind;
            f.options.train = train;
            f.model.dropout = 0.2;
            f.options.routing.capacity_factor = 0.8;
            f.router.balance_scope = Scope::Row;
            expectFiniteDifferences(f);
        }
}

TEST(Forward, gradientsOfUntiedOutputAndExpertChoice)
{
    ModelFixture f;
    f.model.tie_embeddings = false;
    f.model.decoder_sparse_step = 0;
    f.model.encoder_sparse_step = 1;
    f.router.kind = RouterKind::ExpertChoice;
    f.master = initialWeights(f.model, 2, torch::kCPU);
    expectFiniteDifferences(f);
}

TEST(Forward, laterTokensChangeNoEarlierDecoderLogit)
{
    for (uint64_t seed = 0; seed < 12; ++seed)
        for (const auto kind : {RouterKind::Switch, RouterKind::Top2, RouterKind::Hash, RouterKind::Random}) {
            SCOPED_TRACE(std::string(enumText(kind)) + ", seed " + std::to_string(seed));
            ModelFixture f(seed);
            f.router.kind = kind;
            f.options.want_logits = true;
            f.options.routing.capacity_factor = 0.5;
            f.input.labels_BT = torch::Tensor();
            // Doubles and a tolerance: an expert's product rounds differently when it gets one row more.
            const auto weights = toType(f.master, torch::kDouble);
            const auto before = f.run(weights);
            EXPECT_TRUE(before.layers.back().kept_XK.logical_not().any().item<bool>()) << "the capacity is not tight";
            constexpr int64_t row = 1, from = 3;
            f.input.decoder_BT = f.input.decoder_BT.clone();
            f.input.decoder_BT[row].narrow(0, from, 3).copy_(torch::randint(2, 20, {3}, torch::kInt64));
            const auto after = f.run(weights).logits_BTV;
            EXPECT_TRUE(before.logits_BTV[row].narrow(0, 0, from).allclose(after[row].narrow(0, 0, from), 1e-9, 1e-9));
            EXPECT_TRUE(before.logits_BTV[0].allclose(after[0], 1e-9, 1e-9));
        }
}

TEST(Forward, paddingIsInvisibleToRealTokens)
{
    ModelFixture f(6);
    f.options.want_logits = true;
    f.options.routing.dropless = true;
    const auto weights = toType(f.master, torch::kFloat);
    const auto before = f.run(weights).logits_BTV;
    f.input.input_BS = torch::where(f.input.mask_BS, f.input.input_BS, torch::full({}, 7, torch::kInt64));
    EXPECT_TRUE(before.allclose(f.run(weights).logits_BTV, 1e-6, 1e-6));
    f.input.input_BS = torch::where(f.input.mask_BS, torch::full({}, 7, torch::kInt64), f.input.input_BS);
    EXPECT_FALSE(before.allclose(f.run(weights).logits_BTV, 1e-3, 1e-3));
}

TEST(Forward, oneAndTwoThreadsGiveTheSameBits)
{
    ModelFixture f;
    f.model = ModelConfig();
    f.model.d_model = 128;
    f.model.d_ff = 256;
    f.model.num_layers = f.model.num_decoder_layers = 2;
    f.model.vocab_size = 600;
    f.master = initialWeights(f.model, 1, torch::kCPU);
    f.input = randomInput(f.model, 8, 64, 24, 1);
    f.options.train = true;
    for (const auto precision : {PrecisionMode::Float32, PrecisionMode::Selective}) {
        at::set_num_threads(1);
        const auto one = f.gradients(precision);
        at::set_num_threads(2);
        EXPECT_TRUE(allEqual(one, f.gradients(precision))) << enumText(precision);
    }
}

TEST(Forward, drawsDependOnSeedStepAndMicroBatchAlone)
{
    ModelFixture f;
    f.options.train = true;
    f.model.dropout = 0.2;
    f.options.seed = 5;
    f.options.step = 7;
    const auto first = f.gradients();
    EXPECT_TRUE(allEqual(first, f.gradients()));
    for (auto* key : {&f.options.seed, &f.options.step, &f.options.micro_batch}) {
        ++*key;
        EXPECT_FALSE(allEqual(first, f.gradients()));
        --*key;
    }
    f.options.train = false;
    const auto evaluated = f.gradients();
    ++f.options.step;
    EXPECT_TRUE(allEqual(evaluated, f.gradients()));
}

TEST(Forward, lowerPrecisionStaysClose)
{
    ModelFixture f;
    f.input = randomInput(f.model, 8, 16, 8, 3);
    const double exact = f.gradients()[0].item<double>();
    for (const auto precision : {PrecisionMode::Selective, PrecisionMode::Bfloat16})
        EXPECT_NEAR(f.gradients(precision)[0].item<double>(), exact, 0.02 * exact) << enumText(precision);
}

TEST(Forward, theRouterKeepsFloat32UnderSelectivePrecisionOnly)
{
    ModelFixture f;
    for (const auto precision : {PrecisionMode::Selective, PrecisionMode::Bfloat16}) {
        const auto weights = computeWeights(f.master, f.model, precision, false);
        const auto& embedding = weights.at("shared.weight");
        const auto& router = weights.at("encoder.block.1.layer.1.mlp.router.classifier.weight");
        const auto& norm = weights.at("decoder.final_layer_norm.weight");
        const bool selective = precision == PrecisionMode::Selective;
        EXPECT_EQ(embedding.scalar_type(), torch::kBFloat16);
        EXPECT_EQ(router.scalar_type(), selective ? torch::kFloat : torch::kBFloat16);
        EXPECT_EQ(norm.scalar_type(), selective ? torch::kFloat : torch::kBFloat16);
        const auto gate = f.run(weights, precision).layers[0].gate_XK;
        EXPECT_EQ(gate.scalar_type(), torch::kFloat);
        EXPECT_EQ(gate.to(torch::kBFloat16).to(torch::kFloat).equal(gate), !selective) << enumText(precision);
    }
}

TEST(Forward, float32WeightsShareTheMastersMemory)
{
    const ModelFixture f;
    const auto weights = computeWeights(f.master, f.model, PrecisionMode::Float32, true);
    for (const auto& [name, master] : f.master.items()) {
        EXPECT_EQ(weights.at(name).data_ptr(), master.data_ptr()) << name;
        EXPECT_TRUE(weights.at(name).is_leaf() && weights.at(name).requires_grad()) << name;
    }
}

TEST(Forward, returnsWhatIsAskedForAndNamesTheLayers)
{
    ModelFixture f;
    const auto weights = toType(f.master, torch::kFloat);
    auto out = f.run(weights);
    EXPECT_FALSE(out.logits_BTV.defined() || out.loss_BT.defined() || out.layers[0].probability_XN.defined());
    ASSERT_EQ(out.layers.size(), 2u);
    EXPECT_EQ(out.layers[0].name, "encoder.1");
    EXPECT_EQ(out.layers[1].name, "decoder.1");
    f.options.want_logits = f.options.want_token_loss = f.options.want_probabilities = true;
    out = f.run(weights);
    EXPECT_EQ(out.logits_BTV.sizes(), (std::vector<int64_t>{3, 6, 20}));
    EXPECT_NEAR(out.loss_BT.sum().item<double>(), out.loss_sum.item<double>(), 1e-4);
    EXPECT_TRUE(out.loss_BT.masked_select(f.input.labels_BT.lt(0)).eq(0).all().item<bool>());
    EXPECT_EQ(out.layers[0].probability_XN.sizes(), (std::vector<int64_t>{27, 3}));
    f.input.labels_BT = torch::Tensor();
    EXPECT_FALSE(f.run(weights).loss_sum.defined());
}

TEST(Forward, refusesInputThatDoesNotFit)
{
    const ModelFixture good;
    const auto weights = toType(good.master, torch::kFloat);
    EXPECT_NO_THROW(good.run(weights));
    const auto refused = [&](auto&& change, const std::string& word) {
        ModelFixture f = good;
        change(f);
        try {
            f.run(weights);
            ADD_FAILURE() << "accepted: " << word;
        } catch (const EngineError& error) {
            EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
        }
    };
    refused([](auto& f) { f.input.input_BS = torch::Tensor(); }, "input");
    refused([](auto& f) { f.input.input_BS = f.input.input_BS.to(torch::kInt); }, "int64");
    refused([](auto& f) { f.input.mask_BS = f.input.mask_BS.to(torch::kInt); }, "mask");
    refused([](auto& f) { f.input.mask_BS = f.input.mask_BS.narrow(1, 0, 4); }, "mask");
    refused([](auto& f) { f.input.decoder_BT = f.input.decoder_BT.narrow(0, 0, 2); }, "rows");
    refused([](auto& f) { f.input.labels_BT = f.input.labels_BT.narrow(1, 0, 2); }, "labels");
    refused([](auto& f) { f.options.num_languages = 2; }, "language");
    refused([](auto& f) { f.model.num_layers = 3; }, "encoder.block.2");
    EXPECT_THROW(good.run(weights, PrecisionMode::Selective), EngineError);
    ModelFixture wider = good;
    wider.model.d_ff = 24;
    EXPECT_THROW(computeWeights(good.master, wider.model, PrecisionMode::Float32, false), EngineError);
}

TEST(RoutingCounts, equalALoopOverTokens)
{
    ModelFixture f(9);
    f.router.kind = RouterKind::Top2;
    f.options.routing.capacity_factor = 0.5;
    f.options.num_languages = 2;
    f.options.want_probabilities = true;
    f.input.language_B = torch::tensor({1, 0, 1}, torch::kInt64);
    const auto out = f.run(toType(f.master, torch::kFloat));
    auto counts = emptyRoutingCounts(2, 2, 3, torch::kCPU);
    addRouting(counts, out, f.input.language_B);
    addRouting(counts, out, f.input.language_B);
    for (int64_t m = 0; m < 2; ++m) {
        const auto& layer = out.layers[static_cast<size_t>(m)];
        const int64_t length = m == 0 ? 9 : 6;
        std::array<std::array<double, 3>, 2> load{}, kept{}, importance{};
        std::array<int64_t, 2> tokens{};
        double entropy = 0, z = 0, lse_max = -1e9, confidence = 0;
        int64_t padding = 0;
        for (int64_t x = 0; x < 3 * length; ++x) {
            if (!layer.counted_X[x].item<bool>()) {
                padding += 2;
                continue;
            }
            const size_t l = x / length == 1 ? 0 : 1;
            tokens[l] += 2;
            for (int64_t k = 0; k < 2; ++k) {
                const auto e = static_cast<size_t>(layer.expert_XK[x][k].item<int64_t>());
                load[l][e] += 2;
                kept[l][e] += layer.kept_XK[x][k].item<bool>() ? 2 : 0;
            }
            for (size_t e = 0; e < 3; ++e) {
                const double p = layer.probability_XN[x][static_cast<int64_t>(e)].item<double>();
                importance[l][e] += 2 * p;
                entropy -= 2 * p * std::log(p);
            }
            const double lse = layer.lse_X[x].item<double>();
            z += 2 * lse * lse;
            lse_max = std::max(lse_max, lse);
            confidence += 2 * layer.gate_XK[x][0].item<double>();
        }
        for (int64_t l = 0; l < 2; ++l) {
            EXPECT_EQ(counts.tokens_ML[m][l].item<int64_t>(), tokens[static_cast<size_t>(l)]);
            for (int64_t e = 0; e < 3; ++e) {
                const auto i = static_cast<size_t>(l), j = static_cast<size_t>(e);
                EXPECT_EQ(static_cast<double>(counts.load_MLN[m][l][e].item<int64_t>()), load[i][j]);
                EXPECT_EQ(static_cast<double>(counts.kept_MLN[m][l][e].item<int64_t>()), kept[i][j]);
                EXPECT_NEAR(counts.importance_MLN[m][l][e].item<double>(), importance[i][j], 1e-5);
            }
        }
        EXPECT_NEAR(counts.entropy_M[m].item<double>(), entropy, 1e-4);
        EXPECT_NEAR(counts.z_M[m].item<double>(), z, 1e-3);
        EXPECT_NEAR(counts.confidence_M[m].item<double>(), confidence, 1e-4);
        EXPECT_NEAR(counts.lse_max_M[m].item<double>(), lse_max, 1e-6);
        EXPECT_EQ(counts.padding_M[m].item<int64_t>(), padding);
    }
    auto other = emptyRoutingCounts(3, 2, 3, torch::kCPU);
    EXPECT_THROW(addRouting(other, out, f.input.language_B), EngineError);
    auto languages = emptyRoutingCounts(2, 5, 3, torch::kCPU);
    EXPECT_THROW(addRouting(languages, out, f.input.language_B), EngineError);
}

TEST(Generate, isTheArgmaxOfTheForwardPassTokenByToken)
{
    ModelFixture f(11);
    f.model.tie_embeddings = false; // a fresh tied model repeats its input
    f.master = initialWeights(f.model, 11, torch::kCPU);
    f.options.want_logits = true;
    f.options.routing.dropless = true;
    const auto weights = toType(f.master, torch::kFloat);
    GenerateSettings settings;
    settings.max_length = 5;
    settings.end_token = 19;
    const auto rows = generateGreedy(f.model, f.router, weights, f.input.input_BS, f.input.mask_BS, settings);
    EXPECT_NE(std::set<int32_t>(rows[0].begin(), rows[0].end()).size(), 1u) << "every step says the same";
    f.input.labels_BT = torch::Tensor();
    for (int64_t b = 0; b < 3; ++b) {
        ModelFixture one = f;
        one.input.input_BS = f.input.input_BS.narrow(0, b, 1);
        one.input.mask_BS = f.input.mask_BS.narrow(0, b, 1);
        std::vector<int64_t> ids{0};
        std::vector<int32_t> expected;
        while (expected.size() < 5) {
            one.input.decoder_BT = torch::tensor(ids, torch::kInt64).unsqueeze(0);
            ids.push_back(one.run(weights).logits_BTV[0][-1].argmax().item<int64_t>());
            if (ids.back() == 19) break;
            expected.push_back(static_cast<int32_t>(ids.back()));
        }
        EXPECT_EQ(rows[static_cast<size_t>(b)], expected);
    }
    const int32_t first = rows[0].at(0);
    settings.end_token = first;
    EXPECT_TRUE(generateGreedy(f.model, f.router, weights, f.input.input_BS, f.input.mask_BS, settings)[0].empty());
    settings.max_length = 0;
    EXPECT_THROW(generateGreedy(f.model, f.router, weights, f.input.input_BS, f.input.mask_BS, settings), EngineError);
}
