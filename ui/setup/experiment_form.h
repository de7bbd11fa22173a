// Every setting of an experiment, in sections, with search, documentation and problems.
#pragma once

#include "ui/setup/experiment_model.h"
#include "ui/setup/field_editor.h"

#include <QHash>
#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;
class QScrollArea;
class QToolButton;

namespace sy {

class FieldRow;

class ExperimentForm : public QWidget {
    Q_OBJECT

public:
    explicit ExperimentForm(ExperimentModel& model, QWidget* parent = nullptr);

    FieldRow* row(const QString& path) const { return m_rows.value(path); }
    void offer(const EditorOffers& offers);
    /// Clears what hides it, scrolls to it and gives it the focus.
    void goTo(const QString& path);
    void focusSearch();

private:
    struct Section {
        QString name;
        QWidget* area = nullptr;
        QToolButton* jump = nullptr;
        QList<FieldRow*> rows;
    };

    QWidget* buildBar();
    QWidget* buildSections();
    QWidget* buildHelp();
    void addSection(const QString& name);
    void refresh(const QStringList& paths);
    void filter();
    void showCounts();
    void showHelp(const QString& path);

    ExperimentModel& m_model;
    QHash<QString, FieldRow*> m_rows;
    std::vector<Section> m_sections;
    QLineEdit* m_search;
    QToolButton* m_only_changed;
    QToolButton* m_reset_all;
    QWidget* m_jumps;
    QScrollArea* m_scroll;
    QLabel* m_nothing;
    QLabel* m_help;
    QLabel* m_help_title;
    QString m_help_path;
};

} // namespace sy
