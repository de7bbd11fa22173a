#include "ui/compare/comparison_table.h"

#include "ui/models/palette.h"
#include "ui/models/text.h"

#include <QApplication>
#include <QFont>
#include <QPainter>
#include <QPalette>
#include <QPixmap>

namespace sy {

namespace {

QPixmap swatch(const QColor& colour)
{
    const int side = QFontMetrics(QApplication::font()).ascent();
    const double scale = qApp->devicePixelRatio();
    QPixmap pixmap(QSize(side, side) * scale);
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(QRectF(0, 0, side, side), side / 5.0, side / 5.0);
    return pixmap;
}

QVariant boldFont()
{
    QFont font = QApplication::font();
    font.setBold(true);
    return font;
}

} // namespace

bool ComparisonTable::sameShape(const QVector<Run>& runs, const QVector<Thing>& things) const
{
    if (runs.size() != m_runs.size() || things.size() != m_things.size()) return false;
    return std::equal(things.begin(), things.end(), m_things.begin(),
                      [](const Thing& a, const Thing& b) { return a.name == b.name; }) &&
           std::equal(runs.begin(), runs.end(), m_runs.begin(),
                      [](const Run& a, const Run& b) { return a.name == b.name; });
}

void ComparisonTable::setContent(const QVector<Run>& runs, const QVector<Thing>& things)
{
    if (!sameShape(runs, things)) {
        beginResetModel();
        m_runs = runs;
        m_things = things;
        endResetModel();
        return;
    }
    if (runs != m_runs) {
        m_runs = runs;
        Q_EMIT headerDataChanged(m_transposed ? Qt::Vertical : Qt::Horizontal, 0, int(runs.size()) - 1);
    }
    for (qsizetype thing = 0; thing < things.size(); ++thing) {
        if (things[thing] == m_things[thing]) continue;
        m_things[thing] = things[thing];
        const int last = int(runs.size()) - 1, place = int(thing);
        if (last < 0) continue;
        if (m_transposed)
            Q_EMIT dataChanged(index(0, place), index(last, place));
        else
            Q_EMIT dataChanged(index(place, 0), index(place, last));
    }
}

void ComparisonTable::setTransposed(bool runs_are_rows)
{
    if (runs_are_rows == m_transposed) return;
    beginResetModel();
    m_transposed = runs_are_rows;
    endResetModel();
}

int ComparisonTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_transposed ? m_runs.size() : m_things.size());
}

int ComparisonTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_transposed ? m_things.size() : m_runs.size());
}

QVariant ComparisonTable::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& thing = m_things[m_transposed ? index.column() : index.row()];
    const int run = m_transposed ? index.row() : index.column();
    if (run >= thing.cells.size()) return {};
    const Cell& cell = thing.cells[run];
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case RawRole:
        return cell.raw;
    case VerdictRole:
        return cell.verdict;
    case Qt::ToolTipRole:
        return plainTip(cell.tip.isEmpty() ? cell.text : cell.tip);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((cell.raw.typeId() == QMetaType::Double ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    case Qt::FontRole:
        return cell.bold ? boldFont() : QVariant();
    case Qt::ForegroundRole: {
        const auto colours = stateColours(QApplication::palette());
        if (cell.verdict != 0) return cell.verdict > 0 ? colours.good : colours.bad;
        return {};
    }
    default:
        return {};
    }
}

QVariant ComparisonTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (section < 0) return {};
    const bool of_runs = (orientation == Qt::Vertical) == m_transposed;
    if (section >= (of_runs ? m_runs.size() : m_things.size())) return {};
    if (!of_runs) {
        if (role == Qt::DisplayRole) return m_things[section].name;
        if (role == Qt::ToolTipRole) return plainTip(m_things[section].tip);
        return role == Qt::TextAlignmentRole ? QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter) : QVariant();
    }
    const Run& run = m_runs[section];
    switch (role) {
    case Qt::DisplayRole:
        return run.baseline ? tr("%1 (baseline)").arg(run.name) : run.name;
    case Qt::ToolTipRole:
        return plainTip(run.name);
    case Qt::DecorationRole:
        return run.colour.isValid() ? swatch(run.colour) : QVariant();
    default:
        return {};
    }
}

} // namespace sy
