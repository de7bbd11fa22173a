// The null band holds what it promises: where languages and experts have nothing to do with each other, about 95 of 100
// runs lie inside, also where sequences differ. A null over tokens fails there.
#include "sequence_samples.h"

#include <gtest/gtest.h>

namespace sy::test {

namespace {

struct Tally {
    int inside = 0, above = 0;
    void add(const Specialization& s)
    {
        inside += !s.outsideNull();
        above += s.information > s.null_high;
    }
};

Specialization overSequences(const Tokens& tokens, uint64_t seed)
{
    const auto weights = tokens.weights();
    return specialization({tokens.experts, tokens.language, weights}, {400, seed});
}

/// As if every token were a sequence of its own.
Specialization overTokens(const Tokens& tokens, uint64_t seed)
{
    std::vector<int32_t> language;
    std::vector<double> weights(tokens.expert.size() * static_cast<size_t>(tokens.experts));
    for (size_t x = 0; x < tokens.expert.size(); ++x) {
        language.push_back(tokens.language[static_cast<size_t>(tokens.sequence[x])]);
        weights[x * static_cast<size_t>(tokens.experts) + static_cast<size_t>(tokens.expert[x])] = 1;
    }
    return specialization({tokens.experts, language, weights}, {200, seed});
}

void expectNinetyFive(const Tally& tally)
{
    EXPECT_GE(tally.inside, 90);
    EXPECT_LE(tally.inside, 99);
}

} // namespace

TEST(SpecializationNull, IndependentTokensLieInside)
{
    Tally count, given;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        const Tokens tokens = independentOfLanguage(seed, 96, 32, 8, 12, 0);
        count.add(overSequences(tokens, seed));
        given.add(specializationGivenToken(tokens.choices(), {400, seed}));
    }
    expectNinetyFive(count);
    expectNinetyFive(given);
}

TEST(SpecializationNull, SequencesThatDifferLieInsideToo)
{
    Tally count, given, tokens_null;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        const Tokens tokens = independentOfLanguage(1000 + seed, 96, 32, 8, 12, 4);
        count.add(overSequences(tokens, seed));
        given.add(specializationGivenToken(tokens.choices(), {400, seed}));
        if (seed < 40) tokens_null.add(overTokens(tokens, seed));
    }
    expectNinetyFive(count);
    expectNinetyFive(given);
    EXPECT_EQ(tokens_null.above, 40) << "a null over tokens calls every such run specialised";
}

TEST(SpecializationNull, IdsThatAreRareLieInsideToo)
{
    // Ids are chosen as shared by the labels themselves: that must not tilt the null.
    Tally given;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        const Tokens tokens = independentOfLanguage(2000 + seed, 96, 24, 8, 12, 3, 1500);
        given.add(specializationGivenToken(tokens.choices(), {400, seed}));
    }
    expectNinetyFive(given);
}

TEST(SpecializationNull, IdsThatLanguagesShareUnevenlyLieInsideToo)
{
    // As in text: a language has its own ids and shares some with the next one; experts follow the id and the sequence,
    // never the language. A null that gave an id of two languages to all twelve would expect far more information.
    Tally given, plain;
    double adjusted = 0;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        Tokens tokens = independentOfLanguage(2500 + seed, 96, 32, 8, 12, 3);
        Draws draws(seed);
        for (size_t x = 0; x < tokens.id.size(); ++x) {
            const int32_t language = tokens.language[static_cast<size_t>(tokens.sequence[x])];
            tokens.id[x] = static_cast<int32_t>(language * 10 + draws.below(15));
            if (draws.below(2) == 0) tokens.expert[x] = static_cast<int16_t>(tokens.id[x] / 5 % 8);
        }
        const Specialization s = specializationGivenToken(tokens.choices(), {400, seed});
        given.add(s);
        plain.add(overSequences(tokens, seed));
        adjusted += s.adjusted() / 100;
    }
    expectNinetyFive(given);
    EXPECT_NEAR(adjusted, 0, 0.005);
    EXPECT_EQ(plain.above, 100) << "by their ids alone the experts tell the languages";
}

TEST(SpecializationNull, GatesAsWeightsLieInsideToo)
{
    Tally count;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        Tokens tokens = independentOfLanguage(3000 + seed, 96, 32, 8, 12, 4);
        Draws draws(seed);
        for (size_t x = 0; x < tokens.expert.size(); ++x) tokens.weight.push_back(0.2 + 0.8 * draws.uniform());
        count.add(overSequences(tokens, seed));
    }
    expectNinetyFive(count);
}

TEST(SpecializationNull, UnevenSequencesLieInsideToo)
{
    Tally count;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        Tokens tokens = independentOfLanguage(4000 + seed, 96, 40, 8, 12, 4);
        for (size_t x = 0; x < tokens.expert.size(); ++x) // rows of 1 to 40 tokens
            if (static_cast<int32_t>(x % 40) > tokens.sequence[x] % 40) tokens.expert[x] = -1;
        count.add(overSequences(tokens, seed));
    }
    expectNinetyFive(count);
}

TEST(SpecializationNull, ParallelSentencesNeedTheirOwn)
{
    // The same sentence in twelve languages: its content rules, so sequences of a sentence are alike. A null over all
    // sequences expects more than there is; one within sentences is right.
    Tally within, over_all, given;
    int below = 0;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        Draws draws(7000 + seed);
        Tokens tokens;
        tokens.experts = 8;
        std::vector<int32_t> sentence_of;
        for (int32_t sentence = 0; sentence < 20; ++sentence) {
            const int64_t home = draws.below(8), second = draws.below(8);
            for (int32_t language = 0; language < 12; ++language) {
                const auto row = static_cast<int32_t>(tokens.language.size());
                tokens.language.push_back(language);
                sentence_of.push_back(sentence);
                const int64_t own = draws.below(8); // and something of its own
                for (int t = 0; t < 24; ++t) {
                    const int64_t expert = t < 14 ? home : t < 18 ? second : t < 20 ? own : draws.below(8);
                    tokens.sequence.push_back(row);
                    tokens.id.push_back(static_cast<int32_t>(draws.below(60)));
                    tokens.expert.push_back(static_cast<int16_t>(expert));
                }
            }
        }
        const auto weights = tokens.weights();
        const NullOptions null{400, seed, sentence_of};
        within.add(specialization({8, tokens.language, weights}, null));
        given.add(specializationGivenToken(tokens.choices(), null));
        const Specialization plain = specialization({8, tokens.language, weights}, {400, seed});
        over_all.add(plain);
        below += plain.information < plain.null_low;
    }
    expectNinetyFive(within);
    expectNinetyFive(given);
    EXPECT_GT(below, 50) << "over all sequences a run without any structure looks less than chance";
}

TEST(SpecializationNull, AWeakEffectIsFound)
{
    Tally count;
    for (uint64_t seed = 0; seed < 40; ++seed) {
        Tokens tokens = independentOfLanguage(5000 + seed, 240, 32, 8, 12, 1);
        Draws draws(seed);
        for (size_t x = 0; x < tokens.expert.size(); ++x) // one token in ten follows its language
            if (draws.below(10) == 0)
                tokens.expert[x] = static_cast<int16_t>(tokens.language[static_cast<size_t>(tokens.sequence[x])] % 8);
        count.add(overSequences(tokens, seed));
    }
    EXPECT_EQ(count.above, 40);
}

TEST(SpecializationNull, TakesOutTheBiasOfFiniteSamples)
{
    double information = 0, adjusted = 0;
    for (uint64_t seed = 0; seed < 40; ++seed) {
        const Specialization s = overSequences(independentOfLanguage(6000 + seed, 96, 16, 16, 12, 3), seed);
        information += s.information / 40;
        adjusted += s.adjusted() / 40;
    }
    EXPECT_GT(information, 0.05) << "the plug-in calls chance information";
    EXPECT_NEAR(adjusted, 0, 0.003);
}

} // namespace sy::test
