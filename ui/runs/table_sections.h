// Details that are tables: what happened, what the trainer wrote.
#pragma once

#include "ui/runs/details_section.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QSortFilterProxyModel;

namespace sy {

class CellTable;

class EventsSection : public DetailsSection {
    Q_OBJECT

public:
    EventsSection(const PageContext& context, QWidget* parent);

protected:
    void clearRun() override;
    void load() override;

private:
    CellTable* m_table;
    QTreeView* m_view;
};

class LogSection : public DetailsSection {
    Q_OBJECT

public:
    LogSection(const PageContext& context, QWidget* parent);

protected:
    void clearRun() override;
    void load() override;

private:
    void filter();

    CellTable* m_table;
    QSortFilterProxyModel* m_filtered;
    QTreeView* m_view;
    QComboBox* m_level;
    QLineEdit* m_text;
    QLabel* m_empty;
};

} // namespace sy
