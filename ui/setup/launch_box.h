// The end of setting up: what stands in the way, which queue, Launch.
#pragma once

#include "core/base/error.h"

#include <QWidget>

#include <vector>

class QLabel;
class QListWidget;
class QPushButton;

namespace sy {

class LaunchBox : public QWidget {
    Q_OBJECT

public:
    explicit LaunchBox(QWidget* parent = nullptr);

    void setProblems(const std::vector<ConfigIssue>& problems);
    /// @param before  how many runs wait or run in that device's queue.
    void setQueue(const QString& device, int before);
    QPushButton* button() const { return m_launch; }
    QString reason() const; ///< why Launch is off; empty = it is on

Q_SIGNALS:
    void launchClicked();
    void problemChosen(const QString& path);

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();

    QListWidget* m_list;
    QLabel* m_title;
    QLabel* m_note;
    QPushButton* m_launch;
    std::vector<ConfigIssue> m_problems;
    QString m_device;
    int m_before = 0;
};

} // namespace sy
