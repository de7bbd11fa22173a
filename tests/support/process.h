// Runs a program to its end, or drives a living one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace sy::test {

struct Finished {
    int status = -1; ///< exit status; 128 + signal when a signal ended it
    std::string out, err;
};

/// A child process whose standard output and error go to files, so that it never blocks on a pipe.
class Process {
public:
    Process(const std::string& program, const std::vector<std::string>& arguments,
            const std::map<std::string, std::string>& environment);
    ~Process(); ///< kills it when it still runs
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void signal(int number) const;
    bool running(); ///< reaps it when it has ended
    /// @param seconds after which it is killed and counts as status 124.
    Finished wait(double seconds = 120);

private:
    pid_t m_pid = -1;
    int m_status = -1;
    std::string m_out, m_err;
};

inline Finished run(const std::string& program, const std::vector<std::string>& arguments,
                    const std::map<std::string, std::string>& environment, double seconds = 120)
{
    return Process(program, arguments, environment).wait(seconds);
}

} // namespace sy::test
