#include "core/text/span_corruption.h"

#include "core/base/error.h"
#include "core/text/stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

namespace sy {
namespace {

constexpr int32_t first_sentinel = 9999;

/// Puts the hidden spans back. Fails where sentinels are not 0, 1, 2, ... in both.
std::vector<uint32_t> undone(const CorruptedText& row, int64_t spans)
{
    std::vector<std::vector<uint32_t>> hidden;
    for (size_t i = 0; i + 1 < row.target.size(); ++i) {
        if (row.target[i] == first_sentinel - static_cast<int32_t>(hidden.size()))
            hidden.emplace_back();
        else
            hidden.at(hidden.size() - 1).push_back(static_cast<uint32_t>(row.target[i]));
    }
    EXPECT_EQ(static_cast<int64_t>(hidden.size()), spans);
    std::vector<uint32_t> text;
    size_t k = 0;
    for (size_t i = 0; i + 1 < row.input.size(); ++i) {
        if (k < hidden.size() && row.input[i] == first_sentinel - static_cast<int32_t>(k)) {
            EXPECT_FALSE(hidden[k].empty());
            text.insert(text.end(), hidden[k].begin(), hidden[k].end());
            ++k;
        } else {
            text.push_back(static_cast<uint32_t>(row.input[i]));
        }
    }
    EXPECT_EQ(static_cast<int64_t>(k), spans);
    return text;
}

TEST(SpanCorruption, CanBeUndone)
{
    CorruptedText row;
    for (uint64_t seed = 0; seed < 500; ++seed) {
        const RandomStream random = randomStream(seed, 0, siteId("test"));
        std::vector<uint32_t> text(2 + random.below(0, 300));
        for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<uint32_t>(1 + random.below(i + 10, 5000));
        const double density = 0.01 + 0.97 * random.uniformDouble(1), mean = 1 + 9 * random.uniformDouble(2);
        const auto [noise, spans] = noiseCounts(static_cast<int64_t>(text.size()), density, mean);
        corruptSpans(text, noise, spans, first_sentinel, random.child(3), row);
        ASSERT_EQ(undone(row, spans), text) << "seed " << seed;
        EXPECT_EQ(static_cast<int64_t>(row.input.size()), static_cast<int64_t>(text.size()) - noise + spans + 1);
        EXPECT_EQ(static_cast<int64_t>(row.target.size()), noise + spans + 1);
        EXPECT_EQ(row.input.back(), 1);
        EXPECT_EQ(row.target.back(), 1);
        EXPECT_NE(row.input.front(), first_sentinel) << "a shown span comes first";
    }
}

TEST(SpanCorruption, CountsAreThoseOfT5)
{
    EXPECT_EQ(noiseCounts(568, 0.15, 3), (std::pair<int64_t, int64_t>{85, 28})); // T5's 512 input tokens
    EXPECT_EQ(noiseCounts(100, 0.15, 3), (std::pair<int64_t, int64_t>{15, 5}));
    EXPECT_EQ(noiseCounts(2, 0.15, 3), (std::pair<int64_t, int64_t>{1, 1}));
    EXPECT_EQ(noiseCounts(10, 0.99, 1), (std::pair<int64_t, int64_t>{9, 1})); // one shown token: one span
    EXPECT_EQ(noiseCounts(10, 0.25, 1).first, 2);                             // 2.5 to even
}

TEST(SpanCorruption, HidesTheWantedShareInSpansOfTheWantedLength)
{
    int64_t noise = 0, spans = 0, total = 0;
    for (int64_t length = 50; length < 600; ++length) {
        const auto counts = noiseCounts(length, 0.15, 3);
        noise += counts.first;
        spans += counts.second;
        total += length;
    }
    EXPECT_NEAR(static_cast<double>(noise) / static_cast<double>(total), 0.15, 1e-3);
    EXPECT_NEAR(static_cast<double>(noise) / static_cast<double>(spans), 3, 0.02);
}

TEST(SpanCorruption, EverySegmentationIsEquallyLikely)
{
    // 6 items in 3 parts: C(5, 2) = 10 ways; 40,000 draws, 4,000 each give or take five standard deviations.
    std::map<std::vector<int32_t>, int> counts;
    std::vector<int32_t> lengths;
    for (uint64_t seed = 0; seed < 40000; ++seed) {
        randomSegmentation(6, 3, randomStream(seed, 0, siteId("segments")), lengths);
        ASSERT_EQ(std::accumulate(lengths.begin(), lengths.end(), 0), 6);
        ASSERT_EQ(lengths.size(), 3u);
        ++counts[lengths];
    }
    EXPECT_EQ(counts.size(), 10u);
    for (const auto& entry : counts) EXPECT_NEAR(entry.second, 4000, 300);
}

TEST(SpanPlan, IsTheLongestTextThatFits)
{
    for (int64_t input = 8; input <= 160; input += 7)
        for (int64_t target = 4; target <= 90; target += 11)
            for (const double density : {0.05, 0.15, 0.5}) {
                DataConfig data;
                data.input_length = input;
                data.target_length = target;
                data.noise_density = density;
                int64_t longest = 0; // by corrupting texts of every length
                CorruptedText row;
                for (int64_t raw = 2; raw <= 400; ++raw) {
                    const auto [noise, spans] = noiseCounts(raw, density, data.mean_span_length);
                    const std::vector<uint32_t> text(static_cast<size_t>(raw), 7);
                    corruptSpans(text, noise, spans, first_sentinel, RandomStream{}, row);
                    if (static_cast<int64_t>(row.input.size()) <= input &&
                        static_cast<int64_t>(row.target.size()) <= target)
                        longest = raw;
                }
                const SpanPlan plan = spanPlan(data, 1000);
                EXPECT_EQ(plan.raw_length, longest) << input << " " << target << " " << density;
                EXPECT_LE(plan.input_length, input);
                EXPECT_LE(plan.target_length, target);
            }
}

TEST(SpanPlan, HasTheLengthsOfT5)
{
    DataConfig data;
    data.input_length = 512;
    data.target_length = 114;
    const SpanPlan plan = spanPlan(data, 100);
    EXPECT_EQ(plan.raw_length, 568); // T5: 568 tokens give inputs of 512 and targets of 114
    EXPECT_EQ(plan.input_length, 512);
    EXPECT_EQ(plan.target_length, 114);
}

TEST(SpanPlan, RefusesWhatCannotWork)
{
    DataConfig data;
    data.input_length = 4096;
    data.target_length = 2048;
    try {
        spanPlan(data, 100);
        ADD_FAILURE() << "sentinels run out";
    } catch (const ConfigError& error) {
        EXPECT_EQ(error.issues().at(0).path, "data.input_length");
        EXPECT_NE(error.issues()[0].message.find("100 sentinels"), std::string::npos);
    }
    data.input_length = 2;
    data.target_length = 2;
    EXPECT_THROW(spanPlan(data, 100), ConfigError);
}

} // namespace
} // namespace sy
