#include "ui/causes/effect_models.h"

#include "core/analysis/definitions.h"
#include "ui/models/text.h"

#include <QLocale>

namespace sy {

namespace {

const QString dash = QStringLiteral("–");

QVariant rawOf(std::optional<double> value)
{
    return value ? QVariant(*value) : QVariant();
}

QString lossOr(std::optional<double> value)
{
    return value ? QLocale().toString(*value, 'f', 4) : dash;
}

} // namespace

QString changeText(std::optional<double> nats)
{
    if (!nats) return dash;
    const QString size = QLocale().toString(std::abs(*nats), 'f', 4);
    return (*nats < 0 ? QStringLiteral("−") : QStringLiteral("+")) + size;
}

void InterventionModel::show(const Effects& effects, const std::map<QString, std::vector<double>>& loads)
{
    std::vector<Row> rows;
    for (const auto* effect : effects.interventions()) {
        const auto& cause = effect->cause;
        Row row{cause, {}, effect->loss.loss, effects.change(cause), {}};
        const auto load = loads.find(cause.layer);
        if (load != loads.end() && cause.expert >= 0 && static_cast<size_t>(cause.expert) < load->second.size())
            row.load = load->second[static_cast<size_t>(cause.expert)];
        if (cause.kind == Cause::Kind::Ablate) row.random = effects.randomChange(cause.layer, cause.expert);
        rows.push_back(std::move(row));
    }
    // Rows only ever come at the end while one model is looked at: selections and scroll positions stay.
    bool grows = rows.size() >= m_rows.size();
    for (size_t i = 0; grows && i < m_rows.size(); ++i) grows = rows[i].cause == m_rows[i].cause;
    if (!grows) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    const auto before = static_cast<int>(m_rows.size()), after = static_cast<int>(rows.size());
    if (after > before) beginInsertRows({}, before, after - 1);
    m_rows = std::move(rows);
    if (after > before) endInsertRows();
    if (before > 0) Q_EMIT dataChanged(index(0, 0), index(before - 1, ColumnCount - 1));
}

int InterventionModel::rowOf(const Cause& cause) const
{
    for (size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].cause == cause) return static_cast<int>(i);
    return -1;
}

int InterventionModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int InterventionModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant InterventionModel::raw(const Row& row, int column) const
{
    switch (column) {
    case WhatColumn:
        return row.cause.text();
    case LayerColumn:
        return row.cause.layer;
    case LoadColumn:
        return rawOf(row.load);
    case LossColumn:
        return rawOf(row.loss);
    case ChangeColumn:
        return rawOf(row.change);
    case RandomColumn:
        return row.random ? QVariant(row.random->mean) : QVariant();
    case RangeColumn:
        return row.random ? QVariant(row.random->high - row.random->low) : QVariant();
    case ExcessColumn:
        return row.random && row.change ? QVariant(*row.change - row.random->mean) : QVariant();
    default:
        return {};
    }
}

QVariant InterventionModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& row = m_rows[static_cast<size_t>(index.row())];
    const int column = index.column();
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter | (column <= LayerColumn ? Qt::AlignLeft : Qt::AlignRight));
    if (role == SortRole) return raw(row, column);
    if (role != Qt::DisplayRole) return {};
    switch (column) {
    case LoadColumn:
        return row.load ? tr("%1 %").arg(QLocale().toString(100 * *row.load, 'f', 1)) : dash;
    case LossColumn:
        return lossOr(row.loss);
    case ChangeColumn:
        return changeText(row.change);
    case RandomColumn:
        return row.random ? changeText(row.random->mean) : dash;
    case RangeColumn:
        if (!row.random) return dash;
        return row.random->seeds == 1 ? tr("1 seed")
                                      : tr("%1 … %2 (%3)")
                                            .arg(changeText(row.random->low), changeText(row.random->high))
                                            .arg(row.random->seeds);
    case ExcessColumn:
        return row.random && row.change ? changeText(*row.change - row.random->mean) : dash;
    default:
        return raw(row, column);
    }
}

QVariant InterventionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return QAbstractTableModel::headerData(section, orientation, role);
    if (role == Qt::ToolTipRole) {
        if (section == RandomColumn || section == RangeColumn || section == ExcessColumn)
            return plainTip(fromUtf8(definitionText("causes.random_baseline")));
        if (section == ChangeColumn || section == WhatColumn) {
            QStringList all;
            for (const char* key : {"causes.ablation", "causes.force", "causes.swap"})
                all << fromUtf8(definitionText(key));
            return plainTip(all.join(QStringLiteral("\n\n")));
        }
        if (section == LoadColumn) return plainTip(fromUtf8(definitionText("load.share")));
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case WhatColumn:
        return tr("Intervention");
    case LayerColumn:
        return tr("Layer");
    case LoadColumn:
        return tr("Tokens");
    case LossColumn:
        return tr("Loss (nats)");
    case ChangeColumn:
        return tr("Change (nats)");
    case RandomColumn:
        return tr("Random (nats)");
    case RangeColumn:
        return tr("Range of seeds (nats)");
    case ExcessColumn:
        return tr("Beyond random (nats)");
    default:
        return {};
    }
}

void LanguageEffectModel::show(const Effects& effects, const Cause& cause)
{
    std::vector<Row> rows;
    if (const auto* base = effects.baseline())
        for (const auto& one : base->languages) {
            Row row{one.language, one.tokens, one.loss, {}, {}, {}};
            const auto* after = effects.find(cause);
            if (after && cause.kind != Cause::Kind::Baseline) {
                row.after = after->of(one.language);
                row.change = effects.change(cause, one.language);
            }
            if (cause.kind == Cause::Kind::Ablate)
                if (const auto random = effects.randomChange(cause.layer, cause.expert, one.language))
                    row.random = random->mean;
            rows.push_back(std::move(row));
        }
    bool same = rows.size() == m_rows.size();
    for (size_t i = 0; same && i < rows.size(); ++i) same = rows[i].language == m_rows[i].language;
    if (!same) beginResetModel();
    m_rows = std::move(rows);
    if (!same)
        endResetModel();
    else if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int LanguageEffectModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int LanguageEffectModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LanguageEffectModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& row = m_rows[static_cast<size_t>(index.row())];
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter | (index.column() == LanguageColumn ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole && role != SortRole) return {};
    const bool shown = role == Qt::DisplayRole;
    switch (index.column()) {
    case LanguageColumn:
        return row.language;
    case TokensColumn:
        return shown ? QVariant(QLocale().toString(qlonglong(row.tokens))) : QVariant(qlonglong(row.tokens));
    case BaselineColumn:
        return shown ? QVariant(lossOr(row.before)) : rawOf(row.before);
    case LossColumn:
        return shown ? QVariant(lossOr(row.after)) : rawOf(row.after);
    case ChangeColumn:
        return shown ? QVariant(changeText(row.change)) : rawOf(row.change);
    case RandomColumn:
        return shown ? QVariant(changeText(row.random)) : rawOf(row.random);
    default:
        return {};
    }
}

QVariant LanguageEffectModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return QAbstractTableModel::headerData(section, orientation, role);
    if (role == Qt::ToolTipRole && section == RandomColumn)
        return plainTip(fromUtf8(definitionText("causes.random_baseline")));
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("Language"),        tr("Change (nats)"), tr("Random (nats)"),
                             tr("Baseline (nats)"), tr("Loss (nats)"),   tr("Tokens")};
    return section >= 0 && section < ColumnCount ? QVariant(names[section]) : QVariant();
}

} // namespace sy
