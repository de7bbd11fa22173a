// The tree behind RunListModel; only its sources include it.
#pragma once

#include "ui/runs/run_list_model.h"

namespace sy {

struct RunListModel::Node {
    RunRow row;     ///< of a run
    QString title;  ///< of a group
    QVariant order; ///< of a group
    Node* parent = nullptr;
    int place = 0; ///< in the parent
    bool is_group = false;
    std::vector<std::unique_ptr<Node>> children;
};

/// What the list must hold: rows to show, each with its group.
struct RunListModel::Arrangement {
    std::vector<size_t> rows;                            ///< into m_rows
    std::vector<Group> groups;                           ///< of each; empty without grouping
    std::unordered_map<std::string, size_t> place_of_id; ///< into `rows`
};

} // namespace sy
