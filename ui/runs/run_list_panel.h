// The list of runs, as the dock holds it.
#pragma once

#include "ui/models/page_context.h"
#include "ui/runs/run_list_model.h"

#include <QPersistentModelIndex>
#include <QWidget>

class QComboBox;
class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace sy {

class FilterEdit;
class NoticeBar;
class RunActions;

class RunListPanel : public QWidget {
    Q_OBJECT

public:
    explicit RunListPanel(const PageContext& context, QWidget* parent = nullptr);
    ~RunListPanel() override;

    RunListModel* model() const { return m_model; }
    QTreeView* view() const { return m_view; }
    void setFilterText(const QString& text);
    QStringList selectedIds() const; ///< rows and the rows of selected groups, in their order
    void select(const QStringList& ids);

Q_SIGNALS:
    void newRunLike(const QString& id);
    void controlRequested(const QStringList& ids, const QString& verb); ///< pause, resume, checkpoint, evaluate, stop
    void resumeRequested(const QStringList& ids);                       ///< ended runs are to go on in a new process
    void exportRequested(const QStringList& ids);
    void importRequested();
    void compareRequested(const QStringList& ids); ///< they are the shown ones already
    void removeFromQueue(qint64 key);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeList();
    QWidget* makeFoot();
    void makeView();
    void makeActions();
    void forwardSignals();
    void restore();
    void save();
    void showPicture(const StorePicturePtr& picture);
    void applyFilter();
    void updateGroupings();
    void updateEmpty();
    void updateFoot();
    void updateActions();
    void applyColumns(const QVector<RunColumn>& columns);
    void readOrderFromHeader();
    void chooseColumns();
    void chooseColour(const QString& id);
    void exportTableOfRuns();
    void fillMenu(QMenu& menu);
    void showMenu(const QPoint& place);
    void followCurrent();
    void open(const QModelIndex& index);
    void noteScroll();
    void keepScroll();
    void expandGroups();
    int widthOf(const RunColumn& column) const;

    PageContext m_context;
    RunListModel* m_model;
    FilterEdit* m_filter;
    QLabel* m_problem;
    QComboBox* m_group;
    QTreeView* m_view;
    QStackedWidget* m_pages;
    QLabel* m_empty;
    QPushButton* m_clear;
    QLabel* m_count;
    NoticeBar* m_notice;
    RunActions* m_actions;
    QAction* m_show_deleted;
    QHash<QString, int> m_widths; ///< by column key
    QString m_grouping;
    decltype(StorePicture::settings) m_settings; ///< of the picture that the words are of
    FilterWords m_words;
    QPersistentModelIndex m_top;
    int m_listed = 0;
    bool m_following = false; ///< the current row is being set, not chosen
    bool m_no_store_yet = true;
};

} // namespace sy
