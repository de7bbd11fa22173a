// A line below a page that says what was done and offers to undo it, or why something was refused.
#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QTimer;
class QToolButton;

namespace sy {

class NoticeBar : public QFrame {
    Q_OBJECT

public:
    explicit NoticeBar(QWidget* parent = nullptr);

    /// Goes after ten seconds.
    void offerUndo(const QString& text, std::function<void()> undo);
    /// Stays until it is closed or replaced.
    void showProblem(const QString& text);
    void dismiss();
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintFrame();

    QLabel* m_text;
    QToolButton* m_undo;
    QTimer* m_timer;
    std::function<void()> m_action;
    bool m_problem = false;
};

} // namespace sy
