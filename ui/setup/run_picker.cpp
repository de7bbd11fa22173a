#include "ui/setup/run_picker.h"

#include "ui/models/text.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace sy {

namespace {

QString lineOf(const RunSummary& run)
{
    QStringList facts{fromUtf8(run.name), statusText(run.status)};
    if (!run.preset.empty()) facts << fromUtf8(run.preset);
    if (run.best_valid) facts << QObject::tr("best valid %1").arg(lossText(*run.best_valid));
    facts << timeText(run.created_ms);
    return facts.join(" · ");
}

} // namespace

RunPicker::RunPicker(const std::vector<RunSummary>& runs, QWidget* parent)
    : QDialog(parent), m_search(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setObjectName("runPicker");
    setWindowTitle(tr("New run like …"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_search->setObjectName("runPickerSearch");
    m_search->setPlaceholderText(tr("Search runs by name, tag or preset"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_list->setObjectName("runPickerList");
    for (const auto& run : runs) {
        if (run.deleted) continue;
        auto* item = new QListWidgetItem(lineOf(run), m_list);
        item->setData(Qt::UserRole, fromUtf8(run.id));
        QString search = item->text();
        for (const auto& tag : run.tags) search += " " + fromUtf8(tag);
        item->setData(Qt::UserRole + 1, search.toLower());
    }
    m_list->setCurrentRow(0);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Use its configuration"));
    buttons->button(QDialogButtonBox::Ok)->setEnabled(m_list->count() > 0);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    if (m_list->count() == 0) column->addWidget(new QLabel(tr("There is no saved run yet."), this));
    column->addWidget(buttons);
    connect(m_search, &QLineEdit::textChanged, this, &RunPicker::filter);
    connect(m_list, &QListWidget::itemActivated, this, &RunPicker::choose);
    connect(buttons, &QDialogButtonBox::accepted, this, &RunPicker::choose);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    resize(fontMetrics().averageCharWidth() * 80, fontMetrics().lineSpacing() * 22);
}

void RunPicker::filter(const QString& words)
{
    int first = -1;
    for (int i = 0; i < m_list->count(); ++i) {
        auto* item = m_list->item(i);
        bool matches = true;
        for (const auto& word : words.toLower().split(' ', Qt::SkipEmptyParts))
            matches = matches && item->data(Qt::UserRole + 1).toString().contains(word);
        item->setHidden(!matches);
        if (matches && first < 0) first = i;
    }
    m_list->setCurrentRow(first);
}

void RunPicker::choose()
{
    const auto* item = m_list->currentItem();
    if (!item || item->isHidden()) return;
    Q_EMIT chosen(item->data(Qt::UserRole).toString());
    accept();
}

bool RunPicker::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            QCoreApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace sy
