// One section of a run's details. It reads the store only while it is visible and the run has changed since.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"

#include <QWidget>

class QAbstractItemModel;
class QTreeView;

namespace sy {

class DetailsSection : public QWidget {
    Q_OBJECT

public:
    DetailsSection(const PageContext& context, QWidget* parent);

    /// A new picture, or another run. An empty id clears the section.
    void showRun(const StorePicturePtr& picture, const QString& id);
    const QString& runId() const { return m_run; }

protected:
    virtual void clearRun() = 0;                                        ///< another run follows, or none
    virtual void showSummary(const StorePicture&, const RunSummary&) {} ///< at each picture
    virtual void load() = 0;                                            ///< calls fetch

    /// Reads on the other thread, then `apply` gets the result unless another run is shown by then.
    template <class Job, class Apply> void fetch(Job job, Apply apply)
    {
        m_context.access->read(
            this, std::move(job),
            [this, run = m_run, apply = std::move(apply)](auto result) {
                m_reading = false;
                if (run == m_run) apply(std::move(result));
                refresh();
            },
            [this](const QString& problem) {
                m_reading = false;
                showProblem(problem);
            });
    }
    virtual void showProblem(const QString& problem);
    void showEvent(QShowEvent* event) override;

    const PageContext& context() const { return m_context; }
    std::string run() const { return m_run.toStdString(); }
    const RunSummary* summary() const; ///< of the latest picture
    bool isLive() const;
    int64_t rewinds() const;
    /// The next refresh reads again although the revision is the same.
    void forget() { m_read_revision = -1; }
    void refresh();

private:
    PageContext m_context;
    StorePicturePtr m_picture;
    QString m_run;
    int64_t m_read_revision = -1;
    bool m_reading = false;
};

/// A list as the sections use it: rows, no editing, scrolls by pixel, copies its selected rows with Ctrl+C, exports
/// itself as CSV under `title`.
QTreeView* detailsList(const char* object_name, const QString& title, QAbstractItemModel* model, QWidget* parent);
/// Wide enough for these texts, column by column.
void setColumnWidths(QTreeView* view, const QStringList& samples);
/// Tab-separated, a line a row.
QString selectedRowsText(const QTreeView& view);

} // namespace sy
