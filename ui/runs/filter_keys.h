// The keys of the run filter: what each looks at and which values it takes.
#pragma once

#include "ui/runs/run_filter.h"

#include <QCoreApplication>

namespace sy {

class FilterKeys {
    Q_DECLARE_TR_FUNCTIONS(FilterKeys)

public:
    using Test = std::function<bool(const RunRow&, const RunFilter::Shown&)>;

    /// Empty, and the problem said, where the key is unknown or ambiguous or does not take the value.
    static Test test(const QString& key, const QString& value, const FilterWords& words, QString& problem);

    /// For completion: every key, and the values that these rows have (empty for keys of numbers and free text).
    static QStringList names(const FilterWords& words);
    static QStringList values(const QString& key, const FilterWords& words, const std::vector<RunRow>& rows);

private:
    static Test wordTest(const QString& key, const QString& value, QString& problem);
    static Test settingTest(const QString& path, const QString& value, QString& problem);
    static QString valueProblem(const std::string& path, const QString& value, bool is_number);
    static QString resolve(const QString& key, const FilterWords& words, QString& problem);
};

} // namespace sy
