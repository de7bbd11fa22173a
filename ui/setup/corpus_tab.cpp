#include "ui/setup/corpus_tab.h"

#include "ui/models/background.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"
#include "ui/setup/corpus_models.h"

#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace sy {

namespace {

constexpr int sampled_lines = 12;

void dressUp(QTableView* table)
{
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setStretchLastSection(false);
}

/// Sampled lines, or why there are none.
struct Lines {
    std::vector<std::string> lines;
    std::string problem;
};

} // namespace

CorpusTab::CorpusTab(QWidget* parent)
    : QWidget(parent), m_corpora(new CorpusListModel(this)), m_languages(new LanguageModel(this)),
      m_list(new QTableView), m_table(new QTableView), m_lines(new QPlainTextEdit), m_empty(new QLabel),
      m_lines_title(new QLabel), m_use(new QPushButton(tr("Use this corpus")))
{
    build();
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &CorpusTab::showCorpus);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &CorpusTab::showLines);
    const auto use = [this] {
        if (shown()) Q_EMIT corpusChosen(fromUtf8(shown()->name));
    };
    connect(m_use, &QPushButton::clicked, this, use);
    connect(m_list, &QTableView::activated, this, use);
    setCorpora({});
}

void CorpusTab::build()
{
    m_list->setObjectName("corpusList");
    m_list->setModel(m_corpora);
    m_table->setObjectName("languageTable");
    m_table->setModel(m_languages);
    m_lines->setObjectName("sampleLines");
    m_use->setObjectName("useCorpus");
    for (auto* table : {m_list, m_table}) dressUp(table);
    m_table->horizontalHeader()->setStretchLastSection(true); // elsewhere as wide as its numbers
    addTableExport(*m_list, tr("corpora"));
    addTableExport(*m_table, tr("languages"));
    m_lines->setReadOnly(true);
    m_lines_title->setTextFormat(Qt::PlainText);
    m_empty->setTextFormat(Qt::PlainText);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    auto* import = new QPushButton(tr("Import …"));
    import->setObjectName("importCorpus");
    import->setToolTip(tr("Take a folder or file of text in (Ctrl+I); or drop one on the page"));
    connect(import, &QPushButton::clicked, this, &CorpusTab::importRequested);

    auto* left = new QWidget;
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(import);
    buttons->addStretch(1);
    buttons->addWidget(m_use);
    auto* left_column = new QVBoxLayout(left);
    left_column->setContentsMargins(0, 0, 0, 0);
    left_column->addWidget(m_list, 1);
    left_column->addWidget(m_empty, 1);
    left_column->addLayout(buttons);
    auto* below = new QWidget;
    auto* below_column = new QVBoxLayout(below);
    below_column->setContentsMargins(0, 0, 0, 0);
    below_column->addWidget(m_lines_title);
    below_column->addWidget(m_lines, 1);
    auto* right = new QSplitter(Qt::Vertical);
    right->addWidget(m_table);
    right->addWidget(below);
    right->setStretchFactor(0, 3);
    right->setStretchFactor(1, 2);
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(left);
    split->addWidget(right);
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(split);
}

void CorpusTab::setCorpora(const std::vector<Corpus>& corpora)
{
    const auto* before = shown();
    const bool fresh = m_corpora->rowOf(m_chosen) < 0; // the chosen one may have just been imported
    const QString kept = before && !fresh ? fromUtf8(before->name) : m_chosen;
    m_corpora->setCorpora(corpora);
    m_list->setVisible(!corpora.empty());
    m_empty->setVisible(corpora.empty());
    m_empty->setText(
        tr("No corpus is imported yet.\nImport a folder with a file or folder per language, or drop one here."));
    const int row = m_corpora->rowOf(kept);
    m_list->setCurrentIndex(m_corpora->index(row < 0 ? 0 : row, 0));
    showCorpus();
}

void CorpusTab::setChosen(const QString& name)
{
    if (name == m_chosen) return;
    m_chosen = name;
    m_corpora->setChosen(name);
    if (const int row = m_corpora->rowOf(name); row >= 0) m_list->setCurrentIndex(m_corpora->index(row, 0));
    showCorpus();
}

void CorpusTab::setPreview(const TextPreview* preview)
{
    m_preview.reset();
    if (preview) m_preview = *preview;
    showWeights();
}

const Corpus* CorpusTab::shown() const
{
    const int row = m_list->currentIndex().row();
    return row >= 0 && row < m_corpora->rowCount() ? &m_corpora->corpus(row) : nullptr;
}

bool CorpusTab::showsChosen() const
{
    return shown() && fromUtf8(shown()->name) == m_chosen;
}

void CorpusTab::showWeights()
{
    m_languages->setPreview(showsChosen() && m_preview ? &*m_preview : nullptr);
}

void CorpusTab::showCorpus()
{
    const auto* corpus = shown();
    const bool chosen = showsChosen();
    m_languages->setCorpus(corpus);
    showWeights();
    m_use->setEnabled(corpus && !chosen);
    if (corpus && !m_table->currentIndex().isValid()) m_table->setCurrentIndex(m_languages->index(0, 0));
    showLines();
}

void CorpusTab::showLines()
{
    const auto* corpus = shown();
    const QString code = m_languages->code(m_table->currentIndex().row());
    const int asked = ++m_asked;
    if (!corpus || code.isEmpty()) {
        m_lines_title->clear();
        return m_lines->clear();
    }
    m_lines_title->setText(tr("Lines of %1: the first, then from anywhere").arg(code));
    const auto job = [corpus = *corpus, language = code.toStdString()]() -> Lines {
        try {
            return {sampleLines(corpus, language, sampled_lines, 1), {}};
        } catch (const std::exception& error) {
            return {{}, error.what()};
        }
    };
    inBackground(this, job, [this, asked](const Lines& found) {
        if (asked != m_asked) return;
        QStringList lines;
        for (const auto& line : found.lines) lines << fromUtf8(line);
        const QString text = found.problem.empty() ? lines.join("\n\n") : fromUtf8(found.problem);
        if (text != m_lines->toPlainText()) m_lines->setPlainText(text);
    });
}

} // namespace sy
