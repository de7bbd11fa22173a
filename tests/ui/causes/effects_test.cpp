#include "ui/causes/effects.h"

#include "core/base/error.h"
#include "tests/support/fake_served_model.h"
#include "tests/support/planted_run.h"
#include "ui/causes/effect_models.h"
#include "ui/causes/replay_groups.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <cmath>

using namespace sy;

namespace {

Cause causeOf(Cause::Kind kind, int expert, int seed = 0)
{
    Cause cause;
    cause.kind = kind;
    cause.layer = kind == Cause::Kind::Baseline ? QString() : "encoder.1";
    cause.expert = kind == Cause::Kind::Baseline ? -1 : expert;
    cause.seed = seed;
    return cause;
}

/// As the fake served model answers.
Effect effectOf(const Cause& cause)
{
    return {cause, CauseLoss::fromJson(test::FakeServedModel("run", "800").evaluate(cause.request()))};
}

Effects someEffects()
{
    Effects effects;
    effects.add(effectOf({}));
    effects.add(effectOf(causeOf(Cause::Kind::Ablate, 2)));
    for (const int seed : {1, 2, 6}) effects.add(effectOf(causeOf(Cause::Kind::Random, 2, seed)));
    effects.add(effectOf(causeOf(Cause::Kind::Force, 1)));
    return effects;
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-9;
}

ReplayInput plantedInput(int64_t languages)
{
    test::PlantedRun run;
    run.languages = languages;
    ReplayInput input;
    input.routes = test::plantedRoutes(run, run.steps);
    input.layers = QStringList{"encoder.1", "encoder.3", "decoder.1", "decoder.3"};
    for (int64_t l = 0; l < languages; ++l) input.languages << QString("l%1").arg(l);
    input.experts = static_cast<int>(run.experts());
    return input;
}

} // namespace

class EffectsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void asksAsTheServedModelExpects()
    {
        const auto same = [](const Cause& cause, const char* wanted) {
            QCOMPARE(QByteArray::fromStdString(cause.request().dump()),
                     QByteArray::fromStdString(nlohmann::json::parse(wanted).dump()));
        };
        same(causeOf(Cause::Kind::Baseline, 0), "{}");
        same(causeOf(Cause::Kind::Ablate, 3),
             R"({"intervention": {"kind": "ablate", "layer": "encoder.1", "expert": 3}})");
        same(causeOf(Cause::Kind::Random, 3, 5),
             R"({"intervention": {"kind": "ablate_random", "layer": "encoder.1", "expert": 3, "seed": 5}})");
        auto swap = causeOf(Cause::Kind::Swap, 0);
        swap.other = 2;
        same(swap, R"({"intervention": {"kind": "swap", "layer": "encoder.1", "expert": 0, "other": 2}})");
        Cause capacity;
        capacity.kind = Cause::Kind::Capacity;
        capacity.factor = 1.5;
        capacity.scope = "group";
        capacity.priority = "random";
        capacity.group_size = 64;
        same(capacity, R"({"capacity_factor": 1.5, "capacity_scope": "group", "overflow_priority": "random",
                           "dropless": false, "group_size": 64})");
        QCOMPARE(capacity.text(), QString("Capacity 1.50 per group, by random, groups of 64"));
    }

    void changesAreAgainstTheBaseline()
    {
        const auto effects = someEffects();
        const auto ablated = causeOf(Cause::Kind::Ablate, 2);
        QVERIFY(near(*effects.change(ablated, "aa"), 0.3));
        QVERIFY(near(*effects.change(ablated, "bb"), 0.6));
        QVERIFY(near(*effects.change(ablated), (100 * 0.3 + 300 * 0.6) / 400));
        QVERIFY(!effects.change(ablated, "cc"));
        QVERIFY(!effects.change(causeOf(Cause::Kind::Ablate, 0)));
        const auto random = effects.randomChange("encoder.1", 2);
        QCOMPARE(random->seeds, 3);
        QVERIFY(near(random->mean, 0.03));
        QVERIFY(near(random->low, 0.01));
        QVERIFY(near(random->high, 0.06));
        QVERIFY(!effects.randomChange("encoder.1", 1));
        QVERIFY(!effects.randomChange("encoder.3", 2));
        QCOMPARE(effects.interventions().size(), size_t(2));
        QCOMPARE(effects.languages(), (QStringList{"aa", "bb"}));
    }

    void theSameCauseIsKeptOnce()
    {
        auto effects = someEffects();
        const auto before = effects.all().size();
        effects.add(effectOf(causeOf(Cause::Kind::Ablate, 2)));
        QCOMPARE(effects.all().size(), before);
    }

    void refusesAnswersThatAreNone_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("key");
        QTest::newRow("nothing") << QByteArray("{}") << "cross_entropy";
        QTest::newRow("no object") << QByteArray("[]") << "cross_entropy";
        QTest::newRow("a text") << QByteArray(R"({"cross_entropy": "3"})") << "cross_entropy";
        QTest::newRow("no languages") << QByteArray(R"({"cross_entropy": 3, "tokens": 4})") << "languages";
        QTest::newRow("a language without loss")
            << QByteArray(R"({"cross_entropy": 3, "tokens": 4, "languages": {"aa": {"tokens": 1}}})")
            << "cross_entropy";
    }

    void refusesAnswersThatAreNone()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QString, key);
        try {
            CauseLoss::fromJson(nlohmann::json::parse(answer.toStdString()));
            QFAIL("taken");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(key), error.what());
        }
    }

    void tablesShowChangesAndGrowInPlace()
    {
        InterventionModel model;
        const QAbstractItemModelTester tester(&model);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        Effects effects;
        effects.add(effectOf({}));
        effects.add(effectOf(causeOf(Cause::Kind::Ablate, 2)));
        model.show(effects, {{"encoder.1", {0.1, 0.2, 0.3, 0.4}}});
        QCOMPARE(model.rowCount(), 1);
        const auto at = [&](int row, int column) { return model.index(row, column).data().toString(); };
        QCOMPARE(at(0, InterventionModel::WhatColumn), QString("Ablate e2"));
        QCOMPARE(at(0, InterventionModel::LoadColumn), QString("30.0 %"));
        QCOMPARE(at(0, InterventionModel::ChangeColumn), QString("+0.5250"));
        QCOMPARE(at(0, InterventionModel::RandomColumn), QString("–"));
        model.show(someEffects(), {});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(resets.size(), 0); // the selection stays
        QCOMPARE(at(0, InterventionModel::RandomColumn), QString("+0.0300"));
        QCOMPARE(at(0, InterventionModel::RangeColumn), QString("+0.0100 … +0.0600 (3)"));
        QCOMPARE(at(0, InterventionModel::ExcessColumn), QString("+0.4950"));
        QCOMPARE(at(1, InterventionModel::ExcessColumn), QString("–"));
        QVERIFY(near(model.index(0, InterventionModel::ChangeColumn).data(Qt::UserRole).toDouble(), 0.525));
        model.show({}, {});
        QCOMPARE(model.rowCount(), 0);

        LanguageEffectModel languages;
        const QAbstractItemModelTester language_tester(&languages);
        languages.show(someEffects(), causeOf(Cause::Kind::Ablate, 2));
        QCOMPARE(languages.rowCount(), 2);
        QCOMPARE(languages.index(1, LanguageEffectModel::ChangeColumn).data().toString(), QString("+0.6000"));
        QCOMPARE(languages.index(1, LanguageEffectModel::RandomColumn).data().toString(), QString("+0.0300"));
        QCOMPARE(languages.index(1, LanguageEffectModel::BaselineColumn).data().toString(), QString("4.0000"));
        languages.show(someEffects(), {});
        QCOMPARE(languages.index(1, LanguageEffectModel::LossColumn).data().toString(), QString("–"));
    }

    void documentsHoldEveryEvaluation()
    {
        const auto document = effectsJson({"id", "name", 800, 8}, someEffects());
        QCOMPARE(document.at("evaluations").size(), size_t(6));
        QCOMPARE(document.at("evaluations").at(0).at("kind").get<std::string>(), std::string("baseline"));
        const auto& ablated = document.at("evaluations").at(1);
        QVERIFY(near(ablated.at("languages").at("bb").at("change").get<double>(), 0.6));
        QCOMPARE(ablated.at("intervention").at("expert").get<int>(), 2);
    }

    void replaysAddUpInEveryGrouping()
    {
        const auto input = plantedInput(4);
        ReplayRule rule;
        rule.factor = 0.5;
        rule.scope = Scope::Row;
        // The slow way: in a planted layer every token of a row wants one expert, which has half a share of slots.
        const auto& text = input.routes.encoder;
        int64_t choices = 0, dropped = 0;
        std::vector<int64_t> first_dropped(static_cast<size_t>(text.width), 0);
        for (int64_t r = 0; r < text.rows; ++r) {
            int64_t tokens = 0, seen = 0;
            for (int64_t w = 0; w < text.width; ++w) tokens += text.counted[static_cast<size_t>(r * text.width + w)];
            const auto slots = std::max<int64_t>(1, static_cast<int64_t>(std::ceil(0.5 * double(tokens) / 4 - 1e-9)));
            for (int64_t w = 0; w < text.width; ++w) {
                if (!text.counted[static_cast<size_t>(r * text.width + w)]) continue;
                ++choices;
                if (++seen <= slots) continue;
                ++dropped;
                ++first_dropped[static_cast<size_t>(w)];
            }
        }
        const auto picture = replayPicture(input, 0, rule);
        QVERIFY2(picture.problem.isEmpty(), qPrintable(picture.problem));
        QCOMPARE(picture.all.choices, choices);
        QCOMPARE(picture.all.dropped, dropped);
        for (const auto* groups : {&picture.experts, &picture.languages, &picture.positions}) {
            int64_t sum = 0, all = 0;
            for (const auto& group : *groups) {
                sum += group.dropped;
                all += group.choices;
            }
            QCOMPARE(sum, dropped);
            QCOMPARE(all, choices);
        }
        for (size_t w = 0; w < first_dropped.size(); ++w) QCOMPARE(picture.positions[w].dropped, first_dropped[w]);
        QVERIFY(picture.classes.empty()); // no tokenizer
        rule.factor = std::ceil(100 * picture.factor_for_no_drops) / 100;
        QCOMPARE(replayPicture(input, 0, rule).all.dropped, 0);
    }

    void groupsByTokenClass()
    {
        auto input = plantedInput(4);
        std::vector<TokenKind> kinds(20, {TokenClass::Punctuation, ""}); // the ids that languages share
        kinds.resize(2000, {TokenClass::WordStart, "Latin"});
        input.kinds = std::make_shared<const std::vector<TokenKind>>(kinds);
        ReplayRule rule;
        rule.factor = 0.5;
        const auto picture = replayPicture(input, 0, rule);
        QCOMPARE(picture.classes.size(), size_t(2));
        QCOMPARE(picture.classes[0].name, QString("punctuation"));
        QCOMPARE(picture.classes[0].choices + picture.classes[1].choices, picture.all.choices);
        QCOMPARE(picture.classes[0].dropped + picture.classes[1].dropped, picture.all.dropped);
    }

    void saysWhyThereIsNoReplay()
    {
        const auto input = plantedInput(4);
        ReplayRule rule;
        rule.priority = OverflowPriority::Probability;
        QVERIFY(replayPicture(input, 2, rule).problem.contains("decoder"));
        rule.priority = OverflowPriority::Position;
        rule.factor = 0;
        QVERIFY(replayPicture(input, 0, rule).problem.contains("above 0"));
        QVERIFY(replayPicture(input, 9, {}).problem.contains("No routes"));
    }

    void dropTables()
    {
        DropGroupModel model;
        const QAbstractItemModelTester tester(&model);
        model.show("Expert", {{"e0", 200, 50, 20}, {"e1", 0, 0, 0}});
        QCOMPARE(model.index(0, DropGroupModel::RateColumn).data().toString(), QString("25.00 %"));
        QCOMPARE(model.index(0, DropGroupModel::RecordedColumn).data().toString(), QString("10.00 %"));
        QCOMPARE(model.index(1, DropGroupModel::RateColumn).data().toString(), QString("–"));
        QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), QString("Expert"));
    }
};

QTEST_MAIN(EffectsTest)
#include "effects_test.moc"
