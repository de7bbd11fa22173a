#include "ui/window/main_window.h"

#include "ui/models/run_list_model.h"
#include "ui/runs/run_details.h"

#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

namespace {

QLabel* plainLabel(const char* name, const QString& text)
{
    auto* label = new QLabel(text);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString pathText(const fs::path& path)
{
    return QString::fromStdString(path.string());
}

} // namespace

MainWindow::MainWindow(const StorePaths& paths, QWidget* parent)
    : QMainWindow(parent), m_paths(paths), m_model(new RunListModel(this)), m_pages(new QStackedWidget(this)),
      m_problem(plainLabel("storeProblem", {})), m_watch(new StoreWatch(paths, 500, this))
{
    setWindowTitle(tr("Runs"));
    resize(1200, 700);
    m_pages->addWidget(makeEmptyPage());
    m_pages->addWidget(makeRunsPage());
    setCentralWidget(m_pages);
    m_problem->setWordWrap(true);
    statusBar()->addWidget(m_problem, 1);
    statusBar()->addPermanentWidget(plainLabel("storePath", tr("Store: %1").arg(pathText(paths.database))));
    connect(m_watch, &StoreWatch::pictureReady, this, &MainWindow::showPicture);
}

QWidget* MainWindow::makeEmptyPage()
{
    auto* label = plainLabel("emptyPage", tr("No runs yet.\n\n"
                                             "Train a first one from the repository, in three minutes on two cores:\n\n"
                                             "    ./run --headless\n\n"
                                             "or anything else with\n\n"
                                             "    build/release/bin/switchyard-cli train CONFIG\n\n"
                                             "It appears here while it trains."));
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    return label;
}

QWidget* MainWindow::makeRunsPage()
{
    auto* page = new QSplitter(Qt::Horizontal);
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_model);
    sorted->setSortRole(RunListModel::SortRole);
    m_table = new QTableView(page);
    m_table->setObjectName("runTable");
    m_table->setModel(sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunListModel::StartedColumn, Qt::DescendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAlternatingRowColors(true);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_details = new RunDetails(page);
    m_details->clear();
    page->setStretchFactor(0, 3);
    page->setStretchFactor(1, 2);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) {
        m_selected = row.data(RunListModel::IdRole).toString();
        if (m_selected.isEmpty()) m_details->clear();
        m_watch->select(m_selected);
    });
    return page;
}

void MainWindow::showPicture(const StorePicturePtr& picture)
{
    m_problem->setText(picture->problem);
    if (!picture->problem.isEmpty()) return; // the last complete picture stays
    m_model->setRuns(picture->runs);
    m_pages->setCurrentIndex(picture->runs.empty() ? 0 : 1);
    if (!m_table->currentIndex().isValid() && m_table->model()->rowCount() > 0) m_table->selectRow(0);
    showDetails(*picture);
}

void MainWindow::showDetails(const StorePicture& picture)
{
    if (picture.run.empty() || picture.run != m_selected.toStdString()) return; // a picture of the run before
    const auto run = std::find_if(picture.runs.begin(), picture.runs.end(),
                                  [&](const RunSummary& candidate) { return candidate.id == picture.run; });
    if (run != picture.runs.end()) m_details->show(*run, picture.config, picture.events);
}

} // namespace sy
