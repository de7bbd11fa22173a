// Tags of one or many runs at once: ticked = all have it, half = some do and stay as they are.
#pragma once

#include "core/store/records.h"

#include <QDialog>
#include <QStringList>

class QLineEdit;
class QListWidget;

namespace sy {

class TagDialog : public QDialog {
    Q_OBJECT

public:
    /// `known` are offered beside the tags of `runs`.
    TagDialog(const std::vector<const RunSummary*>& runs, const QStringList& known, QWidget* parent = nullptr);

    QStringList added() const;   ///< every run is to have them
    QStringList removed() const; ///< none is

private:
    void addTyped();

    QListWidget* m_list;
    QLineEdit* m_new;
};

} // namespace sy
