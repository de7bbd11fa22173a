#include "ui/window/command_palette.h"

#include <QAction>
#include <QFontMetrics>
#include <QHash>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QSet>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

namespace {

constexpr int shown_at_most = 200;
constexpr int entry_role = Qt::UserRole;

QString plainText(const QAction& action)
{
    QString text = action.text();
    text.remove(QLatin1Char('&'));
    if (text.endsWith(QChar(0x2026))) text.chop(1);
    return text.trimmed();
}

/// Initials of the words of `text`: "New run like this" -> "nrlt".
QString initials(const QString& text)
{
    QString result;
    bool begins = true;
    for (const QChar c : text) {
        if (begins && c.isLetterOrNumber()) result += c;
        begins = !c.isLetterOrNumber();
    }
    return result;
}

struct OwnedEntry {
    PaletteEntry entry;
    const QWidget* owner;
};

/// Of what every chart or table has for itself, only that of the focused one is meant.
std::vector<PaletteEntry> withoutTwins(const std::vector<OwnedEntry>& found, const QWidget* focus, bool keep_one)
{
    const auto key = [](const PaletteEntry& entry) { return entry.text + '\n' + entry.hint; };
    QHash<QString, int> count;
    for (const auto& one : found) ++count[key(one.entry)];
    std::vector<PaletteEntry> entries;
    QSet<QString> taken;
    for (const auto& one : found) {
        const QString same = key(one.entry);
        const bool meant = count[same] == 1 || keep_one || one.owner == focus || one.owner->isAncestorOf(focus);
        if (!meant || taken.contains(same)) continue;
        taken.insert(same);
        entries.push_back(one.entry);
    }
    return entries;
}

} // namespace

std::vector<PaletteEntry> actionEntries(QWidget& root, bool enabled_only)
{
    std::vector<OwnedEntry> found;
    QSet<QAction*> seen;
    auto widgets = root.findChildren<QWidget*>();
    widgets.prepend(&root);
    for (const auto* widget : widgets) {
        for (auto* action : widget->actions()) {
            if (seen.contains(action) || action->isSeparator() || action->menu() ||
                (enabled_only && !action->isEnabled()))
                continue;
            seen.insert(action);
            const QString text = plainText(*action);
            if (text.isEmpty()) continue;
            found.push_back(
                {{text, action->shortcut().toString(QKeySequence::NativeText), [action] { action->trigger(); }},
                 widget});
        }
    }
    auto entries = withoutTwins(found, root.window()->focusWidget(), !enabled_only);
    std::stable_sort(entries.begin(), entries.end(), [](const PaletteEntry& a, const PaletteEntry& b) {
        return a.text.localeAwareCompare(b.text) < 0;
    });
    return entries;
}

int matchScore(const QString& query, const QString& text)
{
    const auto terms = query.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    int score = 0;
    for (const auto& term : terms) {
        const auto place = text.indexOf(term, 0, Qt::CaseInsensitive);
        const auto initial = initials(text).indexOf(term, 0, Qt::CaseInsensitive);
        if (place < 0 && initial < 0) return -1;
        const bool word = place == 0 || (place > 0 && !text[place - 1].isLetterOrNumber());
        score += place == 0 ? 8 : word ? 5 : place > 0 ? 2 : 1;
    }
    return score;
}

CommandPalette::CommandPalette(std::vector<PaletteEntry> entries, QWidget* parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint), m_entries(std::move(entries)),
      m_query(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setObjectName("commandPalette");
    setWindowTitle(tr("Commands"));
    m_query->setObjectName("commandQuery");
    m_query->setPlaceholderText(tr("Type what to do, or a run's name"));
    m_query->setClearButtonEnabled(true);
    m_query->installEventFilter(this);
    m_list->setObjectName("commandList");
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_query);
    layout->addWidget(m_list);
    const QFontMetrics metrics(font());
    resize(metrics.averageCharWidth() * 70, metrics.height() * 22);
    connect(m_query, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_query, &QLineEdit::returnPressed, this, &CommandPalette::choose);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::choose);
    filter({});
    m_query->setFocus();
}

void CommandPalette::filter(const QString& query)
{
    std::vector<std::pair<int, size_t>> found;
    for (size_t i = 0; i < m_entries.size(); ++i)
        if (const int score = matchScore(query, m_entries[i].text); score >= 0) found.emplace_back(-score, i);
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    m_list->clear();
    for (const auto& [score, i] : found) {
        if (m_list->count() == shown_at_most) break;
        const auto& entry = m_entries[i];
        auto* item = new QListWidgetItem(entry.hint.isEmpty() ? entry.text : entry.text + "    " + entry.hint, m_list);
        item->setData(entry_role, static_cast<int>(i));
    }
    m_list->setCurrentRow(0);
    if (!found.empty()) return;
    auto* nothing = new QListWidgetItem(tr("No command or run has this in its name"), m_list);
    nothing->setFlags(Qt::NoItemFlags);
    m_list->setCurrentItem(nullptr);
}

void CommandPalette::paintEvent(QPaintEvent* event)
{
    QDialog::paintEvent(event);
    QPainter painter(this); // a window without a frame has no edge of its own
    QColor edge = palette().color(QPalette::PlaceholderText);
    edge.setAlphaF(0.5F);
    painter.setPen(edge);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_query && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const int page = std::max(1, m_list->height() / std::max(1, m_list->sizeHintForRow(0)) - 1);
        int step = 0;
        if (key->key() == Qt::Key_Down) step = 1;
        if (key->key() == Qt::Key_Up) step = -1;
        if (key->key() == Qt::Key_PageDown) step = page;
        if (key->key() == Qt::Key_PageUp) step = -page;
        if (step != 0) {
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, std::max(0, m_list->count() - 1)));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void CommandPalette::choose()
{
    const auto* item = m_list->currentItem();
    if (!item || !(item->flags() & Qt::ItemIsEnabled)) return;
    const auto chosen = m_entries[static_cast<size_t>(item->data(entry_role).toInt())].choose;
    accept();
    // After this dialog has given the focus back: an action may open a dialog of its own.
    QTimer::singleShot(0, parent(), chosen);
}

} // namespace sy
