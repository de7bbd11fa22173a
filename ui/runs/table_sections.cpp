#include "ui/runs/table_sections.h"

#include "ui/models/text.h"
#include "ui/runs/cell_table.h"

#include <QComboBox>
#include <QDateTime>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>

namespace sy {

namespace {

constexpr int64_t log_lines = 5000;
const QStringList levels{"trace", "debug", "info", "warning", "error"};
enum LogColumn { TimeColumn, LevelColumn, TextColumn };

QString secondsText(int64_t ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms).toString("MM-dd HH:mm:ss");
}

class LogFilter : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void set(int level, const QString& text)
    {
        m_level = level;
        m_text = text;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        const auto cell = [&](int column) { return sourceModel()->index(row, column, parent).data().toString(); };
        const int level = int(levels.indexOf(cell(LevelColumn))); // an unknown one is always shown
        if (level >= 0 && level < m_level) return false;
        return m_text.isEmpty() || cell(TextColumn).contains(m_text, Qt::CaseInsensitive);
    }

private:
    int m_level = 0;
    QString m_text;
};

bool atEnd(const QTreeView& view)
{
    return view.verticalScrollBar()->value() >= view.verticalScrollBar()->maximum();
}

} // namespace

EventsSection::EventsSection(const PageContext& context, QWidget* parent)
    : DetailsSection(context, parent), m_table(new CellTable({{tr("Time"), {}, false},
                                                              {tr("Step"), tr("Updates done when it happened"), true},
                                                              {tr("Event"), {}, false},
                                                              {tr("Message"), {}, false}},
                                                             this)),
      m_view(detailsList("runEvents", tr("events"), m_table, this))
{
    setColumnWidths(m_view, {"12-31 23:59:59", "1,000,000", "skipped_step"});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
}

void EventsSection::clearRun()
{
    m_table->setRows({});
}

void EventsSection::load()
{
    fetch([id = run()](const Store& store) { return store.events(id); },
          [this](const std::vector<Event>& events) {
              QVector<CellRow> rows;
              for (const auto& event : events)
                  rows << CellRow{{secondsText(event.time_ms), qlonglong(event.time_ms)},
                                  {QLocale().toString(qlonglong(event.step)), qlonglong(event.step)},
                                  {fromUtf8(event.kind), {}},
                                  {fromUtf8(event.message), {}}};
              const bool follow = atEnd(*m_view);
              m_table->setRows(std::move(rows));
              if (follow) m_view->scrollToBottom();
          });
}

LogSection::LogSection(const PageContext& context, QWidget* parent)
    : DetailsSection(context, parent),
      m_table(new CellTable({{tr("Time"), {}, false}, {tr("Level"), {}, false}, {tr("Text"), {}, false}}, this)),
      m_filtered(new LogFilter(this)), m_level(new QComboBox(this)), m_text(new QLineEdit(this)),
      m_empty(plainLabel("logEmpty", {}, this))
{
    m_filtered->setSourceModel(m_table);
    m_view = detailsList("runLog", tr("log"), m_filtered, this);
    setColumnWidths(m_view, {"12-31 23:59:59", "warning"});
    m_level->setObjectName("logLevel");
    m_level->addItems(
        {tr("all levels"), tr("debug and above"), tr("info and above"), tr("warnings and errors"), tr("errors")});
    m_text->setObjectName("logText");
    m_text->setPlaceholderText(tr("Find in the log"));
    m_text->setClearButtonEnabled(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(m_text, 1);
    row->addWidget(m_level);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_empty);
    layout->addWidget(m_view, 1);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogSection::filter);
    connect(m_text, &QLineEdit::textChanged, this, &LogSection::filter);
    filter();
}

void LogSection::filter()
{
    static_cast<LogFilter*>(m_filtered)->set(m_level->currentIndex(), m_text->text());
    const bool none = m_filtered->rowCount() == 0;
    m_empty->setText(m_table->rowCount() == 0 ? tr("The trainer has written no line yet.")
                                              : tr("No line matches the filter."));
    m_empty->setVisible(none);
    m_view->scrollToBottom();
}

void LogSection::clearRun()
{
    m_table->setRows({});
    filter();
}

void LogSection::load()
{
    fetch([id = run()](const Store& store) { return store.logLines(id, log_lines); },
          [this](const std::vector<LogRecord>& lines) {
              QVector<CellRow> rows;
              for (const auto& line : lines) {
                  const bool loud = line.level == "warning" || line.level == "error";
                  rows << CellRow{{secondsText(line.time_ms), qlonglong(line.time_ms)},
                                  {fromUtf8(line.level), {}, loud},
                                  {fromUtf8(line.area.empty() ? line.text : line.area + ": " + line.text), {}, loud}};
              }
              const bool follow = atEnd(*m_view);
              m_table->setRows(std::move(rows));
              m_empty->setVisible(m_filtered->rowCount() == 0);
              if (follow) m_view->scrollToBottom();
          });
}

} // namespace sy
