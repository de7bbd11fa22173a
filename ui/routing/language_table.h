// Languages against experts of every sparse layer, counted over one window of training or one evaluation.
#pragma once

#include "core/analysis/language_matrix.h"
#include "core/store/records.h"
#include "ui/plots/heat_map.h"

#include <QStringList>

#include <memory>
#include <optional>

namespace sy {

enum class CountSource { Training, Validation };

struct LanguageTable {
    CountSource source = CountSource::Training;
    int64_t first_step = 0, last_step = 0; ///< of the evaluation: both its step
    int64_t languages = 0, experts = 0;
    std::vector<std::vector<double>> load;      ///< by sparse layer, [L, N] choices before capacity; empty = not there
    std::vector<std::vector<double>> drop_rate; ///< by sparse layer, [L]; empty = not recorded (evaluations)

    bool has(int layer) const
    {
        return layer >= 0 && static_cast<size_t>(layer) < load.size() && !load[static_cast<size_t>(layer)].empty();
    }
};
using LanguageTablePtr = std::shared_ptr<const LanguageTable>;

LanguageTable tableOfWindows(const std::vector<RoutingWindow>& windows, size_t layers);
/// Empty where the evaluation has no counts.
std::optional<LanguageTable> tableOfEvaluation(const Evaluation& evaluation, size_t layers, size_t languages);

enum class LanguageOrder { Family, Similarity, Code };
enum class ExpertOrder { Index, Similarity };

/// Which language and expert stand in which row and column.
struct TableOrder {
    std::vector<int64_t> languages, experts;
    bool operator==(const TableOrder&) const = default;
};
TableOrder tableOrder(const LanguageTable& table, int layer, const QStringList& codes, LanguageOrder rows,
                      ExpertOrder columns);

/// @param losses  nats per target token by language; NaN = not known
HeatMatrix heatMatrixOf(const LanguageTable& table, int layer, MatrixKind kind, const TableOrder& order,
                        const QStringList& codes, const std::vector<double>& losses);

QString nameOf(MatrixKind kind);
QString definitionOf(MatrixKind kind);

} // namespace sy
