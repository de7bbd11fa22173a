#include "core/base/files.h"

#include "core/base/error.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <random>
#include <utility>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sy {

namespace {

std::string reason()
{
    return std::strerror(errno);
}

class Descriptor {
public:
    explicit Descriptor(int value) : m_value(value) {}
    ~Descriptor()
    {
        if (m_value >= 0) ::close(m_value);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_value; }

private:
    int m_value;
};

void syncFile(const fs::path& path)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 || ::fsync(file.get()) != 0) throw Error("cannot flush " + path.string() + ": " + reason());
}

fs::path temporaryBeside(const fs::path& path)
{
    return path.string() + ".tmp-" + std::to_string(::getpid()) + "-" + newUlid().substr(16);
}

} // namespace

void writeFileAtomically(const fs::path& path, const std::function<void(std::ostream&)>& write)
{
    const fs::path temporary = temporaryBeside(path);
    try {
        errno = 0;
        std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
        if (!out) throw Error("cannot write " + path.string() + ": " + reason());
        write(out);
        out.close();
        if (!out) throw Error("cannot write " + path.string() + ": " + (errno ? reason() : "the write was cut short"));
        syncFile(temporary);
        fs::rename(temporary, path);
    } catch (const fs::filesystem_error& error) {
        std::error_code ignored;
        fs::remove(temporary, ignored);
        throw Error("cannot write " + path.string() + ": " + error.code().message());
    } catch (...) {
        std::error_code ignored;
        fs::remove(temporary, ignored);
        throw;
    }
    syncDirectory(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

void writeFileAtomically(const fs::path& path, std::string_view content)
{
    writeFileAtomically(
        path, [&](std::ostream& out) { out.write(content.data(), static_cast<std::streamsize>(content.size())); });
}

void syncDirectory(const fs::path& directory)
{
    const Descriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() >= 0) ::fsync(folder.get()); // some file systems refuse this on directories: nothing to do then
}

std::string readFile(const fs::path& path)
{
    std::error_code code;
    if (fs::is_directory(path, code)) throw Error("cannot read " + path.string() + ": it is a folder");
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Error("cannot read " + path.string() + ": " + reason());
    std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (in.bad()) throw Error("cannot read " + path.string() + " whole: " + reason());
    return content;
}

Sha256::Sha256() : m_context(EVP_MD_CTX_new())
{
    EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(m_context), EVP_sha256(), nullptr);
}

Sha256::~Sha256()
{
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(m_context));
}

void Sha256::update(std::string_view bytes)
{
    EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(m_context), bytes.data(), bytes.size());
}

std::string Sha256::hex()
{
    std::array<unsigned char, 32> digest{};
    EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(m_context), digest.data(), nullptr);
    std::string text;
    for (const unsigned char byte : digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::string sha256(std::string_view bytes)
{
    Sha256 hash;
    hash.update(bytes);
    return hash.hex();
}

std::string sha256File(const fs::path& path)
{
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Error("cannot read " + path.string() + ": " + reason());
    Sha256 hash;
    std::string block(1 << 20, '\0');
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
        hash.update(std::string_view(block).substr(0, static_cast<size_t>(in.gcount())));
    if (in.bad()) throw Error("cannot read " + path.string() + " whole: " + reason());
    return hash.hex();
}

MappedFile::MappedFile(const fs::path& path)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info = {};
    if (file.get() < 0 || ::fstat(file.get(), &info) != 0)
        throw Error("cannot open " + path.string() + ": " + reason());
    if (!S_ISREG(info.st_mode)) throw Error("cannot map " + path.string() + ": it is not a regular file");
    m_size = static_cast<size_t>(info.st_size);
    if (m_size == 0) return;
    void* data = ::mmap(nullptr, m_size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (data == MAP_FAILED) throw Error("cannot map " + path.string() + ": " + reason());
    m_data = static_cast<const std::byte*>(data);
}

MappedFile::~MappedFile()
{
    if (m_data) ::munmap(const_cast<std::byte*>(m_data), m_size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

std::optional<FileLock> FileLock::tryLock(const fs::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) throw Error("cannot open the lock file " + path.string() + ": " + reason());
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return FileLock(descriptor);
    const int code = errno;
    ::close(descriptor);
    if (code == EWOULDBLOCK) return std::nullopt;
    throw Error("cannot lock " + path.string() + ": " + std::strerror(code));
}

bool FileLock::isHeld(const fs::path& path)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return false;
    if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) return false; // released as the descriptor closes
    return errno == EWOULDBLOCK;
}

FileLock::~FileLock()
{
    if (m_descriptor >= 0) ::close(m_descriptor);
}

FileLock::FileLock(FileLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

std::string newUlid()
{
    static constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    thread_local std::random_device device;
    std::string text(26, '0');
    auto time = static_cast<uint64_t>(nowMs());
    for (int i = 9; i >= 0; --i, time >>= 5) text[static_cast<size_t>(i)] = digits[time & 31];
    uint64_t random = 0;
    for (size_t i = 10; i < 26; ++i, random >>= 5) {
        if ((i - 10) % 6 == 0) random = device();
        text[i] = digits[random & 31];
    }
    return text;
}

std::string thisHost()
{
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
    return name.data();
}

int64_t nowMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

fs::path homeDirectory()
{
    const auto variable = [](const char* name) -> std::string {
        const char* value = std::getenv(name);
        return value ? value : "";
    };
    if (const auto home = variable("SWITCHYARD_HOME"); !home.empty()) return fs::absolute(home);
    if (const auto data = variable("XDG_DATA_HOME"); !data.empty()) return fs::path(data) / "switchyard";
    if (const auto user = variable("HOME"); !user.empty()) return fs::path(user) / ".local/share/switchyard";
    throw Error("cannot tell where to keep files: set SWITCHYARD_HOME (HOME and XDG_DATA_HOME are not set either)");
}

void requireFreeSpace(const fs::path& path, uint64_t bytes)
{
    std::error_code code;
    const auto space = fs::space(path, code);
    if (code || space.available >= bytes) return;
    throw Error("not enough disk space at " + path.string() + ": " + std::to_string(bytes >> 20) + " MiB are needed, " +
                std::to_string(space.available >> 20) + " MiB are free");
}

} // namespace sy
