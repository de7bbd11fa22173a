#include "ui/setup/corpus_models.h"

#include "ui/models/text.h"

#include <QFont>
#include <QLocale>

#include <algorithm>

namespace sy {

namespace {

QString number(int64_t count)
{
    return QLocale().toString(qlonglong(count));
}

int64_t documents(const Corpus& corpus)
{
    int64_t sum = 0;
    for (const auto& language : corpus.languages) sum += language.train_documents + language.valid_documents;
    return sum;
}

int64_t bytes(const Corpus& corpus)
{
    int64_t sum = 0;
    for (const auto& language : corpus.languages) sum += language.train_bytes + language.valid_bytes;
    return sum;
}

QVariant alignment(bool number_column)
{
    return int((number_column ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

} // namespace

// ---- corpora ----

void CorpusListModel::setCorpora(const std::vector<Corpus>& corpora)
{
    beginResetModel();
    m_corpora = corpora;
    endResetModel();
}

void CorpusListModel::setChosen(const QString& name)
{
    if (name == m_chosen) return;
    m_chosen = name;
    if (!m_corpora.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::FontRole});
}

int CorpusListModel::rowOf(const QString& name) const
{
    const auto found = std::ranges::find(m_corpora, name.toStdString(), &Corpus::name);
    return found == m_corpora.end() ? -1 : int(found - m_corpora.begin());
}

int CorpusListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_corpora.size());
}

int CorpusListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CorpusListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Corpus& corpus = m_corpora[size_t(index.row())];
    if (role == Qt::TextAlignmentRole) return alignment(index.column() != NameColumn);
    if (role == Qt::FontRole && fromUtf8(corpus.name) == m_chosen) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    const bool text = role == Qt::DisplayRole;
    if (!text && role != Qt::UserRole) return {};
    switch (index.column()) {
    case NameColumn:
        return fromUtf8(corpus.name);
    case LanguagesColumn:
        return int(corpus.languages.size());
    case DocumentsColumn:
        return text ? QVariant(number(documents(corpus))) : QVariant(qlonglong(documents(corpus)));
    case BytesColumn:
        return text ? QVariant(bytesText(double(bytes(corpus)))) : QVariant(qlonglong(bytes(corpus)));
    }
    return {};
}

QVariant CorpusListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return alignment(section != NameColumn);
    const QString names[] = {tr("corpus"), tr("languages"), tr("documents"), tr("text")};
    const QString help[] = {tr("Name of the imported corpus; the chosen one is bold"), tr("Number of languages"),
                            tr("Documents (lines) of both splits"), tr("UTF-8 text of both splits")};
    if (section < 0 || section >= ColumnCount) return {};
    if (role == Qt::DisplayRole) return names[section];
    return role == Qt::ToolTipRole ? QVariant(help[section]) : QVariant();
}

// ---- languages ----

void LanguageModel::setCorpus(const Corpus* corpus)
{
    std::vector<Row> rows;
    if (corpus)
        for (const auto& language : corpus->languages) rows.push_back({language});
    const auto code_of = [](const Row& row) { return row.language.code; };
    const bool same = corpus && corpus->name == m_name && std::ranges::equal(rows, m_rows, {}, code_of, code_of);
    m_name = corpus ? corpus->name : std::string();
    if (same) {
        for (size_t i = 0; i < rows.size(); ++i) m_rows[i].language = rows[i].language;
        if (!m_rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void LanguageModel::setPreview(const TextPreview* preview)
{
    for (auto& row : m_rows) {
        row.tokens = -1;
        row.weight = -1;
        if (!preview) continue;
        const auto found = std::ranges::find(preview->languages, row.language.code, &LanguagePreview::code);
        if (found == preview->languages.end()) continue;
        row.tokens = found->tokens_train;
        row.weight = found->weight;
    }
    if (!m_rows.empty()) Q_EMIT dataChanged(index(0, TokensColumn), index(rowCount() - 1, WeightColumn));
}

QString LanguageModel::code(int row) const
{
    return row >= 0 && row < rowCount() ? fromUtf8(m_rows[size_t(row)].language.code) : QString();
}

int LanguageModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int LanguageModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LanguageModel::raw(const Row& row, int column) const
{
    switch (column) {
    case CodeColumn:
        return fromUtf8(row.language.code);
    case DocumentsColumn:
        return qlonglong(row.language.train_documents);
    case BytesColumn:
        return qlonglong(row.language.train_bytes);
    case ValidColumn:
        return qlonglong(row.language.valid_bytes);
    case TokensColumn:
        return qlonglong(row.tokens);
    case WeightColumn:
        return row.weight;
    }
    return {};
}

QString LanguageModel::shown(const Row& row, int column) const
{
    switch (column) {
    case CodeColumn:
        return fromUtf8(row.language.code);
    case DocumentsColumn:
        return number(row.language.train_documents);
    case BytesColumn:
        return bytesText(double(row.language.train_bytes));
    case ValidColumn:
        return bytesText(double(row.language.valid_bytes));
    case TokensColumn:
        return row.tokens < 0 ? tr("–") : number(row.tokens);
    case WeightColumn:
        return row.weight < 0 ? tr("–") : tr("%1 %").arg(QLocale().toString(100 * row.weight, 'f', 1));
    }
    return {};
}

QVariant LanguageModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = m_rows[size_t(index.row())];
    if (role == Qt::DisplayRole) return shown(row, index.column());
    if (role == Qt::UserRole) return raw(row, index.column());
    return role == Qt::TextAlignmentRole ? alignment(index.column() != CodeColumn) : QVariant();
}

QVariant LanguageModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::TextAlignmentRole) return alignment(section != CodeColumn);
    const QString names[] = {tr("language"),   tr("documents"), tr("text"),
                             tr("validation"), tr("tokens"),    tr("sampled")};
    const QString help[] = {tr("Code of the language"),
                            tr("Training documents (lines)"),
                            tr("UTF-8 text for training"),
                            tr("UTF-8 text held back for validation"),
                            tr("Training tokens; known once the tokenizer is prepared (–: not yet, or left out)"),
                            tr("Probability that a training row is of this language: tokens^(1/T) over their sum, T = "
                               "data.temperature")};
    if (role == Qt::DisplayRole) return names[section];
    return role == Qt::ToolTipRole ? QVariant(help[section]) : QVariant();
}

} // namespace sy
