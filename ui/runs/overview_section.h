// What a run is, how it does and why it ended; its tags and note can be edited.
#pragma once

#include "ui/runs/details_section.h"

#include <nlohmann/json.hpp>

#include <map>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace sy {

class OverviewSection : public DetailsSection {
    Q_OBJECT

public:
    OverviewSection(const PageContext& context, QWidget* parent);

Q_SIGNALS:
    void resumeRequested(const QStringList& ids);

protected:
    void clearRun() override;
    void showSummary(const StorePicture& picture, const RunSummary& run) override;
    void load() override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Read {
        nlohmann::json details;
        std::vector<LogRecord> lines;
    };
    QLabel* field(QFormLayout* form, const char* key, const QString& title, const QString& tip = {});
    void set(const char* key, const QString& text);
    void makeEnd(QWidget* parent);
    void showEnd(const StorePicture& picture, const RunSummary& run);
    void showRead(const Read& read);
    void showEdits(const RunSummary& run);
    void saveTags();
    void saveNote();
    void write(std::function<void(Store&, const std::string&)> job);
    void colour();

    QFormLayout* m_form = nullptr;
    std::map<std::string, QLabel*> m_fields;
    QWidget* m_end;
    QLabel* m_reason;
    QPlainTextEdit* m_last_lines;
    QPushButton* m_resume;
    QLineEdit* m_tags;
    QPlainTextEdit* m_note;
    std::string m_edited; ///< the run that tags and note belong to
    QString m_saved_note;
    QStringList m_saved_tags;
    QLabel* m_problem;
    bool m_queue_lines = false; ///< the queue kept the process's last lines: they say more than the log
};

} // namespace sy
