// "New run like …": chooses one of the saved runs.
#pragma once

#include "core/store/records.h"

#include <QDialog>

#include <vector>

class QLineEdit;
class QListWidget;

namespace sy {

class RunPicker : public QDialog {
    Q_OBJECT

public:
    RunPicker(const std::vector<RunSummary>& runs, QWidget* parent);

Q_SIGNALS:
    void chosen(const QString& id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& words);
    void choose();

    QLineEdit* m_search;
    QListWidget* m_list;
};

} // namespace sy
