// The recorded series as a searchable tree by prefix; ticked ones have a chart.
#pragma once

#include <QSet>
#include <QStringList>
#include <QWidget>

class QLineEdit;
class QTreeWidget;
class QTreeWidgetItem;

namespace sy {

class SeriesList : public QWidget {
    Q_OBJECT

public:
    explicit SeriesList(QWidget* parent = nullptr);

    /// Full names. Only what differs is touched: scroll position and expanded branches stay.
    void setSeries(const QStringList& names);
    void setCharted(const QSet<QString>& names);
    void focusSearch();

Q_SIGNALS:
    void chartToggled(const QString& series, bool wanted);

private:
    QTreeWidgetItem* branch(const QString& prefix);
    QTreeWidgetItem* addLeaf(const QString& name);
    void filter();
    void itemChanged(QTreeWidgetItem* item);

    QLineEdit* m_search;
    QTreeWidget* m_tree;
    QHash<QString, QTreeWidgetItem*> m_leaves, m_branches;
    QSet<QString> m_charted;
};

} // namespace sy
