#include "core/queue/trainer_process.h"

#include "core/base/error.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sy {

namespace {

/// Opened for the child alone; closed here when it has its copies.
class LogFile {
public:
    explicit LogFile(const fs::path& path)
        : m_descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644))
    {
        if (m_descriptor < 0 || ::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0) {
            const int code = errno;
            if (m_descriptor >= 0) ::close(m_descriptor);
            throw Error("cannot write the trainer's log " + path.string() + ": " + std::strerror(code));
        }
    }
    ~LogFile() { ::close(m_descriptor); }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    int descriptor() const { return m_descriptor; }

private:
    int m_descriptor;
};

/// posix_spawn's two lists.
class SpawnSettings {
public:
    explicit SpawnSettings(int log)
    {
        posix_spawn_file_actions_init(&m_files);
        posix_spawn_file_actions_addopen(&m_files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&m_files, log, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&m_files, log, STDERR_FILENO);
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&m_attributes);
        posix_spawnattr_setsigmask(&m_attributes, &none);
        posix_spawnattr_setsigdefault(&m_attributes, &all);
        posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnSettings()
    {
        posix_spawn_file_actions_destroy(&m_files);
        posix_spawnattr_destroy(&m_attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    const posix_spawn_file_actions_t* files() const { return &m_files; }
    const posix_spawnattr_t* attributes() const { return &m_attributes; }

private:
    posix_spawn_file_actions_t m_files{};
    posix_spawnattr_t m_attributes{};
};

} // namespace

TrainerProcess::TrainerProcess(const fs::path& program, const std::vector<std::string>& arguments, const fs::path& log)
{
    const LogFile file(log);
    const SpawnSettings settings(file.descriptor());
    std::string name = "switchyard-cli";
    std::vector<std::string> words = arguments;
    std::vector<char*> pointers{name.data()};
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const int code =
        ::posix_spawn(&m_pid, program.c_str(), settings.files(), settings.attributes(), pointers.data(), environ);
    if (code != 0) throw Error("cannot start " + program.string() + ": " + std::strerror(code));
}

std::optional<ProcessEnd> TrainerProcess::ended()
{
    int status = 0;
    if (!m_end && ::waitpid(m_pid, &status, WNOHANG) == m_pid) {
        m_end.emplace();
        if (WIFSIGNALED(status))
            m_end->signal = WTERMSIG(status);
        else
            m_end->exit_status = WEXITSTATUS(status);
    }
    return m_end;
}

std::string lastLines(const fs::path& file, size_t lines)
{
    constexpr std::streamoff most = 16 << 10;
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in) return "";
    const std::streamoff size = in.tellg(), begin = std::max<std::streamoff>(0, size - most);
    std::string text(static_cast<size_t>(size - begin), '\0');
    in.seekg(begin);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(in.gcount()));
    while (text.ends_with('\n')) text.pop_back();
    size_t at = text.size();
    for (size_t i = 0; i < lines && at != std::string::npos && at > 0; ++i) at = text.rfind('\n', at - 1);
    return at == std::string::npos || at == 0 ? text : text.substr(at + 1);
}

} // namespace sy
