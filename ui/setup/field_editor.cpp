#include "ui/setup/field_editor.h"

#include "ui/models/text.h"
#include "ui/setup/language_edit.h"
#include "ui/setup/number_edit.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace sy {

void FieldEditor::showText(const QString& text)
{
    if (!m_telling && text != this->text()) setText(text);
}

void FieldEditor::offer(const EditorOffers&) {}

void FieldEditor::tell(const QString& text)
{
    m_telling = true;
    Q_EMIT edited(text);
    m_telling = false;
}

void FieldEditor::setInner(QWidget* inner, const SettingInfo& setting)
{
    inner->setObjectName("edit_" + fromUtf8(setting.path));
    inner->setAccessibleName(fromUtf8(setting.path));
    inner->setAccessibleDescription(QString::fromUtf8(setting.field.doc));
    if (!layout()) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(2);
        row->addWidget(inner);
    }
    setFocusProxy(inner);
}

namespace {

class CheckEditor : public FieldEditor {
public:
    CheckEditor(const SettingInfo& setting, QWidget* parent) : FieldEditor(parent), m_box(new QCheckBox(this))
    {
        setInner(m_box, setting);
        connect(m_box, &QCheckBox::toggled, this,
                [this](bool on) { m_box->setText(on ? QObject::tr("on") : QObject::tr("off")); });
        m_box->setText(QObject::tr("off"));
        connect(m_box, &QCheckBox::clicked, this, [this] { tell(text()); });
    }
    QString text() const override { return m_box->isChecked() ? "true" : "false"; }

protected:
    void setText(const QString& text) override { m_box->setChecked(text == "true"); }

private:
    QCheckBox* m_box;
};

class ChoiceEditor : public FieldEditor {
public:
    ChoiceEditor(const SettingInfo& setting, QWidget* parent) : FieldEditor(parent), m_box(new TableCombo(this))
    {
        setInner(m_box, setting);
        QVector<TableCombo::Entry> entries;
        for (const auto& choice : setting.choices) entries.append({fromUtf8(choice), {}});
        m_box->setEntries(entries);
        connect(m_box, &QComboBox::activated, this, [this] { tell(text()); });
    }
    QString text() const override { return m_box->currentText(); }

protected:
    void setText(const QString& text) override { m_box->setCurrentIndex(m_box->findText(text)); }

private:
    TableCombo* m_box;
};

/// Any text, with what is known to be there as a list.
class OfferEditor : public FieldEditor {
public:
    OfferEditor(const SettingInfo& setting, QVector<TableCombo::Entry> EditorOffers::*list, QWidget* parent)
        : FieldEditor(parent), m_list(list), m_box(new TableCombo(this))
    {
        m_box->setEditable(true);
        m_box->setInsertPolicy(QComboBox::NoInsert);
        setInner(m_box, setting);
        connect(m_box, &QComboBox::activated, this, [this] { tell(text()); });
        connect(m_box->lineEdit(), &QLineEdit::textEdited, this, [this](const QString& text) { tell(text); });
        connect(m_box->lineEdit(), &QLineEdit::editingFinished, this, &FieldEditor::finished);
    }
    QString text() const override { return m_box->currentText(); }
    void offer(const EditorOffers& offers) override { m_box->setEntries(offers.*m_list); }

protected:
    void setText(const QString& text) override { m_box->setEditText(text); }

private:
    QVector<TableCombo::Entry> EditorOffers::*m_list;
    TableCombo* m_box;
};

class LineEditor : public FieldEditor {
public:
    LineEditor(const SettingInfo& setting, QLineEdit* line, QWidget* parent) : FieldEditor(parent), m_line(line)
    {
        setInner(m_line, setting);
        connect(m_line, &QLineEdit::textEdited, this, [this](const QString& text) { tell(text); });
        connect(m_line, &QLineEdit::editingFinished, this, &FieldEditor::finished);
    }
    QString text() const override { return m_line->text(); }

protected:
    void setText(const QString& text) override
    {
        m_line->setText(text);
        m_line->setCursorPosition(0);
    }
    QLineEdit* m_line;
};

class FileEditor : public LineEditor {
public:
    FileEditor(const SettingInfo& setting, QWidget* parent) : LineEditor(setting, new QLineEdit, parent)
    {
        m_line->setPlaceholderText(QObject::tr("trained on the corpus"));
        auto* choose = new QToolButton(this);
        choose->setText(QObject::tr("…"));
        choose->setToolTip(QObject::tr("Choose a SentencePiece model"));
        choose->setAccessibleName(choose->toolTip());
        layout()->addWidget(choose);
        connect(choose, &QToolButton::clicked, this, [this] {
            const auto file =
                QFileDialog::getOpenFileName(this, QObject::tr("Choose a tokenizer"), text(),
                                             QObject::tr("SentencePiece models (*.model);;All files (*)"));
            if (file.isEmpty()) return;
            m_line->setText(file);
            tell(file);
        });
    }
};

class LanguagesEditor : public FieldEditor {
public:
    LanguagesEditor(const SettingInfo& setting, QWidget* parent) : FieldEditor(parent), m_edit(new LanguageEdit(this))
    {
        setInner(m_edit, setting);
        m_edit->setObjectName({});
        m_edit->line()->setObjectName("edit_" + fromUtf8(setting.path));
        connect(m_edit, &LanguageEdit::textEdited, this, [this](const QString& text) { tell(text); });
        connect(m_edit->line(), &QLineEdit::editingFinished, this, &FieldEditor::finished);
    }
    QString text() const override { return m_edit->text(); }
    void offer(const EditorOffers& offers) override { m_edit->setAvailable(offers.languages); }

protected:
    void setText(const QString& text) override { m_edit->setText(text); }

private:
    LanguageEdit* m_edit;
};

} // namespace

FieldEditor* FieldEditor::make(const SettingInfo& setting, QWidget* parent)
{
    if (setting.path == "data.corpus") return new OfferEditor(setting, &EditorOffers::corpora, parent);
    if (setting.path == "device") return new OfferEditor(setting, &EditorOffers::devices, parent);
    if (setting.path == "data.tokenizer") return new FileEditor(setting, parent);
    if (!setting.choices.empty()) return new ChoiceEditor(setting, parent);
    if (setting.fallback.is_boolean()) return new CheckEditor(setting, parent);
    if (setting.fallback.is_array()) return new LanguagesEditor(setting, parent);
    if (setting.fallback.is_number()) return new LineEditor(setting, new NumberEdit(setting), parent);
    return new LineEditor(setting, new QLineEdit, parent);
}

} // namespace sy
