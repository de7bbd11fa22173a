// The editor of one setting, by its type.
#pragma once

#include "core/config/config_io.h"
#include "ui/setup/table_combo.h"

#include <QStringList>
#include <QWidget>

namespace sy {

/// What editors offer beside the setting itself; the page learns it while they are shown.
struct EditorOffers {
    QVector<TableCombo::Entry> corpora, devices;
    QStringList languages; ///< of the chosen corpus
};

/// Shows a setting's text and tells what the user makes of it. Booleans are "true" and "false".
class FieldEditor : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;
    /// A check box, combo box, number line, language list, file line or line; objectName "edit_<path>" is that
    /// widget's.
    static FieldEditor* make(const SettingInfo& setting, QWidget* parent);

    /// What a user is typing right now is left alone.
    void showText(const QString& text);
    virtual QString text() const = 0;
    virtual void offer(const EditorOffers& offers);

Q_SIGNALS:
    void edited(const QString& text);
    void finished(); ///< the focus left

protected:
    virtual void setText(const QString& text) = 0;
    void setInner(QWidget* inner, const SettingInfo& setting);
    void tell(const QString& text);

private:
    bool m_telling = false;
};

} // namespace sy
