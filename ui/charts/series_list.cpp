#include "ui/charts/series_list.h"

#include "ui/models/text.h"

#include "ui/charts/series_info.h"

#include <QLineEdit>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace sy {

namespace {

constexpr int name_role = Qt::UserRole;

} // namespace

SeriesList::SeriesList(QWidget* parent) : QWidget(parent), m_search(new QLineEdit(this)), m_tree(new QTreeWidget(this))
{
    m_search->setObjectName(QStringLiteral("seriesSearch"));
    m_search->setPlaceholderText(tr("Search series"));
    m_search->setClearButtonEnabled(true);
    m_tree->setObjectName(QStringLiteral("seriesTree"));
    m_tree->setHeaderLabels({tr("Series with a chart")});
    m_tree->setUniformRowHeights(true);
    m_tree->setAccessibleName(tr("Recorded series"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_search);
    layout->addWidget(m_tree);
    connect(m_search, &QLineEdit::textChanged, this, &SeriesList::filter);
    connect(m_tree, &QTreeWidget::itemChanged, this, &SeriesList::itemChanged);
}

void SeriesList::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

QTreeWidgetItem* SeriesList::branch(const QString& prefix)
{
    if (prefix.isEmpty()) return m_tree->invisibleRootItem();
    if (auto* known = m_branches.value(prefix)) return known;
    const auto slash = prefix.lastIndexOf('/');
    auto* item = new QTreeWidgetItem(branch(slash < 0 ? QString() : prefix.left(slash)), {prefix.mid(slash + 1)});
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setExpanded(slash < 0);
    m_branches.insert(prefix, item);
    return item;
}

QTreeWidgetItem* SeriesList::addLeaf(const QString& name)
{
    const auto slash = name.lastIndexOf('/');
    const QString last = name.mid(slash + 1);
    auto* item = new QTreeWidgetItem(branch(slash < 0 ? QString() : name.left(slash)),
                                     {isLanguageSeries(name) ? tr("by language, one chart") : last});
    const SeriesInfo info = seriesInfo(name);
    item->setData(0, name_role, name);
    item->setToolTip(0, plainTip(QStringLiteral("%1\n%2").arg(info.label, info.definition)));
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(0, m_charted.contains(name) ? Qt::Checked : Qt::Unchecked);
    m_leaves.insert(name, item);
    return item;
}

void SeriesList::setSeries(const QStringList& names)
{
    const QSignalBlocker quiet(m_tree);
    QSet<QString> wanted(names.begin(), names.end());
    bool changed = false;
    for (const QString& name : names)
        if (languageOf(languageSeries(name.section('/', 0, -2)), name) == name.section('/', -1) && name.count('/') > 1)
            wanted.insert(languageSeries(name.section('/', 0, -2)));
    const QStringList known = m_leaves.keys();
    for (const QString& name : known)
        if (!wanted.contains(name)) {
            delete m_leaves.take(name);
            changed = true;
        }
    for (const QString& name : std::as_const(wanted))
        if (!m_leaves.contains(name)) {
            addLeaf(name);
            changed = true;
        }
    if (!changed) return;
    m_tree->sortItems(0, Qt::AscendingOrder);
    filter();
}

void SeriesList::setCharted(const QSet<QString>& names)
{
    const QSignalBlocker quiet(m_tree);
    m_charted = names;
    for (auto leaf = m_leaves.begin(); leaf != m_leaves.end(); ++leaf)
        (*leaf)->setCheckState(0, names.contains(leaf.key()) ? Qt::Checked : Qt::Unchecked);
    m_tree->viewport()->update();
}

void SeriesList::itemChanged(QTreeWidgetItem* item)
{
    const QString name = item->data(0, name_role).toString();
    if (!name.isEmpty()) Q_EMIT chartToggled(name, item->checkState(0) == Qt::Checked);
}

/// Every word of the search must be part of the name or of its label.
void SeriesList::filter()
{
    const QStringList words = m_search->text().split(' ', Qt::SkipEmptyParts);
    QSet<QTreeWidgetItem*> open;
    for (auto leaf = m_leaves.begin(); leaf != m_leaves.end(); ++leaf) {
        const QString text = leaf.key() + ' ' + seriesInfo(leaf.key()).label;
        const bool fits = std::all_of(words.begin(), words.end(),
                                      [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
        (*leaf)->setHidden(!fits);
        for (auto* up = (*leaf)->parent(); fits && up; up = up->parent()) open.insert(up);
    }
    for (auto* item : std::as_const(m_branches)) {
        item->setHidden(!open.contains(item));
        if (!words.isEmpty() && open.contains(item)) item->setExpanded(true);
    }
}

} // namespace sy
