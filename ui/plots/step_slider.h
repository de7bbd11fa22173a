// Choose a recorded step with the mouse or keys, replay, or follow the latest.
#pragma once

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QSlider;
class QTimer;
class QToolButton;

namespace sy {

class StepSlider : public QWidget {
    Q_OBJECT

public:
    explicit StepSlider(QWidget* parent = nullptr);

    /// Steps that can be chosen, rising. The chosen one stays; while following it is the last.
    void setSteps(std::vector<int64_t> steps);
    /// Empty = follow the latest. Emits nothing.
    void setStep(std::optional<int64_t> step);
    std::optional<int64_t> step() const;
    void setPlaying(bool playing); ///< goes through the steps once, from the first where it stands at the end
    bool isPlaying() const;

Q_SIGNALS:
    void stepChanged(std::optional<int64_t> step);

private:
    void sliderMoved(int place);
    void advance();
    void showPlaying();
    void refresh();

    std::vector<int64_t> m_steps;
    std::optional<int64_t> m_step;
    QSlider* m_slider;
    QToolButton *m_play, *m_latest;
    QLabel* m_label;
    QTimer* m_timer;
};

} // namespace sy
