// Tables of imported corpora, and of one corpus's languages.
#pragma once

#include "core/text/corpus.h"
#include "core/text/preview.h"

#include <QAbstractTableModel>

#include <vector>

namespace sy {

class CorpusListModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, LanguagesColumn, DocumentsColumn, BytesColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setCorpora(const std::vector<Corpus>& corpora);
    void setChosen(const QString& name); ///< shown bold
    const Corpus& corpus(int row) const { return m_corpora[size_t(row)]; }
    int rowOf(const QString& name) const; ///< -1 = none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override; ///< Qt::UserRole: raw values
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Corpus> m_corpora;
    QString m_chosen;
};

class LanguageModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { CodeColumn, DocumentsColumn, BytesColumn, ValidColumn, TokensColumn, WeightColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    /// Rows stay where the languages are the same.
    void setCorpus(const Corpus* corpus);
    /// Tokens and sampling weights once they are known; null = not yet. Languages that are left out have none.
    void setPreview(const TextPreview* preview);
    QString code(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override; ///< Qt::UserRole: raw values
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        CorpusLanguage language;
        int64_t tokens = -1; ///< -1 = not known
        double weight = -1;
    };
    QVariant raw(const Row& row, int column) const;
    QString shown(const Row& row, int column) const;

    std::string m_name;
    std::vector<Row> m_rows;
};

} // namespace sy
