// Recorded steps: chosen, replayed, followed.
#include "ui/plots/step_slider.h"

#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

using namespace sy;

class StepSliderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::C); }

    void followsTheLatest()
    {
        StepSlider slider;
        QVERIFY(!slider.step());
        slider.setSteps({10, 20, 30});
        auto* bar = slider.findChild<QSlider*>("stepSlider");
        QCOMPARE(bar->value(), 2);
        slider.setSteps({10, 20, 30, 40});
        QCOMPARE(bar->value(), 3);
        QVERIFY(!slider.step());
        QCOMPARE(slider.findChild<QLabel*>("stepLabel")->text(), QString("step 40 of 40"));
    }

    void aChosenStepStays()
    {
        StepSlider slider;
        slider.setSteps({10, 20, 30});
        QSignalSpy spy(&slider, &StepSlider::stepChanged);
        auto* bar = slider.findChild<QSlider*>("stepSlider");
        bar->setValue(0);
        QCOMPARE(spy.count(), 1);
        QCOMPARE(*slider.step(), int64_t(10));
        slider.setSteps({5, 10, 20, 30, 40}); // a merge or a live run
        QCOMPARE(*slider.step(), int64_t(10));
        QCOMPARE(bar->value(), 1);
        slider.setStep(25); // between two: the one before
        QCOMPARE(bar->value(), 2);
        QCOMPARE(spy.count(), 1);
        slider.findChild<QToolButton*>("latestStep")->click();
        QVERIFY(!slider.step());
        QCOMPARE(bar->value(), 4);
        QCOMPARE(spy.count(), 2);
    }

    void replayGoesThroughAllSteps()
    {
        StepSlider slider;
        slider.setSteps({1, 2, 3, 4});
        std::vector<int64_t> seen;
        connect(&slider, &StepSlider::stepChanged, [&](std::optional<int64_t> step) { seen.push_back(*step); });
        slider.setPlaying(true);
        QTRY_VERIFY(!slider.isPlaying());
        QCOMPARE(seen, (std::vector<int64_t>{1, 2, 3, 4}));
    }

    void nothingToPlay()
    {
        StepSlider slider;
        slider.setPlaying(true);
        QVERIFY(!slider.isPlaying());
        slider.setSteps({7});
        slider.setPlaying(true);
        QVERIFY(!slider.isPlaying());
    }
};

QTEST_MAIN(StepSliderTest)
#include "step_slider_test.moc"
