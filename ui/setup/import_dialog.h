// Takes a folder or file of text in as a corpus.
#pragma once

#include "ui/setup/import_job.h"

#include <QDialog>
#include <QSet>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace sy {

/// Closing it while it works cancels the import.
class ImportDialog : public QDialog {
    Q_OBJECT

public:
    /// @param taken  names of the corpora that there are.
    ImportDialog(QString cli, const QString& source, const QSet<QString>& taken, QWidget* parent);

    void setSource(const QString& source); ///< suggests a name, too

public Q_SLOTS:
    void reject() override;

Q_SIGNALS:
    void imported(const QString& name, const QString& summary);

private:
    void build();
    void browse(bool folder);
    void check();
    void suggestName();
    void start();
    void setWorking(bool working);
    QString problem() const;

    QString m_cli;
    QSet<QString> m_taken;
    bool m_named = false; ///< by the user: a suggestion no longer replaces it
    ImportJob* m_job = nullptr;
    QLineEdit* m_source;
    QLineEdit* m_name;
    QComboBox* m_format;
    QCheckBox* m_replace;
    QCheckBox* m_skip;
    QProgressBar* m_bar;
    QLabel* m_state;
    QPushButton* m_import;
    QPushButton* m_cancel;
    QWidget* m_fields;
};

/// "My Texts (2)" -> "my-texts-2": letters, digits, '.', '_' and '-'.
QString corpusNameFor(const QString& path);

} // namespace sy
