#include "ui/routing/parallel_dialog.h"

#include "core/store/probe_json.h"
#include "ui/models/routing_focus.h"
#include "ui/models/serve_client.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/routing/specialization_view.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>

namespace sy {

namespace {

constexpr const char* file_key = "probe/parallelFile"; // shared with the Probe page
constexpr int default_sentences = 200;

QStandardItem* number(double value, int decimals)
{
    auto* item = new QStandardItem(std::isnan(value) ? QStringLiteral("–") : QLocale().toString(value, 'f', decimals));
    item->setData(value, Qt::UserRole);
    item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    item->setEditable(false);
    return item;
}

QStandardItem* word(const QString& text)
{
    auto* item = new QStandardItem(text);
    item->setEditable(false);
    return item;
}

} // namespace

ParallelDialog::ParallelDialog(const PageContext& context, QWidget* parent)
    : QDialog(parent), m_context(context), m_run(context.focus->index()->run), m_client(new ServeClient(context, this)),
      m_file(new QLineEdit(this)), m_sentences(new QSpinBox(this)), m_checkpoint(new QComboBox(this)),
      m_start(new QPushButton(tr("&Judge"), this)), m_cancel(new QPushButton(tr("&Cancel"), this)),
      m_progress(new QProgressBar(this)), m_result(plainLabel("parallelResult", {}, this))
{
    setObjectName("parallelDialog");
    setWindowTitle(tr("Judge on parallel sentences: %1").arg(context.focus->index()->name));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(makeChoices());
    layout->addWidget(m_progress);
    m_progress->setRange(0, 1000);
    m_result->setWordWrap(true);
    layout->addWidget(m_result);
    auto* view = new QTableView(this);
    view->setObjectName("parallelTable");
    view->setModel(&m_table);
    view->verticalHeader()->hide();
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    addTableExport(*view, tr("specialization on parallel sentences"));
    layout->addWidget(view, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    layout->addWidget(buttons);
    connect(m_start, &QPushButton::clicked, this, &ParallelDialog::run);
    connect(m_cancel, &QPushButton::clicked, this, &ParallelDialog::cancel);
    connect(m_client, &ServeClient::failed, this, [this](const QString& problem) {
        setRunning(false);
        m_result->setText(problem);
    });
    setRunning(false);
    resize(fontMetrics().averageCharWidth() * 130, fontMetrics().height() * 28);
}

QWidget* ParallelDialog::makeChoices()
{
    auto* box = new QWidget(this);
    auto* form = new QFormLayout(box);
    form->setContentsMargins(0, 0, 0, 0);
    auto* file = new QHBoxLayout;
    m_file->setObjectName("parallelDialogFile");
    m_file->setText(m_context.settings->value(file_key).toString());
    m_file->setPlaceholderText(tr("JSON lines or .tsv: the same sentences in several languages"));
    m_file->setToolTip(tr("JSON lines with {\"texts\": {\"en\": \"…\", \"de\": \"…\"}} or with the codes as keys, or "
                          "tab-separated text with the codes in its first line"));
    auto* browse_button = new QPushButton(tr("&Browse…"), box);
    browse_button->setAutoDefault(false);
    connect(browse_button, &QPushButton::clicked, this, &ParallelDialog::browse);
    file->addWidget(m_file, 1);
    file->addWidget(browse_button);
    form->addRow(tr("&File:"), file);
    m_checkpoint->setObjectName("parallelDialogCheckpoint");
    m_checkpoint->addItem(tr("last checkpoint"), QStringLiteral("last"));
    m_checkpoint->addItem(tr("best checkpoint"), QStringLiteral("best"));
    const auto& steps = m_context.focus->index()->checkpoint_steps;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step)
        m_checkpoint->addItem(tr("step %1").arg(QLocale().toString(qlonglong(*step))), QString::number(*step));
    m_sentences->setObjectName("parallelDialogSentences");
    m_sentences->setRange(0, 1'000'000);
    m_sentences->setSpecialValueText(tr("all"));
    m_sentences->setValue(default_sentences);
    m_sentences->setToolTip(tr("Sentences of the file, from its start; 0 = all. A sentence in one language is one "
                               "sequence of the null, which permutes languages within each sentence."));
    auto* row = new QHBoxLayout;
    row->addWidget(m_checkpoint);
    row->addWidget(new QLabel(tr("Sentences:"), box));
    row->addWidget(m_sentences);
    row->addStretch(1);
    m_start->setDefault(true);
    row->addWidget(m_start);
    row->addWidget(m_cancel);
    form->addRow(tr("&Model:"), row);
    return box;
}

void ParallelDialog::browse()
{
    const auto path = QFileDialog::getOpenFileName(this, tr("Sentences in several languages"), m_file->text(),
                                                   tr("Parallel text (*.jsonl *.json *.tsv);;All files (*)"));
    if (!path.isEmpty()) m_file->setText(path);
}

void ParallelDialog::setRunning(bool running)
{
    m_start->setEnabled(!running);
    m_cancel->setEnabled(running);
    m_progress->setVisible(running);
    if (running) m_progress->setValue(0);
}

void ParallelDialog::run()
{
    if (m_file->text().trimmed().isEmpty()) {
        m_result->setText(tr("Choose a file with the same sentences in several languages first."));
        return;
    }
    m_context.settings->setValue(file_key, m_file->text());
    nlohmann::json request{{"verb", "specialization"}, {"file", m_file->text().toStdString()}};
    if (m_sentences->value() > 0) request["sentences"] = m_sentences->value();
    m_table.clear();
    m_result->setText(tr("The checkpoint reads the sentences…"));
    setRunning(true);
    m_client->open(m_run, m_checkpoint->currentData().toString());
    m_client->ask(
        this, std::move(request),
        [this](const nlohmann::json& answer) {
            setRunning(false);
            try {
                take(answer);
            } catch (const std::exception& error) {
                m_result->setText(fromUtf8(error.what()));
            }
        },
        {}, // told by failed()
        [this](double share) { m_progress->setValue(static_cast<int>(1000 * share)); });
}

void ParallelDialog::cancel()
{
    m_client->cancel();
    setRunning(false);
    m_result->setText(tr("Cancelled."));
}

void ParallelDialog::take(const nlohmann::json& answer)
{
    QStringList layers;
    std::vector<LayerSpecialization> figures;
    for (const auto& layer : answer.at("layers")) {
        layers << fromUtf8(layer.at("layer").get<std::string>());
        LayerSpecialization read;
        read.layer = static_cast<int64_t>(figures.size());
        read.by_count = specializationFromJson(layer.at("by_count"));
        read.by_gate = specializationFromJson(layer.at("by_gate"));
        read.given_token = specializationFromJson(layer.at("given_token"));
        figures.push_back(read);
    }
    const QLocale locale;
    m_result->setText(tr("%1 sentences in %2 languages, step %3. I in nats against languages permuted within each "
                         "sentence; p after Holm over %4 layers. The menu of the table exports it.")
                          .arg(locale.toString(qlonglong(answer.at("sentences").get<int64_t>())),
                               locale.toString(qlonglong(answer.at("languages").size())),
                               locale.toString(qlonglong(m_client->model().step)), QString::number(layers.size())));
    fill(layers, figures);
}

void ParallelDialog::fill(const QStringList& layers, const std::vector<LayerSpecialization>& figures)
{
    m_table.setHorizontalHeaderLabels({tr("Layer"), tr("Choices"), tr("I (nats)"), tr("Null 2.5 %"), tr("Null 97.5 %"),
                                       tr("At most (nats)"), tr("NMI"), tr("Adjusted"), tr("p (Holm)")});
    for (const auto of : {SpecializationOf::Count, SpecializationOf::Gate, SpecializationOf::GivenToken}) {
        const auto p_values = adjustedPValues(figures, of);
        for (size_t i = 0; i < figures.size(); ++i) {
            const auto& s = specializationOf(figures[i], of);
            m_table.appendRow({word(layers[static_cast<int>(i)]), word(nameOf(of)), number(s.information, 4),
                               number(s.null_low, 4), number(s.null_high, 4), number(s.bound, 3),
                               number(s.normalized(), 3), number(s.adjusted(), 3), number(p_values[i], 4)});
        }
    }
    for (int column = 2; column < m_table.columnCount(); ++column)
        m_table.setHeaderData(column, Qt::Horizontal, definitionOf(InformationScale::Adjusted, SpecializationOf::Count),
                              Qt::ToolTipRole);
}

} // namespace sy
