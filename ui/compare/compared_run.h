// What the comparison knows of one run.
#pragma once

#include "ui/models/store_watch.h"

#include <QColor>
#include <QString>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sy {

struct ComparedRun {
    QString id, name;
    QColor colour;
    int64_t step = 0;
    int64_t tokens = 0; ///< input and target positions so far; 0 = not known
    double flops_per_token = 0;
    std::string corpus_hash, tokenizer_hash;
    std::shared_ptr<const RunSettings> settings; ///< null while they are not read
    std::map<std::string, nlohmann::json> facts; ///< beside the settings: parameters, code, ...
    std::map<std::string, SeriesSummary> series;
};

// ---- settings ----
struct SettingRow {
    std::string name;
    bool fact = false;                        ///< not a setting, but of the run
    std::vector<const nlohmann::json*> value; ///< by run; null where it has none
};
/// Rows in the order of the configuration's field list, then unknown ones, then facts; those in which all runs agree
/// only if `all`.
std::vector<SettingRow> settingRows(const std::vector<ComparedRun>& runs, bool all);

// ---- metrics ----
enum class Better { Lower, Higher, Neither };
/// Losses and drop rates: lower; speed: higher; a learning rate or a norm is neither.
Better betterOf(const std::string& series);

enum class Statistic { Best, Final };
struct MetricValue {
    bool known = false;
    double value = 0; ///< NaN and infinities as they are
    int64_t step = 0;
};
/// Best is the lowest or highest finite value; unknown for series that have no better.
MetricValue metricValue(const ComparedRun& run, const std::string& series, Statistic statistic);

struct Delta {
    bool known = false;            ///< both values are finite
    double value = 0;              ///< this - baseline
    std::optional<double> percent; ///< of the baseline's size; empty where that is 0
    int verdict = 0;               ///< 1 = better, -1 = worse, 0 = equal or neither
};
Delta deltaOf(const MetricValue& value, const MetricValue& baseline, Better better);
/// "−0.094 (−2.0 %) better"; empty where it is not known.
QString deltaText(const Delta& delta);

// ---- whether it is fair ----
struct FairnessNote {
    bool grave = false; ///< the numbers cannot be compared at all
    QString text;
};
/// What makes the others' numbers differ from the baseline's beside their settings. One note a reason.
std::vector<FairnessNote> fairnessNotes(const std::vector<ComparedRun>& runs, size_t baseline);

} // namespace sy
