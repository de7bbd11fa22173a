// A setting in the form: mark, name, editor, unit and default, what it means or what is wrong, reset.
#pragma once

#include "ui/setup/experiment_model.h"
#include "ui/setup/field_editor.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace sy {

class ElidedLabel;

class FieldRow : public QWidget {
    Q_OBJECT

public:
    FieldRow(ExperimentModel& model, const SettingInfo& setting, QWidget* parent);

    const QString& path() const { return m_path; }
    FieldEditor* editor() const { return m_editor; }
    QString label() const { return m_key; }
    void setLabelWidth(int width);
    void refresh();                            ///< from the model
    bool matches(const QString& words) const;  ///< every word is in the path or the documentation
    bool isMarked() const { return m_marked; } ///< shown as changed
    QString shownProblem() const;

Q_SIGNALS:
    void focused(const QString& path);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void build(const SettingInfo& setting);
    void showColours();

    ExperimentModel& m_model;
    QString m_path, m_key, m_search, m_hint_text;
    FieldEditor* m_editor;
    QLabel* m_label;
    ElidedLabel* m_hint;
    ElidedLabel* m_doc;
    QLabel* m_problem;
    QToolButton* m_reset;
    bool m_marked = false;
};

/// "above 0, below 1", "8 to 65536, a multiple of 8"; empty where anything goes.
QString rangeText(const SettingInfo& setting);
/// A value's text as the form writes it where the value is empty.
QString shownValue(const SettingInfo& setting, const QString& text);

} // namespace sy
