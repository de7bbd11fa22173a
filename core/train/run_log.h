// While it lives, log lines also go to the run's trainer.log and to the store.
#pragma once

#include "core/store/run_writer.h"

#include <fstream>

namespace sy {

class RunLog {
public:
    explicit RunLog(RunWriter& writer);
    ~RunLog();
    RunLog(const RunLog&) = delete;
    RunLog& operator=(const RunLog&) = delete;

private:
    std::ofstream m_file;
    int m_sink = 0;
};

} // namespace sy
