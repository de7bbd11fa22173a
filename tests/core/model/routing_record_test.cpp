// What the sparse layer tells for the record, and the ablation of random tokens: against slow loops.
#include "core/model/sparse_layer.h"

#include "core/base/error.h"
#include "tests/core/model/model_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>

using namespace sy;
using namespace sy::test;

namespace {

SparseOutput run(const LayerFixture& f)
{
    return sparseFeedForward(f.pass(), "l.", "encoder.1", f.x_XD, f.tokens);
}

/// Of two routers' kinds and three scopes.
class CapacityNeeded : public ::testing::TestWithParam<std::pair<RouterKind, Scope>> {};

} // namespace

TEST_P(CapacityNeeded, isTheLargestLoadOverItsShareInAnyGroup)
{
    const auto [kind, scope] = GetParam();
    LayerFixture f(4, 5, 9, torch::kDouble, 11);
    f.router.kind = kind;
    f.router.capacity_scope = scope;
    f.router.group_size = 20; // two rows, the last group has one
    f.options.num_languages = 1;
    f.tokens.language_B = torch::zeros({5}, torch::kInt64);
    const auto routing = run(f).routing;

    const int64_t rows_per_group = scope == Scope::Row ? 1 : scope == Scope::Group ? 2 : 5;
    std::map<int64_t, std::map<int64_t, double>> load;
    std::map<int64_t, double> tokens;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    const auto logits = at::linear(f.x_XD, f.weights.at("l.router.classifier.weight"));
    for (int64_t x = 0; x < 45; ++x) {
        EXPECT_FLOAT_EQ(routing.logit_min_X[x].item<float>(), logits[x].min().item<float>());
        EXPECT_FLOAT_EQ(routing.logit_max_X[x].item<float>(), logits[x].max().item<float>());
        if (!f.tokens.routed_X[x].item<bool>()) continue;
        const int64_t group = x / 9 / rows_per_group;
        tokens[group] += 1;
        for (int64_t k = 0; k < routing.expert_XK.size(1); ++k)
            load[group][routing.expert_XK[x][k].item<int64_t>()] += 1;
        low = std::min(low, logits[x].min().item<double>());
        high = std::max(high, logits[x].max().item<double>());
    }
    double needed = 0;
    for (const auto& [group, experts] : load)
        for (const auto& [expert, count] : experts) needed = std::max(needed, count * 4 / tokens[group]);
    EXPECT_FLOAT_EQ(routing.capacity_needed.item<float>(), static_cast<float>(needed));
    EXPECT_LT(low, high);

    // With that factor nothing is dropped; with less, something is.
    f.options.routing.capacity_factor = needed;
    const auto routed = f.tokens.routed_X.unsqueeze(1);
    EXPECT_TRUE(run(f).routing.kept_XK.logical_or(routed.logical_not()).all().item<bool>());
    f.options.routing.capacity_factor = 0.7 * needed;
    EXPECT_FALSE(run(f).routing.kept_XK.logical_or(routed.logical_not()).all().item<bool>());
}

INSTANTIATE_TEST_SUITE_P(SparseLayer, CapacityNeeded,
                         ::testing::Values(std::pair{RouterKind::Switch, Scope::Row},
                                           std::pair{RouterKind::Switch, Scope::Group},
                                           std::pair{RouterKind::Switch, Scope::Batch},
                                           std::pair{RouterKind::Top2, Scope::Batch}));

TEST(RoutingRecord, isLeftOutWhereNobodyAsksAndWhereThereAreNoLogits)
{
    LayerFixture f(3, 2, 6, torch::kFloat, 2);
    EXPECT_FALSE(run(f).routing.capacity_needed.defined());
    EXPECT_FALSE(run(f).routing.logit_max_X.defined());
    f.options.num_languages = 1;
    f.tokens.language_B = torch::zeros({2}, torch::kInt64);
    f.router.kind = RouterKind::Hash;
    EXPECT_TRUE(run(f).routing.capacity_needed.defined());
    EXPECT_FALSE(run(f).routing.logit_max_X.defined());
}

TEST(AblateLike, silencesAsManyKeptChoicesOfRealTokensAsTheExpertHas)
{
    for (const auto kind : {RouterKind::Switch, RouterKind::Top2}) {
        LayerFixture f(3, 4, 16, torch::kDouble, 5);
        f.router.kind = kind;
        f.options.routing.capacity_factor = 0.75; // some are dropped: those have nothing to lose
        const auto plain = run(f);
        f.options.routing.layer = "encoder.1";
        for (int64_t expert = 0; expert < 3; ++expert) {
            f.options.routing.ablate_like = expert;
            const auto kept = plain.routing.kept_XK.logical_and(f.tokens.real_X.unsqueeze(1));
            const auto wanted = kept.logical_and(plain.routing.expert_XK.eq(expert)).sum().item<int64_t>();
            ASSERT_GT(wanted, 0);
            const auto first = run(f);
            EXPECT_TRUE(first.routing.expert_XK.equal(plain.routing.expert_XK));
            EXPECT_TRUE(first.routing.kept_XK.equal(plain.routing.kept_XK));
            EXPECT_TRUE(run(f).y_XD.equal(first.y_XD)); // the same draw
            const auto changed = first.y_XD.ne(plain.y_XD).any(1);
            EXPECT_FALSE(changed.logical_and(kept.any(1).logical_not()).any().item<bool>());
            if (kind == RouterKind::Switch) {
                EXPECT_EQ(changed.sum().item<int64_t>(), wanted);
                EXPECT_TRUE(first.y_XD.index({changed}).eq(0).all().item<bool>());
            } else {
                EXPECT_LE(changed.sum().item<int64_t>(), wanted); // a token may lose both of its choices
                EXPECT_GE(2 * changed.sum().item<int64_t>(), wanted);
            }
            f.options.routing.ablate_seed = 9;
            EXPECT_FALSE(run(f).y_XD.equal(first.y_XD));
            f.options.routing.ablate_seed = 0;
        }
    }
}

TEST(AblateLike, drawsEveryExpertsTokensAlike)
{
    LayerFixture f(2, 4, 64, torch::kDouble, 8);
    f.options.routing.dropless = true;
    f.options.routing.layer = "encoder.1";
    const auto plain = run(f);
    f.options.routing.ablate_like = 0;
    const auto real = f.tokens.real_X;
    const auto of = [&](int64_t e) { return plain.routing.expert_XK.select(1, 0).eq(e).logical_and(real); };
    const double n0 = of(0).sum().item<double>(), n1 = of(1).sum().item<double>();
    double hit0 = 0, hit1 = 0;
    constexpr int draws = 200;
    for (int draw = 0; draw < draws; ++draw) {
        f.options.routing.ablate_seed = static_cast<uint64_t>(draw);
        const auto changed = run(f).y_XD.ne(plain.y_XD).any(1);
        hit0 += changed.logical_and(of(0)).sum().item<double>();
        hit1 += changed.logical_and(of(1)).sum().item<double>();
    }
    const double share = n0 / (n0 + n1); // each token is drawn with this probability
    EXPECT_NEAR(hit0 / draws / n0, share, 0.02);
    EXPECT_NEAR(hit1 / draws / n1, share, 0.02);
}

TEST(AblateLike, refusesAnExpertThatIsNotThere)
{
    LayerFixture f(3, 2, 6, torch::kFloat, 2);
    f.options.routing.layer = "encoder.1";
    f.options.routing.ablate_like = 3;
    EXPECT_THROW(run(f), EngineError);
}
