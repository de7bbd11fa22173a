// What another capacity would drop, by groups of tokens.
#pragma once

#include "core/analysis/capacity_replay.h"
#include "core/store/records.h"
#include "core/text/token_class.h"

#include <QAbstractTableModel>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace sy {

struct DropGroup {
    QString name;
    int64_t choices = 0, dropped = 0;
    int64_t was_dropped = 0; ///< as recorded
    double rate() const { return choices > 0 ? double(dropped) / double(choices) : std::nan(""); }
    double wasRate() const { return choices > 0 ? double(was_dropped) / double(choices) : std::nan(""); }
};

/// One replay, grouped; complete.
struct ReplayPicture {
    QString problem; ///< why there is none
    DropGroup all;
    double factor_for_no_drops = 0;
    std::vector<DropGroup> experts, languages, classes, positions;
};

/// What a replay needs of a run; never changed.
struct ReplayInput {
    EvaluationRoutes routes;
    RouterConfig router;
    QStringList layers, languages;
    int experts = 1;
    std::shared_ptr<const std::vector<TokenKind>> kinds; ///< by id; null without a tokenizer

    const LayerRoutes* of(int layer) const;
    bool isDecoder(int layer) const { return layers.value(layer).startsWith(QLatin1String("decoder")); }
    const RouteText& text(int layer) const { return isDecoder(layer) ? routes.decoder : routes.encoder; }
};

/// Off the GUI thread; never throws.
ReplayPicture replayPicture(const ReplayInput& input, int layer, const ReplayRule& rule);

class DropGroupModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, ChoicesColumn, DroppedColumn, RateColumn, RecordedColumn, ColumnCount };
    enum Role { SortRole = Qt::UserRole };
    using QAbstractTableModel::QAbstractTableModel;

    void show(const QString& title, std::vector<DropGroup> groups);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString m_title;
    std::vector<DropGroup> m_groups;
};

} // namespace sy
