// The window: the store's runs on the left, the selected one on the right.
#pragma once

#include "ui/models/store_watch.h"

#include <QMainWindow>

class QLabel;
class QStackedWidget;
class QTableView;

namespace sy {

class RunDetails;
class RunListModel;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const StorePaths& paths, QWidget* parent = nullptr);

private:
    QWidget* makeEmptyPage();
    QWidget* makeRunsPage();
    void showPicture(const StorePicturePtr& picture);
    void showDetails(const StorePicture& picture);

    StorePaths m_paths;
    RunListModel* m_model;
    QStackedWidget* m_pages;
    QTableView* m_table = nullptr;
    RunDetails* m_details = nullptr;
    QLabel* m_problem;
    StoreWatch* m_watch;
    QString m_selected; ///< id of the selected run
};

} // namespace sy
