#include "ui/setup/experiment_form.h"

#include "ui/models/flow_layout.h"
#include "ui/models/text.h"
#include "ui/setup/field_row.h"
#include "ui/setup/labels.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

namespace {

QString sectionOf(const SettingInfo& setting)
{
    return fromUtf8(setting.path).section('.', 0, 0);
}

} // namespace

ExperimentForm::ExperimentForm(ExperimentModel& model, QWidget* parent)
    : QWidget(parent), m_model(model), m_search(new QLineEdit(this)), m_only_changed(new QToolButton(this)),
      m_reset_all(new QToolButton(this)), m_jumps(new QWidget(this)), m_scroll(new QScrollArea(this)),
      m_nothing(new QLabel(this)), m_help(new QLabel(this)), m_help_title(new QLabel(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(buildBar());
    layout->addWidget(buildSections(), 1);
    layout->addWidget(buildHelp());
    connect(&m_model, &ExperimentModel::changed, this, &ExperimentForm::refresh);
    connect(&m_model, &ExperimentModel::problemsChanged, this, [this] {
        for (auto* shown : std::as_const(m_rows))
            if (shown->shownProblem() != m_model.problem(shown->path())) shown->refresh();
        showCounts();
        showHelp(m_help_path);
    });
    showCounts();
    showHelp(fromUtf8(m_model.settings().front().path));
}

QWidget* ExperimentForm::buildBar()
{
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    m_search->setObjectName("settingsSearch");
    m_search->setPlaceholderText(tr("Search settings by name or meaning"));
    m_search->setClearButtonEnabled(true);
    m_search->setToolTip(tr("Search settings (Ctrl+F)"));
    m_only_changed->setObjectName("onlyChanged");
    m_only_changed->setCheckable(true);
    m_only_changed->setToolTip(tr("Show only settings that differ from the preset"));
    m_reset_all->setObjectName("resetAll");
    m_reset_all->setText(tr("Reset all"));
    m_reset_all->setToolTip(tr("Every setting back to the preset; undo brings them back"));
    row->addWidget(m_search, 1);
    row->addWidget(m_only_changed);
    row->addWidget(m_reset_all);
    connect(m_search, &QLineEdit::textChanged, this, &ExperimentForm::filter);
    connect(m_only_changed, &QToolButton::toggled, this, &ExperimentForm::filter);
    connect(m_reset_all, &QToolButton::clicked, &m_model, &ExperimentModel::resetAll);
    auto* clear = new QShortcut(QKeySequence(Qt::Key_Escape), m_search, nullptr, nullptr, Qt::WidgetShortcut);
    connect(clear, &QShortcut::activated, m_search, &QLineEdit::clear);
    return bar;
}

QWidget* ExperimentForm::buildSections()
{
    auto* whole = new QWidget(this);
    new FlowLayout(m_jumps, 2);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(2, 2, 2, 2);
    column->setSpacing(2);
    m_scroll->setObjectName("settingsScroll");
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const auto& setting : m_model.settings()) {
        if (m_sections.empty() || m_sections.back().name != sectionOf(setting)) addSection(sectionOf(setting));
        auto& section = m_sections.back();
        auto* row = new FieldRow(m_model, setting, section.area);
        section.area->layout()->addWidget(row);
        section.rows.append(row);
        m_rows.insert(row->path(), row);
        connect(row, &FieldRow::focused, this, &ExperimentForm::showHelp);
    }
    QFont bold = font();
    bold.setBold(true);
    int label_width = 0;
    for (const auto* row : std::as_const(m_rows))
        label_width = std::max(label_width, QFontMetrics(bold).horizontalAdvance(row->label()));
    for (auto* row : std::as_const(m_rows)) row->setLabelWidth(label_width + 4);
    m_nothing->setTextFormat(Qt::PlainText);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->hide();
    column->addWidget(m_nothing);
    column->addStretch(1);
    auto* layout = new QVBoxLayout(whole);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_jumps);
    layout->addWidget(m_scroll, 1);
    return whole;
}

void ExperimentForm::addSection(const QString& name)
{
    auto* column = static_cast<QVBoxLayout*>(m_scroll->widget()->layout());
    Section section{name, new QWidget(m_scroll->widget()), new QToolButton(this), {}};
    auto* rows = new QVBoxLayout(section.area);
    rows->setContentsMargins(0, 0, 0, 8);
    rows->setSpacing(1);
    auto* title = new QLabel(name, section.area);
    QFont font = title->font();
    font.setBold(true);
    font.setPointSizeF(font.pointSizeF() * 1.1);
    title->setFont(font);
    rows->addWidget(title);
    section.jump->setObjectName("jump_" + name);
    section.jump->setAutoRaise(true);
    connect(section.jump, &QToolButton::clicked, this,
            [this, area = section.area] { m_scroll->verticalScrollBar()->setValue(area->y()); });
    m_jumps->layout()->addWidget(section.jump);
    column->addWidget(section.area);
    m_sections.push_back(section);
}

QWidget* ExperimentForm::buildHelp()
{
    auto* frame = new QFrame(this);
    frame->setFrameShape(QFrame::StyledPanel);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(8, 4, 8, 4);
    column->setSpacing(1);
    QFont bold = font();
    bold.setBold(true);
    m_help_title->setFont(bold);
    for (auto* label : {m_help_title, m_help}) {
        label->setTextFormat(Qt::PlainText);
        column->addWidget(label);
    }
    m_help->setObjectName("settingHelp");
    m_help->setWordWrap(true);
    m_help->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_help->setFixedHeight(3 * fontMetrics().lineSpacing() + 2); // the form never moves
    return frame;
}

void ExperimentForm::refresh(const QStringList& paths)
{
    for (const auto& path : paths)
        if (auto* changed_row = row(path)) changed_row->refresh();
    showCounts();
    if (m_only_changed->isChecked()) filter();
}

void ExperimentForm::filter()
{
    int shown = 0;
    for (const auto& section : m_sections) {
        bool any = false;
        for (auto* row : section.rows) {
            // The row being edited stays while it has the focus, whatever becomes of it.
            const bool wanted = !m_only_changed->isChecked() || row->isMarked() || row->isAncestorOf(focusWidget());
            const bool visible = wanted && row->matches(m_search->text());
            row->setVisible(visible);
            any = any || visible;
            shown += visible;
        }
        section.area->setVisible(any);
        section.jump->setEnabled(any);
    }
    m_nothing->setVisible(shown == 0);
    m_nothing->setText(m_search->text().isEmpty() ? tr("Nothing differs from the preset.")
                                                  : tr("No setting matches “%1”.").arg(m_search->text()));
}

void ExperimentForm::showCounts()
{
    int all = 0;
    for (const auto& section : m_sections) {
        const auto marked = std::count_if(section.rows.begin(), section.rows.end(),
                                          [](const FieldRow* row) { return row->isMarked(); });
        const bool bad = std::any_of(section.rows.begin(), section.rows.end(),
                                     [](const FieldRow* row) { return !row->shownProblem().isEmpty(); });
        QString text = marked > 0 ? tr("%1 (%2)").arg(section.name).arg(marked) : section.name;
        section.jump->setText(bad ? tr("%1 !").arg(text) : text);
        section.jump->setToolTip(bad          ? tr("Has a problem")
                                 : marked > 0 ? tr("%n changed", "", int(marked))
                                              : QString());
        all += static_cast<int>(marked);
    }
    m_only_changed->setText(tr("%n changed", "", all));
    m_only_changed->setEnabled(all > 0 || m_only_changed->isChecked());
    m_reset_all->setEnabled(all > 0);
}

void ExperimentForm::showHelp(const QString& path)
{
    m_help_path = path;
    const auto& setting = m_model.setting(path);
    m_help_title->setText(path);
    QStringList facts;
    if (const auto range = rangeText(setting); !range.isEmpty()) facts << range;
    if (*setting.field.unit) facts << tr("in %1").arg(QString::fromUtf8(setting.field.unit));
    facts << tr("default %1").arg(shownValue(setting, fromUtf8(settingText(setting.fallback))));
    if (!m_model.preset().isEmpty())
        facts << tr("%1 has %2").arg(m_model.preset(), shownValue(setting, m_model.baseText(path)));
    QString text = QString::fromUtf8(setting.field.doc) + "\n" + facts.join(" · ");
    if (const auto problem = m_model.problem(path); !problem.isEmpty())
        text = tr("Problem: %1").arg(problem) + "\n" + text;
    m_help->setText(text);
    m_help->setToolTip(plainToolTip(text));
}

void ExperimentForm::offer(const EditorOffers& offers)
{
    for (auto* row : std::as_const(m_rows)) row->editor()->offer(offers);
}

void ExperimentForm::goTo(const QString& path)
{
    auto* wanted = row(path);
    if (!wanted) return;
    m_search->clear();
    m_only_changed->setChecked(false);
    filter();
    m_scroll->widget()->layout()->activate();
    m_scroll->ensureWidgetVisible(wanted, 0, height() / 4);
    wanted->editor()->setFocus(Qt::OtherFocusReason);
    showHelp(path);
}

void ExperimentForm::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

} // namespace sy
