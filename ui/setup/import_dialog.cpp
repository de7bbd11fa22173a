#include "ui/setup/import_dialog.h"

#include "core/base/error.h"
#include "core/text/corpus_manifest.h"
#include "ui/models/palette.h"
#include "ui/models/text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>

namespace sy {

QString corpusNameFor(const QString& path)
{
    static const QRegularExpression other("[^a-z0-9._-]+"), edges("^[-.]+|[-.]+$");
    QString name = QFileInfo(QFileInfo(path).absoluteFilePath()).completeBaseName().toLower();
    name.replace(other, "-");
    name.remove(edges);
    return name.isEmpty() ? QStringLiteral("corpus") : name.left(100);
}

ImportDialog::ImportDialog(QString cli, const QString& source, const QSet<QString>& taken, QWidget* parent)
    : QDialog(parent), m_cli(std::move(cli)), m_taken(taken), m_source(new QLineEdit), m_name(new QLineEdit),
      m_format(new QComboBox), m_replace(new QCheckBox(tr("replace the corpus of that name"))),
      m_skip(new QCheckBox(tr("skip lines that are not UTF-8 or not JSON"))), m_bar(new QProgressBar(this)),
      m_state(new QLabel(this)), m_import(new QPushButton(tr("Import"), this)),
      m_cancel(new QPushButton(tr("Cancel"), this)), m_fields(new QWidget(this))
{
    setObjectName("importDialog");
    setWindowTitle(tr("Import a corpus"));
    setAttribute(Qt::WA_DeleteOnClose);
    build();
    if (!source.isEmpty()) setSource(source);
    setWorking(false);
    check();
}

void ImportDialog::build()
{
    m_source->setObjectName("importSource");
    m_name->setObjectName("importName");
    m_format->setObjectName("importFormat");
    m_replace->setObjectName("importReplace");
    m_skip->setObjectName("importSkip");
    m_bar->setObjectName("importProgress");
    m_state->setObjectName("importState");
    m_import->setObjectName("importStart");
    m_cancel->setObjectName("importCancel");
    const std::pair<const char*, QString> formats[] = {
        {"auto", tr("find out")},
        {"folders", tr("a folder per language, with .txt or .jsonl files")},
        {"files", tr("a file per language: en.txt, de.jsonl")},
        {"jsonl", tr(".jsonl files with a language and a text field")},
        {"html", tr("a folder per locale, with HTML pages")}};
    for (const auto& [key, text] : formats) m_format->addItem(text, QString(key));
    auto* folder = new QPushButton(tr("Folder …"));
    auto* file = new QPushButton(tr("File …"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_source, 1);
    row->addWidget(folder);
    row->addWidget(file);
    auto* form = new QFormLayout(m_fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("From"), row);
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Layout"), m_format);
    form->addRow({}, m_replace);
    form->addRow({}, m_skip);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_state->setMinimumHeight(2 * fontMetrics().lineSpacing());
    m_state->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_bar->setTextVisible(false);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_import);
    buttons->addWidget(m_cancel);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_fields);
    column->addWidget(m_bar);
    column->addWidget(m_state);
    column->addStretch(1);
    column->addLayout(buttons);
    m_import->setDefault(true);
    connect(folder, &QPushButton::clicked, this, [this] { browse(true); });
    connect(file, &QPushButton::clicked, this, [this] { browse(false); });
    connect(m_import, &QPushButton::clicked, this, &ImportDialog::start);
    connect(m_cancel, &QPushButton::clicked, this, &ImportDialog::reject);
    connect(m_source, &QLineEdit::textChanged, this, &ImportDialog::suggestName);
    connect(m_name, &QLineEdit::textEdited, this, [this] { m_named = true; });
    connect(m_name, &QLineEdit::textChanged, this, &ImportDialog::check);
    connect(m_replace, &QCheckBox::toggled, this, &ImportDialog::check);
    resize(fontMetrics().averageCharWidth() * 90, sizeHint().height());
}

void ImportDialog::setSource(const QString& source)
{
    m_named = false;
    m_source->setText(source);
    suggestName();
}

void ImportDialog::suggestName()
{
    if (!m_named) m_name->setText(m_source->text().isEmpty() ? QString() : corpusNameFor(m_source->text()));
    check();
}

void ImportDialog::browse(bool folder)
{
    const QString found = folder ? QFileDialog::getExistingDirectory(this, tr("Folder of texts"), m_source->text())
                                 : QFileDialog::getOpenFileName(this, tr("File of texts"), m_source->text(),
                                                                tr("Texts (*.txt *.jsonl);;All files (*)"));
    if (!found.isEmpty()) setSource(found);
}

QString ImportDialog::problem() const
{
    if (m_source->text().isEmpty()) return tr("Choose a folder or a file, or drop one on the page.");
    if (!QFileInfo::exists(m_source->text())) return tr("There is no file or folder %1.").arg(m_source->text());
    if (m_name->text().isEmpty()) return tr("Give the corpus a name.");
    try {
        requireCorpusName(m_name->text().toStdString());
    } catch (const Error& error) {
        return fromUtf8(error.what());
    }
    if (m_taken.contains(m_name->text()) && !m_replace->isChecked())
        return tr("There is a corpus “%1” already: choose another name, or replace it.").arg(m_name->text());
    return {};
}

void ImportDialog::check()
{
    const auto wrong = problem();
    m_import->setEnabled(wrong.isEmpty() && !m_job);
    m_replace->setEnabled(m_taken.contains(m_name->text()));
    if (!m_job) m_state->setText(wrong);
}

void ImportDialog::setWorking(bool working)
{
    m_fields->setEnabled(!working);
    m_bar->setVisible(working);
    m_import->setEnabled(!working);
    m_cancel->setText(working ? tr("Cancel the import") : tr("Close"));
}

void ImportDialog::start()
{
    if (m_job || !problem().isEmpty()) return;
    m_job = new ImportJob(m_cli,
                          {m_source->text(), m_name->text(), m_format->currentData().toString(),
                           m_replace->isChecked() && m_replace->isEnabled(), m_skip->isChecked()},
                          this);
    const auto ended = [this](const QString& text) {
        m_job->deleteLater();
        m_job = nullptr;
        setWorking(false);
        check();
        if (!text.isEmpty()) m_state->setText(text);
    };
    connect(m_job, &ImportJob::progress, this, [this](double share, const QString& text) {
        m_bar->setRange(0, share < 0 ? 0 : 1000);
        m_bar->setValue(int(share * 1000));
        m_state->setText(text);
    });
    connect(m_job, &ImportJob::failed, this, ended);
    connect(m_job, &ImportJob::cancelled, this, [ended] { ended(tr("Cancelled: nothing was kept.")); });
    connect(m_job, &ImportJob::imported, this, [this, ended](const QString& summary) {
        ended({});
        Q_EMIT imported(m_name->text(), summary);
        accept();
    });
    setWorking(true);
    m_job->start();
}

void ImportDialog::reject()
{
    if (m_job && m_job->running()) return m_job->cancel();
    QDialog::reject();
}

} // namespace sy
