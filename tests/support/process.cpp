#include "tests/support/process.h"

#include "core/base/files.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sy::test {

namespace {

std::string temporaryFile()
{
    return (fs::temp_directory_path() / ("sy-process-" + newUlid())).string();
}

void redirect(const std::string& path, int descriptor)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || ::dup2(file, descriptor) < 0) _exit(127);
}

std::string takeFile(const std::string& path)
{
    std::string text = readFile(path);
    fs::remove(path);
    return text;
}

} // namespace

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& environment)
    : m_out(temporaryFile()), m_err(temporaryFile())
{
    std::vector<char*> words{const_cast<char*>(program.c_str())};
    for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    m_pid = ::fork();
    if (m_pid < 0) throw std::runtime_error("cannot fork");
    if (m_pid > 0) return;
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    redirect("/dev/null", STDIN_FILENO);
    redirect(m_out, STDOUT_FILENO);
    redirect(m_err, STDERR_FILENO);
    ::execv(program.c_str(), words.data());
    _exit(127);
}

Process::~Process()
{
    if (running()) {
        signal(SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
    }
    std::error_code ignored;
    fs::remove(m_out, ignored);
    fs::remove(m_err, ignored);
}

void Process::signal(int number) const
{
    if (m_pid > 0) ::kill(m_pid, number);
}

bool Process::running()
{
    if (m_pid <= 0) return false;
    int status = 0;
    if (::waitpid(m_pid, &status, WNOHANG) != m_pid) return true;
    m_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    m_pid = -1;
    return false;
}

Finished Process::wait(double seconds)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (running() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (running()) {
        signal(SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
        m_pid = -1;
        m_status = 124;
    }
    return {m_status, takeFile(m_out), takeFile(m_err)};
}

} // namespace sy::test
