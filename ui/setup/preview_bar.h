// One line above the previews: what is being prepared and for how long, cancel; or which tokenizer it is.
#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace sy {

class ElidedLabel;
class Previewer;

class PreviewBar : public QWidget {
    Q_OBJECT

public:
    explicit PreviewBar(Previewer& previewer, QWidget* parent = nullptr);
    /// Why no preview can be made of the settings as they are; empty = it can.
    void setObstacle(const QString& reason);

private:
    void refresh();

    Previewer& m_previewer;
    ElidedLabel* m_text;
    QProgressBar* m_bar;
    QPushButton* m_button;
    QTimer m_clock;
    QString m_obstacle;
};

} // namespace sy
