#include "ui/runs/tag_dialog.h"

#include "ui/models/text.h"
#include "ui/runs/words.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <map>

namespace sy {

namespace {

constexpr int before_role = Qt::UserRole;

QListWidgetItem* addTag(QListWidget* list, const QString& tag, Qt::CheckState state)
{
    auto* item = new QListWidgetItem(tag, list);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(state);
    item->setData(before_role, int(state));
    return item;
}

} // namespace

TagDialog::TagDialog(const std::vector<const RunSummary*>& runs, const QStringList& known, QWidget* parent)
    : QDialog(parent), m_list(new QListWidget(this)), m_new(new QLineEdit(this))
{
    setWindowTitle(tr("Tags of %1").arg(runsText(qsizetype(runs.size()))));
    setObjectName("tagDialog");
    m_list->setObjectName("tagList");
    m_new->setObjectName("newTag");
    m_new->setPlaceholderText(tr("New tag"));
    std::map<QString, size_t> count;
    for (const auto& tag : known) count[tag];
    for (const auto* run : runs)
        for (const auto& tag : run->tags) ++count[fromUtf8(tag)];
    for (const auto& [tag, many] : count)
        addTag(m_list, tag, many == 0 ? Qt::Unchecked : many == runs.size() ? Qt::Checked : Qt::PartiallyChecked);
    auto* add = new QPushButton(tr("Add"), this);
    add->setAutoDefault(false);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    auto* row = new QHBoxLayout;
    row->addWidget(m_new, 1);
    row->addWidget(add);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_list, 1);
    layout->addLayout(row);
    layout->addWidget(buttons);
    connect(add, &QPushButton::clicked, this, &TagDialog::addTyped);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        addTyped();
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_new->setFocus();
}

void TagDialog::addTyped()
{
    const QString tag = m_new->text().trimmed();
    m_new->clear();
    if (tag.isEmpty()) return;
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->text() != tag) continue;
        m_list->item(i)->setCheckState(Qt::Checked);
        return;
    }
    auto* item = addTag(m_list, tag, Qt::Unchecked);
    item->setCheckState(Qt::Checked);
    m_list->scrollToItem(item);
}

QStringList TagDialog::added() const
{
    QStringList tags;
    for (int i = 0; i < m_list->count(); ++i) {
        const auto* item = m_list->item(i);
        if (item->checkState() == Qt::Checked && item->data(before_role).toInt() != Qt::Checked) tags << item->text();
    }
    return tags;
}

QStringList TagDialog::removed() const
{
    QStringList tags;
    for (int i = 0; i < m_list->count(); ++i) {
        const auto* item = m_list->item(i);
        if (item->checkState() == Qt::Unchecked && item->data(before_role).toInt() != Qt::Unchecked)
            tags << item->text();
    }
    return tags;
}

} // namespace sy
