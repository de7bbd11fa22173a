// The planted run is what it says it is, and its records tell the same.
#include "core/analysis/dynamics.h"
#include "store_fixture.h"
#include "tests/support/planted_run.h"

#include <cmath>

namespace sy::test {

class PlantedRunTest : public StoreTest {};

TEST_F(PlantedRunTest, ShowsWhatWasPlanted)
{
    const PlantedRun planted;
    const std::string id = writePlantedRun(paths, planted);
    const Store store = Store::openExisting(paths);
    EXPECT_EQ(store.run(id).status, RunStatus::Finished);
    EXPECT_EQ(store.evaluationSteps(id), (std::vector<int64_t>{100, 200, 300, 400, 500, 600}));
    EXPECT_EQ(store.evaluationRouteSteps(id), store.evaluationSteps(id));

    const auto windows = store.windowsAt(id, 600);
    ASSERT_EQ(windows.size(), 4U);
    for (const auto& window : windows)
        for (int64_t l = 0; l < 8; ++l)
            for (int64_t e = 0; e < 8; ++e) {
                const double share = static_cast<double>(window.load[static_cast<size_t>(l * 8 + e)]) /
                                     static_cast<double>(window.tokens[static_cast<size_t>(l)]);
                if (isPlanted(window.layer))
                    EXPECT_EQ(share, l == e ? 1 : 0);
                else
                    EXPECT_NEAR(share, 1.0 / 8, 0.05);
            }
    const auto figures = store.windowFigures(id, 0).back();
    EXPECT_NEAR(figures.figures.normalized_mutual_information, 1, 1e-9);
    EXPECT_NEAR(figures.capacity_needed, 16.0 / 9, 1e-9); // language 0 has two of nine parts
    EXPECT_NEAR(figures.figures.drop_rate, 2.0 / 9 - 1.25 / 8, 1e-4);
    EXPECT_LT(store.windowFigures(id, 1).back().figures.normalized_mutual_information, 0.02);

    const auto specialization = store.specializations(id).back();
    ASSERT_EQ(specialization.layers.size(), 4U);
    for (const auto& layer : specialization.layers)
        if (isPlanted(layer.layer)) {
            EXPECT_NEAR(layer.by_count.adjusted(), 1, 1e-9);
            EXPECT_NEAR(layer.by_gate.adjusted(), 1, 1e-6);
            EXPECT_TRUE(layer.given_token.outsideNull());
        } else {
            EXPECT_LT(std::abs(layer.by_count.adjusted()), 0.03);
        }
}

TEST_F(PlantedRunTest, ItsRoutesSettleAsItSays)
{
    const PlantedRun planted;
    const std::string id = writePlantedRun(paths, planted);
    const Store store = Store::openExisting(paths);
    const ExpertHistory first = store.expertHistory(id, 0), chance = store.expertHistory(id, 1);
    ASSERT_EQ(first.step.size(), 6U);
    for (size_t i = 0; i < 6; ++i) {
        const double settled = settledShare(planted, first.step[i]);
        EXPECT_NEAR(agreement(first.first[i], first.first[5], 8).share, settled + (1 - settled) / 8, 0.05);
        EXPECT_NEAR(agreement(chance.first[i], chance.first[5], 8).share, i == 5 ? 1 : 1.0 / 8, 0.05);
    }
    const auto evaluation = store.evaluationAt(id, 600);
    ASSERT_TRUE(evaluation);
    const auto routes = store.evaluationRoutes(id, 600);
    std::vector<uint16_t> counts(evaluation->counts.size());
    for (size_t i = 0; i < 4; ++i)
        for (size_t x = 0; x < routes->layers[i].expert.size(); ++x)
            if (const int16_t e = routes->layers[i].expert[x]; e >= 0)
                ++counts[(i * 48 + x / static_cast<size_t>(i < 2 ? 24 : 10)) * 8 + static_cast<size_t>(e)];
    EXPECT_EQ(evaluation->counts, counts);
    EXPECT_EQ(store.probes(id).size(), 6U * 8);
    for (const auto& probe : store.probes(id, 600))
        for (const int32_t expert : probe.routes[0].expert)
            EXPECT_EQ(store.details(id)["languages"][static_cast<size_t>(expert)], probe.language);
}

} // namespace sy::test
