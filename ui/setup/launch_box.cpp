#include "ui/setup/launch_box.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"
#include "ui/setup/labels.h"

#include <QEvent>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace sy {

LaunchBox::LaunchBox(QWidget* parent)
    : QWidget(parent), m_list(new QListWidget(this)), m_title(new QLabel(this)), m_note(new QLabel(this)),
      m_launch(new QPushButton(this))
{
    m_list->setObjectName("problemList");
    m_list->setMaximumHeight(5 * fontMetrics().lineSpacing());
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setWordWrap(true);
    m_title->setObjectName("problemTitle");
    m_note->setObjectName("queueNote");
    m_note->setWordWrap(true);
    for (auto* label : {m_title, m_note}) label->setTextFormat(Qt::PlainText);
    m_launch->setObjectName("launch");
    m_launch->setMinimumHeight(2 * fontMetrics().height());
    QFont bold = m_launch->font();
    bold.setBold(true);
    m_launch->setFont(bold);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(4);
    column->addWidget(m_title);
    column->addWidget(m_list);
    column->addWidget(m_note);
    column->addWidget(m_launch);
    connect(m_launch, &QPushButton::clicked, this, &LaunchBox::launchClicked);
    const auto choose = [this](const QListWidgetItem* item) {
        if (item) Q_EMIT problemChosen(item->data(Qt::UserRole).toString());
    };
    connect(m_list, &QListWidget::itemClicked, this, choose);
    connect(m_list, &QListWidget::itemActivated, this, choose);
    refresh();
}

void LaunchBox::setProblems(const std::vector<ConfigIssue>& problems)
{
    if (problems == m_problems) return;
    m_problems = problems;
    const int kept = m_list->currentRow();
    m_list->clear();
    for (const auto& problem : m_problems) {
        auto* item = new QListWidgetItem(tr("%1: %2").arg(fromUtf8(problem.path), fromUtf8(problem.message)), m_list);
        item->setData(Qt::UserRole, fromUtf8(problem.path));
        item->setToolTip(plainToolTip(item->text()));
    }
    m_list->setCurrentRow(qMin(kept, m_list->count() - 1));
    refresh();
}

void LaunchBox::setQueue(const QString& device, int before)
{
    m_device = device;
    m_before = before;
    refresh();
}

QString LaunchBox::reason() const
{
    if (m_problems.empty()) return {};
    return tr("%1 to solve first").arg(counted(qsizetype(m_problems.size()), tr("problem"), tr("problems")));
}

void LaunchBox::refresh()
{
    const bool bad = !m_problems.empty();
    m_title->setVisible(bad);
    m_list->setVisible(bad);
    m_title->setText(reason());
    setInk(m_title, stateColours(palette()).bad);
    m_note->setText(m_before > 0
                        ? tr("Queue of %1: %n before it; it starts when they have ended.", "", m_before).arg(m_device)
                        : tr("Queue of %1: nothing before it; it starts at once.").arg(m_device));
    m_launch->setText(m_before > 0 ? tr("Add to queue") : tr("Launch"));
    m_launch->setEnabled(!bad);
    m_launch->setToolTip(bad ? reason() : tr("Start the run (Ctrl+Return)"));
}

void LaunchBox::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) refresh();
    QWidget::changeEvent(event);
}

} // namespace sy
