#include "ui/plots/step_slider.h"

#include "ui/models/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSlider>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

namespace sy {

namespace {

constexpr int frame_ms = 120;
constexpr int replay_frames = 150; ///< a replay takes some eighteen seconds, however many steps there are

} // namespace

StepSlider::StepSlider(QWidget* parent)
    : QWidget(parent), m_slider(new QSlider(Qt::Horizontal, this)), m_play(new QToolButton(this)),
      m_latest(new QToolButton(this)), m_label(new QLabel(this)), m_timer(new QTimer(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    m_play->setObjectName("playSteps");
    m_play->setAutoRaise(true);
    m_play->setToolTip(tr("Replay the training from here, or from its start at the end"));
    m_play->setAccessibleName(tr("Replay"));
    m_slider->setObjectName("stepSlider");
    m_slider->setAccessibleName(tr("Recorded step"));
    m_slider->setToolTip(tr("Recorded step: drag, or left and right; Home and End go to the first and the latest"));
    m_slider->setMinimumWidth(80);
    m_label->setObjectName("stepLabel");
    m_label->setTextFormat(Qt::PlainText);
    m_latest->setObjectName("latestStep");
    m_latest->setText(tr("Latest"));
    m_latest->setCheckable(true);
    m_latest->setToolTip(tr("Shows the latest recorded step and follows a run that trains"));
    layout->addWidget(m_play);
    layout->addWidget(m_slider, 1);
    layout->addWidget(m_label);
    layout->addWidget(m_latest);
    m_timer->setInterval(frame_ms);
    connect(m_slider, &QSlider::valueChanged, this, &StepSlider::sliderMoved);
    connect(m_latest, &QToolButton::clicked, this, [this] {
        setPlaying(false);
        const auto step = m_latest->isChecked() || m_steps.empty()
                              ? std::nullopt
                              : std::optional(m_steps[static_cast<size_t>(m_slider->value())]);
        m_step = step;
        refresh();
        Q_EMIT stepChanged(step);
    });
    connect(m_play, &QToolButton::clicked, this, [this] { setPlaying(!isPlaying()); });
    connect(m_timer, &QTimer::timeout, this, &StepSlider::advance);
    showPlaying();
    refresh();
}

void StepSlider::setSteps(std::vector<int64_t> steps)
{
    if (steps == m_steps) return;
    m_steps = std::move(steps);
    refresh();
}

void StepSlider::setStep(std::optional<int64_t> step)
{
    if (step == m_step) return;
    m_step = step;
    refresh();
}

std::optional<int64_t> StepSlider::step() const
{
    return m_step;
}

bool StepSlider::isPlaying() const
{
    return m_timer->isActive();
}

void StepSlider::setPlaying(bool playing)
{
    if (playing == isPlaying() || (playing && m_steps.size() < 2)) return;
    if (playing) {
        if (m_slider->value() == m_slider->maximum()) m_slider->setValue(0);
        m_timer->start();
    } else {
        m_timer->stop();
    }
    showPlaying();
}

void StepSlider::showPlaying()
{
    m_play->setIcon(glyphIcon(isPlaying() ? Glyph::Pause : Glyph::Play));
}

void StepSlider::advance()
{
    const int stride = std::max(1, static_cast<int>(m_steps.size()) / replay_frames);
    m_slider->setValue(std::min(m_slider->value() + stride, m_slider->maximum()));
    if (m_slider->value() == m_slider->maximum()) setPlaying(false);
}

void StepSlider::sliderMoved(int place)
{
    if (place < 0 || place >= static_cast<int>(m_steps.size())) return;
    m_step = m_steps[static_cast<size_t>(place)];
    refresh();
    Q_EMIT stepChanged(m_step);
}

void StepSlider::refresh()
{
    const QSignalBlocker quiet(m_slider);
    const int last = std::max(0, static_cast<int>(m_steps.size()) - 1);
    int place = last;
    if (m_step) {
        const auto after = std::upper_bound(m_steps.begin(), m_steps.end(), *m_step);
        place = std::max(0, static_cast<int>(after - m_steps.begin()) - 1);
    }
    m_slider->setRange(0, last);
    m_slider->setValue(place);
    m_slider->setPageStep(std::max(1, last / 10));
    m_slider->setEnabled(m_steps.size() > 1);
    m_play->setEnabled(m_steps.size() > 1);
    m_latest->setChecked(!m_step);
    const QLocale locale;
    m_label->setText(m_steps.empty() ? tr("nothing recorded yet")
                                     : tr("step %1 of %2")
                                           .arg(locale.toString(qlonglong(m_steps[static_cast<size_t>(place)])),
                                                locale.toString(qlonglong(m_steps.back()))));
    m_label->setMinimumWidth(std::max(m_label->minimumWidth(), m_label->sizeHint().width())); // the slider stays put
}

} // namespace sy
