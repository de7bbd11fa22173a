// "Do experts specialise by language" judged where the content is equal: a checkpoint reads the same sentences in every
// language, and a served model says where they went.
#pragma once

#include "core/store/records.h"
#include "ui/models/page_context.h"

#include <QDialog>
#include <QStandardItemModel>

#include <nlohmann/json.hpp>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace sy {

class ServeClient;

/// Of the run that the router's views look at when it is opened. Closing it ends the served model.
class ParallelDialog : public QDialog {
    Q_OBJECT

public:
    explicit ParallelDialog(const PageContext& context, QWidget* parent = nullptr);

    /// A row per layer, as shown and exported; empty before the first answer.
    const QStandardItemModel& table() const { return m_table; }

public Q_SLOTS:
    void run();
    void cancel();

private:
    QWidget* makeChoices();
    void browse();
    void setRunning(bool running);
    /// @throws Error where the answer lacks something.
    void take(const nlohmann::json& answer);
    void fill(const QStringList& layers, const std::vector<LayerSpecialization>& figures);

    PageContext m_context;
    QString m_run;
    ServeClient* m_client;
    QLineEdit* m_file;
    QSpinBox* m_sentences;
    QComboBox* m_checkpoint;
    QPushButton *m_start, *m_cancel;
    QProgressBar* m_progress;
    QLabel* m_result;
    QStandardItemModel m_table;
};

} // namespace sy
