// What is probed: a typed text, sentences that the run recorded, or a parallel sentence.
#pragma once

#include "ui/models/routing_focus.h"
#include "ui/probe/probe_answers.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QSettings;
class QStackedWidget;

namespace sy {

class ParallelPicker;

class ProbeTextPicker : public QWidget {
    Q_OBJECT

public:
    enum Mode { Typed, Recorded, Parallel };
    explicit ProbeTextPicker(QSettings* settings, QWidget* parent = nullptr);

    Mode mode() const;
    void setMode(Mode mode);
    /// Empty, or why there is nothing to probe.
    QString missing() const;
    std::vector<ProbedSentence> sentences() const;
    void setLanguages(const QStringList& languages);
    /// The chosen one stays by its text.
    void setRecorded(const std::vector<ProbedSentence>& sentences);
    ParallelPicker* parallel() const { return m_parallel; }
    void focusText();

Q_SIGNALS:
    void picked();    ///< another sentence was chosen: show it
    void submitted(); ///< Ctrl+Return in the text
    void modeChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeTyped();
    QWidget* makeRecorded();

    QSettings* m_settings;
    QComboBox* m_mode;
    QStackedWidget* m_pages;
    QPlainTextEdit* m_text;
    QComboBox* m_language;
    QLineEdit* m_target;
    QComboBox* m_recorded;
    ParallelPicker* m_parallel;
    std::vector<ProbedSentence> m_sentences; ///< recorded ones
};

} // namespace sy
