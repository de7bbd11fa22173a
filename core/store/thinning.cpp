#include "core/store/thinning.h"

namespace sy {

namespace {

constexpr int64_t most_cells = 16;

} // namespace

int64_t sampleCell(int64_t newest_step)
{
    int64_t cell = 1;
    while ((newest_step - 1) / cell >= most_cells) cell *= 2;
    return cell;
}

void thinSamples(SQLite::Database& database, int64_t run)
{
    for (const int64_t decoder : {0, 1}) {
        SQLite::Statement newest(database, "SELECT max(step) FROM route_sample WHERE run = ? AND decoder = ?");
        SQLite::bind(newest, run, decoder);
        newest.executeStep();
        if (newest.getColumn(0).isNull()) continue;
        const int64_t step = newest.getColumn(0).getInt64();
        SQLite::Statement thin(database, thin_samples);
        SQLite::bind(thin, run, decoder, step, sampleCell(step));
        thin.exec();
    }
}

} // namespace sy
