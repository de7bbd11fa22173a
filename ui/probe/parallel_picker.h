// A sentence out of a parallel file, in the languages that are ticked.
#pragma once

#include "core/text/parallel.h"
#include "ui/probe/probe_answers.h"

#include <QAbstractListModel>
#include <QWidget>

#include <memory>

class QLabel;
class QLineEdit;
class QListView;
class QMenu;
class QSettings;
class QSortFilterProxyModel;
class QToolButton;

namespace sy {

using ParallelSentences = std::shared_ptr<const std::vector<ParallelSentence>>;

/// A row per sentence, shown in the first wished language that has it.
class ParallelSentenceModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { AllTextsRole = Qt::UserRole }; ///< every language's text, for the search
    using QAbstractListModel::QAbstractListModel;

    void setSentences(ParallelSentences sentences);
    void setLanguages(const QStringList& languages);
    const ParallelSentences& sentences() const { return m_sentences; }
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    ParallelSentences m_sentences;
    QStringList m_languages;
};

class ParallelPicker : public QWidget {
    Q_OBJECT

public:
    explicit ParallelPicker(QSettings* settings, QWidget* parent = nullptr);

    /// Reads off the GUI thread; remembered when it could be read.
    void openFile(const QString& path);
    QString file() const { return m_file; }
    void setRunLanguages(const QStringList& languages); ///< they come first, and are ticked at first
    QStringList tickedLanguages() const;
    std::vector<ProbedSentence> sentences() const; ///< the chosen one in the ticked languages
    bool isReading() const { return m_reading; }

Q_SIGNALS:
    void changed(); ///< another sentence or other languages
    void fileRead();

private:
    void chooseFile();
    void take(const QString& path, ParallelSentences sentences, const QString& problem);
    void fillLanguages();
    void ticksChanged();
    const ParallelSentence* chosen() const;
    void say(const QString& text);

    QSettings* m_settings;
    QString m_file;
    bool m_reading = false;
    QStringList m_run_languages, m_file_languages, m_ticked;
    QToolButton *m_open, *m_languages;
    QMenu* m_menu;
    QLineEdit* m_search;
    QListView* m_list;
    QLabel* m_state;
    ParallelSentenceModel* m_model;
    QSortFilterProxyModel* m_found;
};

} // namespace sy
