// The current run: what it is, how it was set up, what it did.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/store_watch.h"

#include <QList>
#include <QWidget>

class QLabel;
class QProgressBar;
class QStackedWidget;
class QTabWidget;

namespace sy {

class DetailsSection;

class RunDetails : public QWidget {
    Q_OBJECT

public:
    explicit RunDetails(const PageContext& context, QWidget* parent = nullptr);

Q_SIGNALS:
    void resumeRequested(const QStringList& ids);

private:
    void add(DetailsSection* section, const char* name, const QString& title, const QString& tip);
    QWidget* makeHead();
    void showPicture(const StorePicturePtr& picture);
    void showHead(const StorePicture& picture, const RunSummary& run);

    PageContext m_context;
    QStackedWidget* m_pages;
    QLabel* m_name;
    QLabel* m_state;
    QLabel* m_left;
    QProgressBar* m_progress;
    QTabWidget* m_tabs;
    QList<DetailsSection*> m_sections;
};

} // namespace sy
