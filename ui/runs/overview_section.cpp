#include "ui/runs/overview_section.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/runs/run_end.h"

#include "core/base/error.h"

#include <QEvent>
#include <QFontDatabase>
#include <QFormLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace sy {

namespace {

constexpr int64_t last_lines = 8;

QStringList tagList(const QString& text)
{
    QStringList tags;
    for (const auto& part : text.split(',')) {
        const QString tag = part.trimmed();
        if (!tag.isEmpty() && !tags.contains(tag)) tags << tag;
    }
    return tags;
}

QString shortHash(const nlohmann::json& details, const char* key)
{
    const auto found = details.find(key);
    return found != details.end() && found->is_string() ? fromUtf8(found->get<std::string>().substr(0, 12)) : QString();
}

QString wordOf(const nlohmann::json& details, const char* key)
{
    const auto found = details.find(key);
    if (found == details.end() || found->is_null()) return {};
    return found->is_string() ? fromUtf8(found->get<std::string>()) : fromUtf8(found->dump());
}

QString together(const QStringList& parts)
{
    QStringList filled = parts;
    filled.removeAll(QString());
    return filled.join(QString::fromUtf8(" · "));
}

} // namespace

OverviewSection::OverviewSection(const PageContext& context, QWidget* parent)
    : DetailsSection(context, parent), m_end(new QWidget(this)), m_tags(new QLineEdit(this)),
      m_note(new QPlainTextEdit(this)), m_problem(plainLabel("overviewProblem", {}, this))
{
    auto* inner = new QWidget(this);
    makeEnd(inner);
    auto* form = m_form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_tags->setObjectName("overviewTags");
    m_tags->setPlaceholderText(tr("Tags, separated by commas"));
    m_note->setObjectName("overviewNote");
    m_note->setPlaceholderText(tr("Note: saved when you leave the field"));
    m_note->setTabChangesFocus(true);
    m_note->setMaximumHeight(fontMetrics().height() * 6);
    m_note->installEventFilter(this);
    form->addRow(tr("Tags"), m_tags);
    form->addRow(tr("Note"), m_note);
    field(form, "best", tr("Best valid loss"),
          tr("Lowest cross entropy on the validation text, nats per target token"));
    field(form, "last", tr("Last losses"), tr("Latest cross entropy, nats per target token"));
    field(form, "parameters", tr("Parameters"), tr("All, and those that one token uses"));
    field(form, "flops", tr("FLOPs per token"), tr("Of training: forward and backward; see docs/compute.md"));
    field(form, "preset", tr("Preset"));
    field(form, "corpus", tr("Corpus"));
    field(form, "tokenizer", tr("Tokenizer"));
    field(form, "seed", tr("Seed"));
    field(form, "where", tr("Trained on"));
    field(form, "started", tr("Started"));
    field(form, "duration", tr("Duration"), tr("From the start to the end or the last sign of life"));
    field(form, "disk", tr("Checkpoints"), tr("Disk that they take"));
    field(form, "code", tr("Code"));
    field(form, "lineage", tr("Lineage"));
    field(form, "origin", tr("Imported from"));
    field(form, "id", tr("Id"));
    auto* layout = new QVBoxLayout(inner);
    layout->addWidget(m_end);
    layout->addWidget(m_problem);
    layout->addLayout(form);
    layout->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(inner);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    m_problem->setWordWrap(true);
    m_problem->hide();
    connect(m_tags, &QLineEdit::editingFinished, this, &OverviewSection::saveTags);
    colour();
}

void OverviewSection::makeEnd(QWidget* parent)
{
    m_end->setParent(parent);
    m_reason = plainLabel("endReason", {}, m_end);
    m_reason->setWordWrap(true);
    m_last_lines = new QPlainTextEdit(m_end);
    m_last_lines->setObjectName("endLines");
    m_last_lines->setReadOnly(true);
    m_last_lines->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_last_lines->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_last_lines->setMaximumHeight(fontMetrics().height() * 8);
    m_resume = new QPushButton(m_end);
    m_resume->setObjectName("resumeRun");
    auto* layout = new QVBoxLayout(m_end);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_reason);
    layout->addWidget(m_last_lines);
    layout->addWidget(m_resume, 0, Qt::AlignLeft);
    connect(m_resume, &QPushButton::clicked, this, [this] { Q_EMIT resumeRequested({runId()}); });
}

QLabel* OverviewSection::field(QFormLayout* form, const char* key, const QString& title, const QString& tip)
{
    auto* value = plainLabel(QStringLiteral("overview_") + QLatin1String(key), {}, this);
    value->setWordWrap(true);
    auto* label = new QLabel(title, this);
    label->setToolTip(tip);
    form->addRow(label, value);
    m_fields[key] = value;
    return value;
}

/// Rows without a value are left out.
void OverviewSection::set(const char* key, const QString& text)
{
    QLabel* label = m_fields.at(key);
    if (label->text() != text) label->setText(text); // else a selection in it would go
    if (m_form->isRowVisible(label) == text.isEmpty()) m_form->setRowVisible(label, !text.isEmpty());
}

void OverviewSection::clearRun()
{
    saveTags(); // of the run before
    saveNote();
    m_edited = run();
    for (const auto& [key, label] : m_fields) label->clear(); // rows go or stay when it is known what fills them
    m_end->hide();
    m_problem->hide();
    m_last_lines->clear();
    m_tags->clear();
    m_note->clear();
    m_saved_note.clear();
    m_saved_tags.clear();
    m_tags->setModified(false);
    m_note->document()->setModified(false);
    setEnabled(!runId().isEmpty());
}

void OverviewSection::showSummary(const StorePicture& picture, const RunSummary& run)
{
    const QLocale locale;
    set("best",
        run.best_valid
            ? tr("%1 at step %2").arg(lossText(*run.best_valid), locale.toString(qlonglong(run.best_step.value_or(0))))
            : QString());
    QStringList last;
    for (const auto& [series, value] : run.last)
        last << (series.starts_with("valid") ? tr("valid %1") : tr("train %1")).arg(lossText(value));
    set("last", together(last));
    const QString experts = run.num_experts > 1 ? tr("%1 experts").arg(run.num_experts) : tr("dense");
    set("parameters", run.parameters_total == 0
                          ? experts
                          : together({countText(double(run.parameters_total)),
                                      tr("%1 active").arg(countText(double(run.parameters_active))), experts}));
    set("flops", run.flops_per_token > 0 ? countText(run.flops_per_token) : QString());
    set("preset", fromUtf8(run.preset));
    set("where", together({fromUtf8(run.device), fromUtf8(run.host)}));
    set("started", timeText(run.started_ms));
    const int64_t end = run.ended_ms > 0 ? run.ended_ms : run.heartbeat_ms;
    set("duration",
        run.started_ms > 0 && end >= run.started_ms ? durationText(double(end - run.started_ms) / 1000) : QString());
    set("disk", run.checkpoint_bytes > 0 ? bytesText(double(run.checkpoint_bytes)) : QString());
    const auto* parent = run.parent.empty() ? nullptr : picture.find(run.parent);
    set("lineage", run.parent.empty()
                       ? QString()
                       : tr("%1 from %2").arg(fromUtf8(run.parent_kind), fromUtf8(parent ? parent->name : run.parent)));
    set("origin", fromUtf8(run.origin));
    set("id", fromUtf8(run.id));
    showEnd(picture, run);
    showEdits(run);
}

void OverviewSection::showEnd(const StorePicture& picture, const RunSummary& run)
{
    const RunEnd end = runEnd(picture, run);
    m_end->setVisible(!end.reason.isEmpty() || end.can_resume);
    m_reason->setVisible(!end.reason.isEmpty());
    if (m_reason->text() != end.reason) m_reason->setText(end.reason);
    m_resume->setVisible(end.can_resume);
    m_resume->setText(run.checkpoint_bytes > 0 ? tr("Resume training") : tr("Resume from the start"));
    m_resume->setToolTip(run.checkpoint_bytes > 0
                             ? tr("Go on from its last checkpoint, through the queue of its device")
                             : tr("It has no checkpoint: train it anew, through the queue of its device"));
    m_queue_lines = !end.last_lines.isEmpty();
    if (m_queue_lines && m_last_lines->toPlainText() != end.last_lines) m_last_lines->setPlainText(end.last_lines);
    m_last_lines->setVisible(!end.reason.isEmpty() && !m_last_lines->toPlainText().isEmpty());
}

void OverviewSection::load()
{
    fetch(
        [id = run()](const Store& store) {
            return Read{store.details(id), store.logLines(id, last_lines)};
        },
        [this](const Read& read) { showRead(read); });
}

void OverviewSection::showRead(const Read& read)
{
    const auto& details = read.details;
    const QString vocabulary = wordOf(details, "vocab_size");
    set("corpus", together({wordOf(details, "corpus"), shortHash(details, "corpus_hash")}));
    set("tokenizer", together({vocabulary.isEmpty() || vocabulary == "0" ? QString() : tr("%1 tokens").arg(vocabulary),
                               shortHash(details, "tokenizer_hash")}));
    set("seed", wordOf(details, "seed"));
    set("code", together({wordOf(details, "code_version"), wordOf(details, "code_revision")}));
    if (m_queue_lines) return;
    QStringList lines;
    for (const auto& line : read.lines) lines << fromUtf8(line.level + "  " + line.text);
    if (m_last_lines->toPlainText() != lines.join('\n')) m_last_lines->setPlainText(lines.join('\n'));
    m_last_lines->setVisible(m_reason->isVisibleTo(this) && !lines.isEmpty());
}

/// What is being typed is not overwritten.
void OverviewSection::showEdits(const RunSummary& run)
{
    QStringList tags;
    for (const auto& tag : run.tags) tags << fromUtf8(tag);
    if (!m_tags->isModified() && tags != m_saved_tags) m_tags->setText(tags.join(", "));
    m_saved_tags = tags;
    const QString note = fromUtf8(run.note);
    if (!m_note->document()->isModified() && note != m_saved_note) m_note->setPlainText(note);
    m_saved_note = note;
}

void OverviewSection::write(std::function<void(Store&, const std::string&)> job)
{
    context().access->write(
        this, [id = m_edited, job = std::move(job)](Store& store) { job(store, id); },
        [this] {
            m_problem->hide();
            context().watch->lookNow();
        },
        [this](const QString& problem) {
            m_problem->setText(problem);
            m_problem->show();
        });
}

void OverviewSection::saveTags()
{
    if (!m_tags->isModified() || m_edited.empty()) return;
    m_tags->setModified(false);
    const QStringList wanted = tagList(m_tags->text()), before = m_saved_tags;
    if (wanted == before) return;
    write([wanted, before](Store& store, const std::string& id) {
        for (const auto& tag : before)
            if (!wanted.contains(tag)) store.untag(id, tag.toStdString());
        for (const auto& tag : wanted)
            if (!before.contains(tag)) store.tag(id, tag.toStdString());
    });
}

void OverviewSection::saveNote()
{
    if (!m_note->document()->isModified() || m_edited.empty()) return;
    m_note->document()->setModified(false);
    const QString note = m_note->toPlainText().trimmed();
    if (note == m_saved_note) return;
    write([note](Store& store, const std::string& id) { store.setNote(id, note.toStdString()); });
}

bool OverviewSection::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_note) {
        if (event->type() == QEvent::FocusOut) saveNote();
        const auto* key = event->type() == QEvent::KeyPress ? static_cast<QKeyEvent*>(event) : nullptr;
        if (key && key->modifiers() == Qt::ControlModifier &&
            (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)) {
            saveNote();
            return true;
        }
    }
    return DetailsSection::eventFilter(watched, event);
}

void OverviewSection::colour()
{
    for (auto* label : {m_reason, m_problem}) {
        QPalette colours = label->palette();
        colours.setColor(QPalette::WindowText, stateColours(palette()).bad);
        label->setPalette(colours);
    }
}

void OverviewSection::changeEvent(QEvent* event)
{
    DetailsSection::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colour();
}

} // namespace sy
