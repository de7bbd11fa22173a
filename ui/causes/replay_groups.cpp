#include "ui/causes/replay_groups.h"

#include "core/analysis/definitions.h"
#include "core/base/error.h"
#include "ui/models/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace sy {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("sy::CausesPage", text);
}

QString className(TokenClass kind)
{
    switch (kind) {
    case TokenClass::Sentinel:
        return words("sentinels");
    case TokenClass::Special:
        return words("specials");
    case TokenClass::Punctuation:
        return words("punctuation");
    case TokenClass::Number:
        return words("numbers");
    case TokenClass::WordStart:
        return words("word starts");
    case TokenClass::Continuation:
        return words("continuations");
    case TokenClass::Byte:
        return words("bytes");
    }
    return {};
}

/// Adds every choice to the group that `place` names; negative = in none.
template <class Place>
void count(const RouteText& text, const LayerRoutes& routes, const std::vector<uint8_t>& kept,
           std::vector<DropGroup>& groups, Place place)
{
    for (int64_t x = 0; x < text.tokens(); ++x) {
        if (!text.counted[static_cast<size_t>(x)]) continue;
        for (int64_t k = 0; k < routes.choices; ++k) {
            const auto at = static_cast<size_t>(x * routes.choices + k);
            if (routes.expert[at] < 0) continue;
            const int64_t group = place(x, at);
            if (group < 0 || group >= static_cast<int64_t>(groups.size())) continue;
            auto& one = groups[static_cast<size_t>(group)];
            ++one.choices;
            one.dropped += !kept[at];
            one.was_dropped += !routes.kept[at];
        }
    }
}

std::vector<DropGroup> named(const QStringList& names)
{
    std::vector<DropGroup> groups;
    for (const auto& name : names) groups.push_back({name, 0, 0, 0});
    return groups;
}

void fill(ReplayPicture& picture, const ReplayInput& input, int layer, const ReplayRule& rule)
{
    const auto& text = input.text(layer);
    const auto& routes = *input.of(layer);
    const auto replay = replayCapacity(text, routes, input.experts, input.languages.size(), rule);
    picture.factor_for_no_drops = replay.factor_for_no_drops;
    QStringList experts, positions, classes;
    for (int e = 0; e < input.experts; ++e) experts << QStringLiteral("e%1").arg(e);
    for (int64_t p = 0; p < text.width; ++p) positions << QString::number(p);
    for (int c = 0; c < token_class_count; ++c) classes << className(static_cast<TokenClass>(c));
    std::vector<DropGroup> all(1);
    count(text, routes, replay.kept, all, [](int64_t, size_t) { return int64_t{0}; });
    picture.all = all[0];
    picture.experts = named(experts);
    count(text, routes, replay.kept, picture.experts, [&](int64_t, size_t at) { return int64_t{routes.expert[at]}; });
    picture.languages = named(input.languages);
    count(text, routes, replay.kept, picture.languages,
          [&](int64_t x, size_t) { return int64_t{text.row_language[static_cast<size_t>(x / text.width)]}; });
    picture.positions = named(positions);
    count(text, routes, replay.kept, picture.positions, [&](int64_t x, size_t) { return x % text.width; });
    if (!input.kinds) return;
    picture.classes = named(classes);
    count(text, routes, replay.kept, picture.classes, [&](int64_t x, size_t) {
        const auto id = text.token[static_cast<size_t>(x)];
        const bool known = id >= 0 && static_cast<size_t>(id) < input.kinds->size();
        return known ? static_cast<int64_t>((*input.kinds)[static_cast<size_t>(id)].kind) : int64_t{-1};
    });
    std::erase_if(picture.classes, [](const DropGroup& group) { return group.choices == 0; });
}

} // namespace

const LayerRoutes* ReplayInput::of(int layer) const
{
    for (const auto& one : routes.layers)
        if (one.layer == layer) return &one;
    return nullptr;
}

ReplayPicture replayPicture(const ReplayInput& input, int layer, const ReplayRule& rule)
{
    ReplayPicture picture;
    if (!input.of(layer)) {
        picture.problem = words("No routes were recorded of %1.").arg(input.layers.value(layer));
        return picture;
    }
    try {
        fill(picture, input, layer, rule);
    } catch (const std::exception& error) {
        picture = {};
        picture.problem = fromUtf8(error.what());
    }
    return picture;
}

void DropGroupModel::show(const QString& title, std::vector<DropGroup> groups)
{
    bool same = groups.size() == m_groups.size() && title == m_title;
    for (size_t i = 0; same && i < groups.size(); ++i) same = groups[i].name == m_groups[i].name;
    if (!same) beginResetModel();
    m_title = title;
    m_groups = std::move(groups);
    if (!same)
        endResetModel();
    else if (!m_groups.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int DropGroupModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_groups.size());
}

int DropGroupModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DropGroupModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& group = m_groups[static_cast<size_t>(index.row())];
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter | (index.column() == NameColumn ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole && role != SortRole) return {};
    const bool shown = role == Qt::DisplayRole;
    const auto count_of = [&](int64_t value) {
        return shown ? QVariant(QLocale().toString(qlonglong(value))) : QVariant(qlonglong(value));
    };
    const auto share_of = [&](double value) {
        if (!shown) return std::isnan(value) ? QVariant() : QVariant(value);
        return QVariant(std::isnan(value) ? QStringLiteral("–")
                                          : DropGroupModel::tr("%1 %").arg(QLocale().toString(100 * value, 'f', 2)));
    };
    switch (index.column()) {
    case NameColumn:
        return group.name;
    case ChoicesColumn:
        return count_of(group.choices);
    case DroppedColumn:
        return count_of(group.dropped);
    case RateColumn:
        return share_of(group.rate());
    case RecordedColumn:
        return share_of(group.wasRate());
    default:
        return {};
    }
}

QVariant DropGroupModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return QAbstractTableModel::headerData(section, orientation, role);
    if (role == Qt::ToolTipRole && section == RateColumn) return plainTip(fromUtf8(definitionText("replay.drop_rate")));
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {m_title, tr("Choices"), tr("Dropped"), tr("Drop rate"), tr("As recorded")};
    return section >= 0 && section < ColumnCount ? QVariant(names[section]) : QVariant();
}

} // namespace sy
