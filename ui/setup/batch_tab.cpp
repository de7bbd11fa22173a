#include "ui/setup/batch_tab.h"

#include "ui/models/palette.h"
#include "ui/models/table_export.h"
#include "ui/models/text.h"

#include <QApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QRegularExpression>
#include <QTableView>
#include <QTextLayout>
#include <QTimer>
#include <QVBoxLayout>

#include <cmath>

namespace sy {

namespace {

constexpr int margin = 4;

/// The text with its sentinels kept in one piece where the text runs from right to left.
QString isolated(QString text)
{
    static const QRegularExpression sentinel("(<extra_id_\\d+>)");
    return text.replace(sentinel, QString(QChar(0x2066)) + "\\1" + QChar(0x2069));
}

/// Lays text out in `width`; the height it takes.
double layOut(QTextLayout& layout, const QString& raw, const QFont& font, double width, const QColor& sentinel)
{
    static const QRegularExpression sentinels("<extra_id_\\d+>");
    const QString text = isolated(raw);
    QList<QTextLayout::FormatRange> formats;
    for (auto found = sentinels.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        QTextCharFormat format;
        format.setForeground(sentinel);
        format.setFontWeight(QFont::Bold);
        formats.append({int(match.capturedStart()), int(match.capturedLength()), format});
    }
    QTextOption option;
    const bool mirrored = QString(raw).remove(sentinels).isRightToLeft(); // a sentinel first decides nothing
    option.setTextDirection(mirrored ? Qt::RightToLeft : Qt::LeftToRight);
    option.setAlignment((mirrored ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignAbsolute);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setText(text);
    layout.setFont(font);
    layout.setTextOption(option);
    layout.setFormats(formats);
    layout.beginLayout();
    double height = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(qMax(20.0, width));
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
    return height;
}

} // namespace

// ---- model ----

void BatchModel::setRows(const std::vector<RowPreview>& rows)
{
    if (rows == m_rows) return;
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

int BatchModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int BatchModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant BatchModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignTop | Qt::AlignLeft);
    if (role != Qt::DisplayRole && role != Qt::UserRole) return {};
    const auto& row = m_rows[size_t(index.row())];
    switch (index.column()) {
    case LanguageColumn:
        return fromUtf8(row.language);
    case InputColumn:
        return fromUtf8(row.input);
    case TargetColumn:
        return fromUtf8(row.target);
    }
    return {};
}

QVariant BatchModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (section < 0) return {};
    if (orientation == Qt::Vertical) return role == Qt::DisplayRole ? QVariant(QString::number(section)) : QVariant();
    if (section >= ColumnCount) return {};
    const QString names[] = {tr("language"), tr("input"), tr("target")};
    const QString help[] = {tr("Language of the row"), tr("What the encoder reads: hidden spans are sentinels"),
                            tr("What the decoder must say: each sentinel, then the text it hides")};
    if (role == Qt::DisplayRole) return names[section];
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    return role == Qt::ToolTipRole ? QVariant(help[section]) : QVariant();
}

// ---- delegate ----

void SentinelDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem own = option;
    initStyleOption(&own, index);
    own.text.clear();
    const auto* style = own.widget ? own.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &own, painter, own.widget);
    const bool selected = own.state & QStyle::State_Selected;
    const QColor ink = own.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    QTextLayout layout;
    layOut(layout, index.data().toString(), own.font, own.rect.width() - 2 * margin,
           selected ? ink : stateColours(own.palette).accent);
    painter->save();
    painter->setClipRect(own.rect);
    painter->setPen(ink);
    layout.draw(painter, QPointF(own.rect.left() + margin, own.rect.top() + margin));
    painter->restore();
}

QSize SentinelDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    double width = option.rect.width();
    if (const auto* table = qobject_cast<const QTableView*>(option.widget)) width = table->columnWidth(index.column());
    QTextLayout layout;
    const double height = layOut(layout, index.data().toString(), option.font, width - 2 * margin, {});
    return {int(width), int(std::ceil(height)) + 2 * margin};
}

// ---- tab ----

BatchTab::BatchTab(QWidget* parent)
    : QWidget(parent), m_model(new BatchModel(this)), m_table(new QTableView(this)), m_note(new QLabel(this))
{
    m_table->setObjectName("batchTable");
    m_table->setModel(m_model);
    m_table->setItemDelegate(new SentinelDelegate(this));
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    m_table->horizontalHeader()->setStretchLastSection(true);
    addTableExport(*m_table, tr("first batch"));
    m_note->setObjectName("batchNote");
    m_note->setTextFormat(Qt::PlainText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(m_note);
    column->addWidget(m_table, 1);
    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this,
            [this] { QTimer::singleShot(0, this, [this] { m_table->resizeRowsToContents(); }); });
    setPreview(nullptr, 0, 0);
}

void BatchTab::setPreview(const TextPreview* preview, int64_t batch_size, int64_t seed)
{
    m_model->setRows(preview ? preview->batch : std::vector<RowPreview>());
    m_note->setText(preview ? tr("First %1 of the %2 rows of update 1 with seed %3, as the trainer will read them")
                                  .arg(m_model->rowCount())
                                  .arg(batch_size)
                                  .arg(seed)
                            : tr("The first batch is not ready."));
    fitRows();
}

void BatchTab::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitRows();
}

void BatchTab::fitRows()
{
    const int language = fontMetrics().horizontalAdvance("language") + 16;
    const int rest = qMax(200, m_table->viewport()->width() - language);
    m_table->setColumnWidth(BatchModel::LanguageColumn, language);
    m_table->setColumnWidth(BatchModel::InputColumn, rest * 62 / 100);
    m_table->resizeRowsToContents();
}

} // namespace sy
