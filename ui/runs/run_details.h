// One run: what it is called and how it does, its configuration, its last events.
#pragma once

#include "core/store/records.h"

#include <QWidget>

class QLabel;
class QTreeWidget;

namespace sy {

class RunDetails : public QWidget {
    Q_OBJECT

public:
    explicit RunDetails(QWidget* parent = nullptr);

    /// Rewrites the lists only where they changed, so that scrolling and selections survive the refresh.
    void show(const RunSummary& run, const nlohmann::json& config, const std::vector<Event>& events);
    void clear();

private:
    void showConfig(const nlohmann::json& config);
    void showEvents(const std::vector<Event>& events);

    QLabel* m_title;
    QLabel* m_state;
    QTreeWidget* m_config;
    QTreeWidget* m_events;
    std::string m_run;
    nlohmann::json m_shown_config;
};

} // namespace sy
