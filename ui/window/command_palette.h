// Ctrl+K: everything that can be done and every run, found by typing.
#pragma once

#include <QDialog>

#include <functional>
#include <vector>

class QAction;
class QLineEdit;
class QListWidget;

namespace sy {

/// One thing to choose.
struct PaletteEntry {
    QString text, hint; ///< what; where or how else (a shortcut, "run")
    std::function<void()> choose;
};

/// Actions of a widget and all its children, each once, with their shortcuts as hints. Where several widgets have an
/// action of the same text and key (each chart its "Copy picture"), the focused widget's; without a focus among them
/// none, or with `enabled_only` off any one.
std::vector<PaletteEntry> actionEntries(QWidget& root, bool enabled_only = true);

/// How well `query` fits `text`: every word of it must occur (in any order, or as initials); larger is better,
/// -1 = not at all.
int matchScore(const QString& query, const QString& text);

class CommandPalette : public QDialog {
    Q_OBJECT

public:
    CommandPalette(std::vector<PaletteEntry> entries, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void filter(const QString& query);
    void choose();

    std::vector<PaletteEntry> m_entries;
    QLineEdit* m_query;
    QListWidget* m_list;
};

} // namespace sy
