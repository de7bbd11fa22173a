// The probe: where the tokens of a text go, layer by layer; two checkpoints or runs side by side.
#pragma once

#include "ui/models/page_context.h"
#include "ui/probe/probe_asker.h"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QMenu;
class QScrollArea;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace sy {

class ProbePicture;
class ProbeTextPicker;
class SourceBox;
class TokenCard;
class TokenPath;
struct ChipPlace;

class ProbePage : public QWidget {
    Q_OBJECT

public:
    explicit ProbePage(const PageContext& context, QWidget* parent = nullptr);

    void ask(); ///< the chosen sentences, both sources
    bool isBusy() const;
    ProbePicture* picture() const { return m_picture; }

    /// Rows that wrap do not make it taller than it must be.
    bool hasHeightForWidth() const override { return false; }

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Side {
        ProbeAsker* asker = nullptr;
        SourceBox* box = nullptr;
        ProbeRequest asked;
        std::vector<std::optional<ProbeAnswer>> answers;
        std::vector<QString> problems;
        bool complete = false; ///< answers are those to `asked`
    };
    struct RunSources {
        QString run, name;
        std::vector<CheckpointRecord> checkpoints;
        std::vector<int64_t> probe_steps;
        bool live = false;
    };
    struct Read {
        std::vector<RunSources> runs;
        std::vector<ProbedSentence> recorded;
    };
    QWidget* makeBar();
    QWidget* makeDetails();
    void makeActions();
    void fillExports(QMenu* menu);
    void connectSide(Side& side);
    void refresh();
    void readSources();
    static Read readFrom(const Store& store, const QStringList& runs, int64_t step);
    void take(Read read);
    void fillSources();
    void stepMoved();
    void runChanged();
    void pickedAnother();
    /// Of the evaluation whose probes the shown step shows.
    int64_t recordedStep(const QString& run) const;
    void askSide(Side& side, const std::vector<ProbedSentence>& sentences);
    void compose();
    void cancel();
    void showState();
    void showChanges();
    void showEmpty();
    void tokenChosen(const ChipPlace& chip);
    void showToken(const ChipPlace& chip);
    void shareToken(const ChipPlace& chip);
    void followFocus();
    void exportAs(const QString& suffix);

    PageContext m_context;
    QStackedWidget* m_pages;
    QLabel* m_empty;
    ProbeTextPicker* m_texts;
    Side m_a, m_b;
    QComboBox* m_capacity;
    QToolButton *m_ask, *m_cancel;
    QAction *m_shade, *m_numbers;
    QLabel *m_state, *m_changes;
    QScrollArea* m_scroll;
    ProbePicture* m_picture;
    QSplitter* m_splitter;
    QWidget* m_details;
    QLabel* m_token_title;
    TokenPath* m_path;
    TokenCard* m_card;

    std::vector<RunSources> m_runs;
    std::vector<ProbedSentence> m_shown; ///< sentences of the picture
    bool m_reading = false, m_read_again = false, m_ask_again = false, m_asked_once = false;
    bool m_composing = false; ///< the picture changes, nobody chose anything
    qint64 m_read_revision = -1;
    QString m_read_run;
    QString m_problem; ///< of the last reading
};

} // namespace sy
