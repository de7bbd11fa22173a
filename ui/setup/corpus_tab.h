// Which corpora there are, what is in them; import.
#pragma once

#include "core/text/corpus.h"
#include "core/text/preview.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTableView;

namespace sy {

class CorpusListModel;
class LanguageModel;

class CorpusTab : public QWidget {
    Q_OBJECT

public:
    explicit CorpusTab(QWidget* parent = nullptr);

    void setCorpora(const std::vector<Corpus>& corpora);
    void setChosen(const QString& name); ///< the one that the experiment uses; it is shown
    /// Tokens and weights belong to the chosen corpus; null = not known.
    void setPreview(const TextPreview* preview);
    CorpusListModel* corpora() const { return m_corpora; }
    LanguageModel* languages() const { return m_languages; }

Q_SIGNALS:
    void importRequested();
    void corpusChosen(const QString& name);

private:
    void build();
    void showCorpus();
    void showWeights();
    void showLines();
    bool showsChosen() const;
    const Corpus* shown() const; ///< the one selected in the list

    CorpusListModel* m_corpora;
    LanguageModel* m_languages;
    QTableView* m_list;
    QTableView* m_table;
    QPlainTextEdit* m_lines;
    QLabel* m_empty;
    QLabel* m_lines_title;
    QPushButton* m_use;
    QString m_chosen;
    std::optional<TextPreview> m_preview;
    int m_asked = 0; ///< the newest question for lines: later answers to older ones are dropped
};

} // namespace sy
