// The sparse layer against a slow loop over tokens.
#include "core/model/sparse_layer.h"

#include "core/base/error.h"
#include "core/model/blocks.h"
#include "tests/core/model/model_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace sy;
using namespace sy::test;

namespace {

using Row = std::vector<double>;
using Table = std::vector<Row>;

Table tableOf(const torch::Tensor& t)
{
    const auto host = t.detach().to(torch::kDouble).contiguous();
    Table out;
    for (int64_t i = 0; i < host.size(0); ++i) out.emplace_back(host.data_ptr<double>() + i * host.size(1), host.data_ptr<double>() + (i + 1) * host.size(1));
    return out;
}

double dot(const Row& a, const Row& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

Row softmax(Row x)
{
    double sum = 0;
    for (auto& v : x) sum += v = std::exp(v);
    for (auto& v : x) v /= sum;
    return x;
}

/// What a layer must do, token by token.
struct SlowLayer {
    Table y;
    std::vector<std::vector<int>> expert; ///< [X][K]
    std::vector<std::vector<bool>> kept;
    double aux = 0, z = 0;
};

struct SlowRouter {
    const LayerFixture& f;
    Table p;
    std::vector<bool> routed;
    std::vector<double> lse;

    explicit SlowRouter(const LayerFixture& fixture) : f(fixture)
    {
        const auto w = tableOf(f.weights.at("l.router.classifier.weight"));
        for (const auto& x : tableOf(f.x_XD)) {
            Row logits;
            for (const auto& row : w) logits.push_back(dot(row, x));
            double sum = 0;
            for (const double l : logits) sum += std::exp(l);
            lse.push_back(std::log(sum));
            p.push_back(softmax(logits));
        }
        for (size_t x = 0; x < p.size(); ++x) routed.push_back(f.tokens.routed_X[static_cast<int64_t>(x)].item<bool>());
    }

    int64_t groupOf(Scope scope, size_t x) const
    {
        const auto row = static_cast<int64_t>(x) / f.tokens.length;
        if (scope == Scope::Row) return row;
        if (scope == Scope::Group) return row / std::max<int64_t>(f.router.group_size / f.tokens.length, 1);
        return 0;
    }

    int64_t capacity(int64_t group) const
    {
        if (f.options.routing.dropless) return 1 << 30;
        int64_t tokens = 0;
        for (size_t x = 0; x < p.size(); ++x) tokens += routed[x] && groupOf(f.router.capacity_scope, x) == group;
        const double share = f.options.routing.capacity_factor * static_cast<double>(tokens) / static_cast<double>(p[0].size());
        return std::max(static_cast<int64_t>(std::ceil(share - 1e-9)), f.router.min_capacity);
    }

    std::vector<int> ranked(size_t x, size_t count) const
    {
        std::vector<int> e(p[x].size());
        std::iota(e.begin(), e.end(), 0);
        std::stable_sort(e.begin(), e.end(), [&](int a, int b) { return p[x][size_t(a)] > p[x][size_t(b)]; });
        e.resize(std::min(count, e.size()));
        return e;
    }

    std::vector<size_t> order() const
    {
        std::vector<size_t> out(p.size());
        std::iota(out.begin(), out.end(), size_t{0});
        if (f.router.overflow_priority == OverflowPriority::Probability)
            std::stable_sort(out.begin(), out.end(), [&](size_t a, size_t b) { return p[a][size_t(ranked(a, 1)[0])] > p[b][size_t(ranked(b, 1)[0])]; });
        return out;
    }

    void losses(SlowLayer& out) const
    {
        int64_t groups = 0, all = 0;
        const auto n = p[0].size();
        for (int64_t g = 0; g < f.tokens.rows; ++g) {
            Row load(n), importance(n);
            double tokens = 0;
            for (size_t x = 0; x < p.size(); ++x)
                if (routed[x] && groupOf(f.router.balance_scope, x) == g) {
                    tokens += 1;
                    load[size_t(ranked(x, 1)[0])] += 1;
                    for (size_t e = 0; e < n; ++e) importance[e] += p[x][e];
                }
            if (tokens == 0) continue;
            ++groups;
            out.aux += static_cast<double>(n) * dot(load, importance) / tokens / tokens;
        }
        out.aux /= static_cast<double>(std::max<int64_t>(groups, 1));
        for (size_t x = 0; x < p.size(); ++x)
            if (routed[x]) out.z += lse[x] * lse[x], ++all;
        out.z /= static_cast<double>(std::max<int64_t>(all, 1));
    }

    Row expertOutput(int e, const Row& x) const
    {
        const auto wi = tableOf(f.weights.at("l.experts.wi.weight")[e]);
        const auto wo = tableOf(f.weights.at("l.experts.wo.weight")[e]);
        Row hidden, out;
        for (const auto& row : wi) hidden.push_back(std::max(dot(row, x), 0.0));
        for (const auto& row : wo) out.push_back(dot(row, hidden));
        return out;
    }
};

SlowLayer slowLayer(const LayerFixture& f)
{
    const SlowRouter r(f);
    const size_t k = f.router.kind == RouterKind::Top2 ? 2 : 1;
    SlowLayer out;
    for (size_t x = 0; x < r.p.size(); ++x) {
        out.expert.push_back(r.ranked(x, k));
        out.kept.emplace_back(out.expert[x].size(), false);
    }
    std::map<std::pair<int64_t, int>, int64_t> taken;
    const auto tryTake = [&](size_t x, size_t j) {
        const auto group = r.groupOf(f.router.capacity_scope, x);
        auto& count = taken[{group, out.expert[x][j]}];
        if (r.routed[x] && count < r.capacity(group)) out.kept[x][j] = true, ++count;
    };
    const size_t width = out.expert[0].size();
    if (f.tokens.decoder)
        for (const size_t x : r.order())
            for (size_t j = 0; j < width; ++j) tryTake(x, j);
    else
        for (size_t j = 0; j < width; ++j)
            for (const size_t x : r.order()) tryTake(x, j);
    if (f.router.no_token_left_behind)
        for (const size_t x : r.order()) {
            if (out.kept[x][0]) continue;
            const auto first = out.expert[x];
            out.expert[x][0] = r.ranked(x, 2).back();
            tryTake(x, 0);
            if (!out.kept[x][0]) out.expert[x] = first;
        }
    const auto inputs = tableOf(f.x_XD);
    for (size_t x = 0; x < r.p.size(); ++x) {
        out.y.emplace_back(inputs[x].size());
        double total = 0;
        for (const int e : out.expert[x]) total += r.p[x][size_t(e)];
        for (size_t j = 0; j < width; ++j) {
            if (!out.kept[x][j]) continue;
            const double p = r.p[x][size_t(out.expert[x][j])];
            const auto value = r.expertOutput(out.expert[x][j], inputs[x]);
            for (size_t d = 0; d < value.size(); ++d) out.y[x][d] += (k == 2 ? p / total : p) * value[d];
        }
    }
    r.losses(out);
    return out;
}

void expectSame(const LayerFixture& f, DispatchLayout layout, double tolerance)
{
    const auto fast = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens, layout);
    const auto slow = slowLayer(f);
    for (size_t x = 0; x < slow.y.size(); ++x) {
        const auto at = static_cast<int64_t>(x);
        for (size_t j = 0; j < slow.expert[x].size(); ++j) {
            const auto column = static_cast<int64_t>(j);
            ASSERT_EQ(fast.routing.expert_XK[at][column].item<int64_t>(), slow.expert[x][j]) << "token " << x;
            ASSERT_EQ(fast.routing.kept_XK[at][column].item<bool>(), slow.kept[x][j]) << "token " << x;
        }
    }
    const auto y = tableOf(fast.y_XD);
    for (size_t x = 0; x < y.size(); ++x)
        for (size_t d = 0; d < y[x].size(); ++d) ASSERT_NEAR(y[x][d], slow.y[x][d], tolerance * (1 + std::abs(slow.y[x][d])));
    EXPECT_NEAR(fast.routing.aux_loss.item<double>(), slow.aux, tolerance);
    EXPECT_NEAR(fast.routing.z_loss.item<double>(), slow.z, tolerance * 10);
}

LayerFixture randomLayer(uint64_t seed, torch::ScalarType dtype)
{
    RandomStream random{mix64(seed)};
    uint64_t at = 0;
    const auto pick = [&](uint64_t bound) { return static_cast<int64_t>(random.below(at++, bound)); };
    LayerFixture f(2 + pick(5), 1 + pick(5), 1 + pick(9), dtype, seed);
    f.router.kind = pick(3) == 0 ? RouterKind::Top2 : RouterKind::Switch;
    f.router.capacity_scope = std::array{Scope::Row, Scope::Group, Scope::Batch, Scope::Global}[static_cast<size_t>(pick(4))];
    f.router.balance_scope = std::array{Scope::Row, Scope::Group, Scope::Batch, Scope::Global}[static_cast<size_t>(pick(4))];
    f.router.group_size = 1 + pick(30);
    f.router.min_capacity = 1 + pick(3);
    f.router.overflow_priority = pick(2) ? OverflowPriority::Probability : OverflowPriority::Position;
    f.router.no_token_left_behind = f.router.kind == RouterKind::Switch && pick(3) == 0;
    f.options.routing.capacity_factor = std::array{0.25, 0.5, 1.0, 1.25, 2.0}[static_cast<size_t>(pick(5))];
    f.options.routing.dropless = pick(6) == 0;
    f.tokens.decoder = pick(2) == 1;
    if (pick(2)) f.tokens.routed_X = torch::ones_like(f.tokens.real_X); // padding counts
    return f;
}

} // namespace

TEST(SparseLayer, equalsASlowLoopInDoublePrecision)
{
    for (uint64_t seed = 0; seed < 80; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        expectSame(randomLayer(seed, torch::kDouble), DispatchLayout::Padded, 1e-10);
        if (HasFatalFailure()) return;
    }
}

TEST(SparseLayer, equalsASlowLoopWithSortedRows)
{
    for (uint64_t seed = 100; seed < 160; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        expectSame(randomLayer(seed, torch::kFloat), DispatchLayout::Ragged, 2e-5);
        if (HasFatalFailure()) return;
    }
}

TEST(SparseLayer, bothLayoutsAgreeInOutputAndGradientsUnderDropout)
{
    for (uint64_t seed = 0; seed < 20; ++seed) {
        auto f = randomLayer(seed, torch::kFloat);
        f.options.train = true;
        f.model.expert_dropout = 0.4;
        std::vector<torch::Tensor> results;
        for (const auto layout : {DispatchLayout::Ragged, DispatchLayout::Padded}) {
            const auto out = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens, layout);
            std::vector<torch::Tensor> inputs{f.x_XD};
            for (const auto& [name, weight] : f.weights.items()) inputs.push_back(weight);
            const auto loss = out.y_XD.square().sum() + out.routing.aux_loss + out.routing.z_loss;
            results.push_back(out.y_XD);
            for (auto& g : torch::autograd::grad({loss}, inputs)) results.push_back(g);
        }
        const size_t half = results.size() / 2;
        for (size_t i = 0; i < half; ++i) {
            const double scale = results[i].abs().max().item<double>() + 1e-6;
            EXPECT_LT((results[i] - results[half + i]).abs().max().item<double>(), 1e-5 * scale) << "seed " << seed << ", " << i;
        }
    }
}

TEST(SparseLayer, oneExpertIsTheDenseBlockExactly)
{
    for (const bool train : {false, true}) {
        LayerFixture f(1, 4, 16, torch::kFloat, 5);
        f.tokens.routed_X.fill_(true);
        f.router.exploration = Exploration::Jitter;
        f.model.dropout = 0.3;
        f.options.train = train;
        f.weights.add("l.wi.weight", f.weights.at("l.experts.wi.weight")[0].detach().clone().requires_grad_());
        f.weights.add("l.wo.weight", f.weights.at("l.experts.wo.weight")[0].detach().clone().requires_grad_());
        const auto sparse = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens).y_XD;
        const auto dense = feedForward(f.pass(), "l.", "encoder.1", f.x_XD);
        EXPECT_TRUE(sparse.equal(dense));
        const auto g = torch::autograd::grad({sparse.square().sum()}, {f.weights.at("l.experts.wi.weight"), f.x_XD});
        const auto h = torch::autograd::grad({dense.square().sum()}, {f.weights.at("l.wi.weight"), f.x_XD});
        EXPECT_TRUE(g[0][0].allclose(h[0], 1e-5, 1e-4));
        EXPECT_TRUE(g[1].allclose(h[1], 1e-5, 1e-4));
    }
}

TEST(SparseLayer, expertsChooseTheirLikeliestTokens)
{
    for (uint64_t seed = 0; seed < 20; ++seed) {
        auto f = randomLayer(seed, torch::kDouble);
        f.router.kind = RouterKind::ExpertChoice;
        f.router.no_token_left_behind = f.options.routing.dropless = false;
        const SlowRouter r(f);
        const auto out = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens);
        Table y(r.p.size(), Row(8));
        const auto inputs = tableOf(f.x_XD);
        std::set<std::pair<size_t, int64_t>> picked;
        for (int64_t g = 0; g < f.tokens.rows; ++g)
            for (size_t e = 0; e < r.p[0].size(); ++e) {
                std::vector<size_t> tokens;
                for (size_t x = 0; x < r.p.size(); ++x)
                    if (r.routed[x] && r.groupOf(f.router.capacity_scope, x) == g) tokens.push_back(x);
                std::stable_sort(tokens.begin(), tokens.end(), [&](size_t a, size_t b) { return r.p[a][e] > r.p[b][e]; });
                tokens.resize(std::min(tokens.size(), static_cast<size_t>(r.capacity(g))));
                for (const size_t x : tokens) {
                    picked.insert({x, static_cast<int64_t>(e)});
                    const auto value = r.expertOutput(static_cast<int>(e), inputs[x]);
                    for (size_t d = 0; d < 8; ++d) y[x][d] += r.p[x][e] * value[d];
                }
            }
        const auto fast = tableOf(out.y_XD);
        for (size_t x = 0; x < y.size(); ++x)
            for (size_t d = 0; d < 8; ++d) ASSERT_NEAR(fast[x][d], y[x][d], 1e-9 * (1 + std::abs(y[x][d]))) << "seed " << seed;
        std::set<std::pair<size_t, int64_t>> reported;
        for (size_t x = 0; x < y.size(); ++x)
            for (int64_t k = 0; k < out.routing.expert_XK.size(1); ++k) {
                const auto e = out.routing.expert_XK[static_cast<int64_t>(x)][k].item<int64_t>();
                EXPECT_EQ(out.routing.kept_XK[static_cast<int64_t>(x)][k].item<bool>(), e >= 0);
                if (e >= 0) reported.insert({x, e});
            }
        EXPECT_EQ(reported, picked) << "seed " << seed;
    }
}

TEST(SparseLayer, hashRoutesByTokenIdAndRandomDoesNotLearn)
{
    LayerFixture f(4, 6, 30, torch::kFloat, 3);
    f.options.routing.dropless = true;
    f.router.kind = RouterKind::Hash;
    const auto first = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens).routing;
    f.options.step = 9;
    const auto later = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD * 2, f.tokens).routing;
    EXPECT_TRUE(first.expert_XK.equal(later.expert_XK));
    std::map<int64_t, std::set<int64_t>> experts_of_id;
    for (int64_t x = 0; x < 180; ++x) experts_of_id[f.tokens.id_X[x].item<int64_t>()].insert(first.expert_XK[x][0].item<int64_t>());
    for (const auto& [id, experts] : experts_of_id) EXPECT_EQ(experts.size(), 1u) << "id " << id;

    f.router.kind = RouterKind::Random;
    f.tokens.routed_X.fill_(true);
    const auto a = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens).routing;
    f.options.step = 10;
    const auto b = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens).routing;
    EXPECT_FALSE(a.expert_XK.equal(b.expert_XK));
    for (int64_t e = 0; e < 4; ++e) EXPECT_NEAR(a.expert_XK.eq(e).sum().item<int64_t>(), 45, 30);
    EXPECT_EQ(a.z_loss.item<float>(), 0);
}

TEST(SparseLayer, explorationTouchesOnlyTheRoutersCopyAndOnlyTraining)
{
    LayerFixture f(4, 4, 50, torch::kFloat, 8);
    f.options.routing.dropless = true;
    f.model.dropout = 0;
    const auto run = [&](Exploration exploration, bool train) {
        f.router.exploration = exploration;
        f.router.jitter_eps = 0.3;
        f.options.train = train;
        return sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens);
    };
    const auto plain = run(Exploration::Argmax, true);
    for (const auto exploration : {Exploration::Jitter, Exploration::Sample, Exploration::InputDropout}) {
        EXPECT_TRUE(run(exploration, false).y_XD.equal(plain.y_XD));
        const auto noisy = run(exploration, true);
        EXPECT_FALSE(noisy.routing.gate_XK.equal(plain.routing.gate_XK)) << static_cast<int>(exploration);
        // Where the choice is the same, the expert's output is too: y / gate does not see the noise.
        const auto same = noisy.routing.expert_XK.eq(plain.routing.expert_XK).logical_and(noisy.routing.kept_XK);
        const auto ratio = torch::where(same, noisy.y_XD / noisy.routing.gate_XK - plain.y_XD / plain.routing.gate_XK, torch::zeros({}));
        EXPECT_LT(ratio.abs().max().item<float>(), 1e-3F);
    }
}

TEST(SparseLayer, samplingFollowsTheProbabilities)
{
    LayerFixture f(3, 1, 20000, torch::kFloat, 8);
    f.x_XD = torch::ones({20000, 8}) * 0.3;
    f.tokens.routed_X.fill_(true);
    f.router.exploration = Exploration::Sample;
    f.options.train = true;
    f.options.routing.dropless = true;
    f.options.want_probabilities = true;
    const auto routing = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens).routing;
    for (int64_t e = 0; e < 3; ++e) {
        const double p = routing.probability_XN[0][e].item<double>();
        EXPECT_NEAR(routing.expert_XK.eq(e).to(torch::kDouble).mean().item<double>(), p, 5 * std::sqrt(p * (1 - p) / 20000));
    }
}

TEST(SparseLayer, interventions)
{
    LayerFixture f(3, 2, 20, torch::kFloat, 4);
    f.options.routing.dropless = true;
    f.tokens.routed_X.fill_(true);
    const auto run = [&] { return sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens); };
    const auto plain = run();
    f.options.routing.layer = "encoder.1";
    f.options.routing.ablate_expert = 1;
    const auto ablated = run();
    const auto mine = plain.routing.expert_XK.eq(1);
    EXPECT_TRUE(ablated.y_XD.equal(torch::where(mine, torch::zeros({}), plain.y_XD)));
    f.options.routing.ablate_expert.reset();
    f.options.routing.swap_experts = {0, 2};
    const auto swapped = run();
    EXPECT_TRUE(swapped.routing.expert_XK.equal(torch::where(mine, plain.routing.expert_XK, 2 - plain.routing.expert_XK)));
    EXPECT_TRUE(swapped.routing.gate_XK.equal(plain.routing.gate_XK));
    f.options.routing.swap_experts.reset();
    f.options.routing.dropless = false;
    f.options.routing.force_expert = 2;
    const auto forced = run();
    EXPECT_TRUE(forced.routing.expert_XK.eq(2).all().item<bool>());
    EXPECT_TRUE(forced.routing.kept_XK.all().item<bool>());
    f.options.routing.force_expert = 3;
    EXPECT_THROW(run(), EngineError);
    f.options.routing.layer = "encoder.3";
    EXPECT_NO_THROW(run());
}

TEST(SparseLayer, peersSemantics)
{
    LayerFixture f(2, 2, 12, torch::kFloat, 4);
    f.tokens.routed_X.fill_(true);
    f.router.overflow_priority = OverflowPriority::Probability;
    f.options.routing.semantics = Semantics::HfRow;
    f.options.routing.fixed_capacity = 3;
    const auto row = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens).routing;
    for (int64_t b = 0; b < 2; ++b) {
        std::array<int, 2> count{};
        for (int64_t s = 0; s < 12; ++s) {
            const auto e = static_cast<size_t>(row.expert_XK[b * 12 + s][0].item<int64_t>());
            EXPECT_EQ(row.kept_XK[b * 12 + s][0].item<bool>(), count[e]++ < 3);
        }
    }
    f.options.routing.semantics = Semantics::HfDropless;
    EXPECT_TRUE(sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens).routing.kept_XK.all().item<bool>());
    f.options.routing.semantics = Semantics::T5xGroup;
    f.options.routing.capacity_factor = 0.1;
    f.router.group_size = 12;
    f.router.overflow_priority = OverflowPriority::Position;
    const auto t5x = sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens).routing;
    for (int64_t b = 0; b < 2; ++b)
        for (int64_t e = 0; e < 2; ++e) {
            const auto mine = t5x.expert_XK.narrow(0, b * 12, 12).eq(e);
            const auto kept = mine.logical_and(t5x.kept_XK.narrow(0, b * 12, 12)).sum().item<int64_t>();
            EXPECT_EQ(kept, std::min<int64_t>(mine.sum().item<int64_t>(), 4)) << "a minimum of 4 slots per group";
        }
}
