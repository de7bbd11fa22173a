#include "ui/runs/run_delegate.h"

#include "ui/models/palette.h"
#include "ui/models/selection.h"
#include "ui/models/text.h"
#include "ui/runs/run_list_model.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace sy {

namespace {

QStyle* styleOf(const QStyleOptionViewItem& option)
{
    return option.widget ? option.widget->style() : QApplication::style();
}

QColor textColour(const QStyleOptionViewItem& option)
{
    const bool selected = option.state & QStyle::State_Selected;
    const auto group = option.state & QStyle::State_Active ? QPalette::Active : QPalette::Inactive;
    return option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
}

QPainterPath starPath(const QRect& area)
{
    const double size = std::min(area.width(), area.height()) * 0.42;
    const QPointF centre = QRectF(area).center();
    QPolygonF star;
    for (int i = 0; i < 10; ++i) {
        const double angle = -M_PI / 2 + i * M_PI / 5, radius = i % 2 == 0 ? size : size * 0.42;
        star << centre + QPointF(std::cos(angle), std::sin(angle)) * radius;
    }
    QPainterPath path;
    path.addPolygon(star);
    path.closeSubpath();
    return path;
}

QColor stateColour(RunStatus status, const QPalette& palette)
{
    const auto colours = stateColours(palette);
    switch (status) {
    case RunStatus::Running:
    case RunStatus::Starting:
        return colours.accent;
    case RunStatus::Finished:
        return colours.good;
    case RunStatus::Failed:
        return colours.bad;
    case RunStatus::Interrupted:
    case RunStatus::Paused:
        return colours.warning;
    case RunStatus::Queued:
    case RunStatus::Stopped:
        break;
    }
    return colours.faint;
}

/// The state in words too, so that it is not told by colour alone.
QString progressText(RunStatus status, const QString& percent)
{
    if (status == RunStatus::Running) return percent;
    return status == RunStatus::Paused ? statusText(status) + ' ' + percent : statusText(status);
}

/// Drawn here: styles leave an unticked box almost invisible on dark grounds.
void paintTick(QPainter* painter, const QRect& area, Qt::CheckState state, const QColor& ink)
{
    const double side = area.width() * 0.8;
    QRectF box(0, 0, side, side);
    box.moveCenter(QRectF(area).center());
    QColor edge = ink;
    edge.setAlphaF(0.6F);
    painter->setPen(QPen(edge, 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(box, 2, 2);
    painter->setPen(QPen(ink, side / 7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const auto at = [&](double x, double y) { return box.topLeft() + QPointF(x, y) * side; };
    if (state == Qt::Checked) painter->drawPolyline(QPolygonF{at(0.22, 0.52), at(0.42, 0.74), at(0.78, 0.27)});
    if (state == Qt::PartiallyChecked) painter->drawLine(at(0.25, 0.5), at(0.75, 0.5));
}

} // namespace

RunDelegate::RunDelegate(const Selection* selection, QObject* parent)
    : QStyledItemDelegate(parent), m_selection(selection)
{
}

RunDelegate::NameAreas RunDelegate::nameAreas(const QStyleOptionViewItem& option, bool is_run)
{
    const int side = std::max(option.fontMetrics.height(), 16), gap = side / 4;
    QRect left = option.rect.adjusted(gap, 0, -gap, 0);
    const auto take = [&](int width) {
        const QRect area(left.left(), left.top(), width, left.height());
        left.setLeft(left.left() + width + gap);
        return area;
    };
    NameAreas areas;
    areas.tick = take(side);
    if (is_run) areas.colour = take(side);
    areas.star = is_run ? QRect(left.right() - side + 1, left.top(), side, left.height()) : QRect();
    areas.text = is_run ? left.adjusted(0, 0, -side - gap, 0) : left;
    return areas;
}

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const int kind = index.data(RunListModel::KindRole).toInt();
    const bool group = index.data(RunListModel::IsGroupRole).toBool();
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    if (group) item.font.setBold(true);
    item.features &= ~QStyleOptionViewItem::HasCheckIndicator;
    if (kind == RunColumn::Name || (kind == RunColumn::Progress && !group)) {
        item.text.clear();
        styleOf(item)->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        kind == RunColumn::Name ? paintName(painter, item, index) : paintProgress(painter, item, index);
        painter->restore();
        return;
    }
    if (index.data(RunListModel::DeletedRole).toBool())
        item.palette.setColor(QPalette::Text, stateColours(item.palette).faint);
    styleOf(item)->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
}

void RunDelegate::paintName(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QString id = index.data(RunListModel::IdRole).toString();
    const bool is_run = !id.isEmpty(), deleted = index.data(RunListModel::DeletedRole).toBool();
    const NameAreas areas = nameAreas(option, is_run);
    const QVariant tick = index.data(Qt::CheckStateRole);
    if (tick.isValid()) paintTick(painter, areas.tick, static_cast<Qt::CheckState>(tick.toInt()), textColour(option));
    const auto colour = index.data(RunListModel::ColourRole).value<QColor>();
    if (is_run && colour.isValid()) {
        const double side = areas.colour.width() * 0.7;
        QRectF swatch(0, 0, side, side);
        swatch.moveCenter(QRectF(areas.colour).center());
        const bool selected = option.state & QStyle::State_Selected;
        painter->setPen(selected ? QPen(textColour(option), 1) : QPen(Qt::NoPen));
        painter->setBrush(colour);
        painter->drawRoundedRect(swatch, side / 5, side / 5);
    }
    const bool starred = index.data(RunListModel::StarredRole).toBool();
    const bool star_shown = is_run && (starred || (option.state & QStyle::State_MouseOver));
    if (star_shown) {
        const QColor star = starred ? stateColours(option.palette).warning : textColour(option);
        painter->setPen(QPen(star, 1.2));
        painter->setBrush(starred ? QBrush(star) : QBrush(Qt::NoBrush));
        painter->drawPath(starPath(areas.star));
    }
    QFont font = option.font;
    font.setBold(font.bold() || (is_run && id == m_selection->currentRun()));
    font.setStrikeOut(deleted);
    painter->setFont(font);
    painter->setPen(deleted && !(option.state & QStyle::State_Selected) ? stateColours(option.palette).faint
                                                                        : textColour(option));
    const QString name = index.data().toString().simplified();
    QRect place = areas.text;
    if (is_run && !star_shown) place.setRight(areas.star.right());
    painter->drawText(place, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      QFontMetrics(font).elidedText(name, Qt::ElideMiddle, place.width()));
}

void RunDelegate::paintProgress(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto status = static_cast<RunStatus>(index.data(RunListModel::StatusRole).toInt());
    const double progress = index.data(RunListModel::ProgressRole).toDouble();
    const int inset = std::max(2, option.rect.height() / 8);
    const QString text = progressText(status, index.data().toString());
    if (status == RunStatus::Finished) { // the usual end is not worth a frame
        painter->setPen(textColour(option));
        painter->drawText(
            option.rect, Qt::AlignCenter | Qt::TextSingleLine,
            option.fontMetrics.elidedText(QString::fromUtf8("✓ ") + text, Qt::ElideRight, option.rect.width() - 4));
        return;
    }
    const QRectF bar = QRectF(option.rect).adjusted(inset, inset, -inset, -inset);
    const QColor colour = stateColour(status, option.palette);
    const double round = bar.height() / 5;
    QPainterPath shape;
    shape.addRoundedRect(bar, round, round);
    QColor ground = option.palette.color(QPalette::Base);
    painter->fillPath(shape, ground);
    QColor fill = colour;
    fill.setAlphaF(0.30F);
    painter->save();
    painter->setClipPath(shape);
    painter->fillRect(QRectF(bar.left(), bar.top(), bar.width() * progress, bar.height()), fill);
    painter->restore();
    QColor edge = colour;
    edge.setAlphaF(0.65F);
    painter->setPen(QPen(edge, 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(shape);
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(bar, Qt::AlignCenter | Qt::TextSingleLine,
                      option.fontMetrics.elidedText(text, Qt::ElideRight, int(bar.width()) - 4));
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    const int line = option.fontMetrics.height();
    size.setHeight(std::max(size.height(), line + line / 2));
    const int kind = index.data(RunListModel::KindRole).toInt();
    if (kind == RunColumn::Name) size.rwidth() += 3 * line; // colour, star and gaps; the tick is counted already
    if (kind == RunColumn::Progress)
        size.setWidth(option.fontMetrics.horizontalAdvance(statusText(RunStatus::Finished)) + 2 * line);
    return size;
}

bool RunDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                              const QModelIndex& index)
{
    const bool press = event->type() == QEvent::MouseButtonPress;
    if (index.data(RunListModel::KindRole).toInt() != RunColumn::Name ||
        (!press && event->type() != QEvent::MouseButtonRelease && event->type() != QEvent::MouseButtonDblClick))
        return false;
    const auto* mouse = static_cast<QMouseEvent*>(event);
    const QString id = index.data(RunListModel::IdRole).toString();
    const NameAreas areas = nameAreas(option, !id.isEmpty());
    const QVariant tick = index.data(Qt::CheckStateRole);
    const bool on_tick = tick.isValid() && areas.tick.contains(mouse->pos());
    const bool on_colour = index.data(RunListModel::ColourRole).isValid() && areas.colour.contains(mouse->pos());
    const bool on_star = tick.isValid() && areas.star.contains(mouse->pos());
    if (mouse->button() != Qt::LeftButton || !(on_tick || on_colour || on_star)) return false;
    if (event->type() != QEvent::MouseButtonRelease) return true; // neither selects nor activates
    if (on_tick) model->setData(index, tick.toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    if (on_colour) Q_EMIT colourWanted(id);
    if (on_star) Q_EMIT starToggled(id, !index.data(RunListModel::StarredRole).toBool());
    return true;
}

} // namespace sy
