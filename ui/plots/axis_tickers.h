// Where ticks stand and what they say.
#pragma once

#include "ui/plots/qcustomplot.h"

namespace sy {

/// Round numbers with compact labels.
class NumberTicker : public QCPAxisTicker {
public:
    void generate(const QCPRange& range, const QLocale& locale, QChar format, int precision, QVector<double>& ticks,
                  QVector<double>* sub_ticks, QVector<QString>* labels) override;

protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

    double m_largest = 1, m_step = 1;
};

/// Seconds at round minutes, hours and days.
class DurationTicker : public NumberTicker {
protected:
    double getTickStep(const QCPRange& range) override;
    int getSubTickCount(double step) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;
};

/// Powers of ten over many decades, 1-2-5 over some, round numbers over less than one.
class LogTicker : public NumberTicker {
public:
    void generate(const QCPRange& range, const QLocale& locale, QChar format, int precision, QVector<double>& ticks,
                  QVector<double>* sub_ticks, QVector<QString>* labels) override;
};

} // namespace sy
