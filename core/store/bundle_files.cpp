#include "core/store/bundle_files.h"

#include <algorithm>

namespace sy {

using nlohmann::json;

namespace {

constexpr size_t chunk_bytes = 4 << 20;
constexpr const char* links_name = ".export.tmp"; // a resuming trainer clears away what ends so

/// A file or folder that stays where it is put.
bool plainName(const std::string& name)
{
    return !name.empty() && name.size() <= 200 && name.front() != '.' && name.find('/') == std::string::npos &&
           name.find('\\') == std::string::npos && name.find('\0') == std::string::npos &&
           name.find(".tmp") == std::string::npos && name != "lock";
}

void makeFolder(const fs::path& folder)
{
    std::error_code code;
    fs::create_directories(folder, code);
    if (code) throw StoreError("cannot create the folder " + folder.string() + ": " + code.message());
}

[[noreturn]] void damaged(const std::string& why)
{
    throw DataError("the bundle is damaged: " + why);
}

} // namespace

HeldFiles::HeldFiles(const StorePaths& paths, const std::string& id)
    : m_id(id), m_run(runFolder(paths, id)), m_links(m_run / (links_name + ("-" + newUlid())))
{
}

HeldFiles::~HeldFiles()
{
    std::error_code ignored;
    fs::remove_all(m_links, ignored);
}

void HeldFiles::holdFile(const std::string& folder, const fs::path& file)
{
    std::error_code code;
    const std::string name = file.filename().string();
    if (!plainName(name) || !fs::is_regular_file(fs::symlink_status(file, code))) return;
    const fs::path link = m_links / (folder.empty() ? "loose" : folder) / name;
    makeFolder(link.parent_path());
    fs::create_hard_link(file, link, code);
    if (code) fs::copy_file(file, link, code); // a file system without links
    if (code) return;                          // removed meanwhile
    m_files.push_back({folder, name, link, static_cast<int64_t>(fs::file_size(link))});
}

void HeldFiles::hold(const std::string& folder)
{
    std::error_code code;
    const size_t before = m_files.size();
    size_t seen = 0;
    for (const auto& entry : fs::directory_iterator(m_run / folder, code)) {
        ++seen;
        holdFile(folder, entry.path());
    }
    if (!fs::exists(m_run / folder) || m_files.size() - before != seen) m_files.resize(before); // not whole any more
}

void HeldFiles::holdLoose()
{
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(m_run, code)) holdFile("", entry.path());
}

int64_t HeldFiles::bytes() const
{
    int64_t sum = 0;
    for (const auto& file : m_files) sum += file.size;
    return sum;
}

void HeldFiles::write(BundleWriter& bundle, const std::function<void(int64_t)>& written) const
{
    for (const auto& file : m_files) {
        std::ifstream in(file.path, std::ios::binary);
        std::string bytes;
        int64_t offset = 0;
        do {
            bytes.resize(static_cast<size_t>(std::min<int64_t>(chunk_bytes, file.size - offset)));
            in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            if (!in) throw DataError("cannot read " + file.path.string());
            std::string head = json{
                {"run", m_id},
                {"folder", file.folder},
                {"name", file.name},
                {"size", file.size},
                {"offset", offset}}.dump();
            bundle.add(BundlePart::File, head + '\n' + bytes);
            offset += static_cast<int64_t>(bytes.size());
            written(static_cast<int64_t>(bytes.size()));
        } while (offset < file.size);
    }
}

ReceivedFiles::~ReceivedFiles()
{
    std::error_code ignored;
    m_out.close();
    for (const auto& move : m_moves) fs::remove_all(move.from, ignored);
    for (const auto& move : m_placed) fs::remove_all(move.to, ignored);
    for (const auto& move : m_retired) fs::rename(move.to, move.from, ignored);
    for (const auto& folder : m_made) fs::remove(folder, ignored); // where nothing is left in it
}

void ReceivedFiles::requireWhole() const
{
    if (m_written != m_size) damaged("the file '" + m_current + "' is not whole");
}

void ReceivedFiles::addMove(const fs::path& from, const fs::path& to)
{
    const auto same = [&](const Move& move) { return move.to == to; };
    if (std::ranges::any_of(m_moves, same)) return;
    fs::remove_all(from); // of an import that was killed
    m_moves.push_back({from, to});
}

void ReceivedFiles::begin(const json& head, bool wanted)
{
    requireWhole();
    const std::string id = head.at("run"), folder = head.at("folder"), name = head.at("name");
    if (!plainName(name) || (!folder.empty() && !plainName(folder)))
        throw DataError("the bundle has a file that leaves its run's folder: '" + folder + "' / '" + name + "'");
    m_size = head.at("size").get<int64_t>();
    m_written = 0;
    m_current = id + "/" + folder + "/" + name;
    const fs::path run = runFolder(m_paths, id), target = folder.empty() ? run / name : run / folder;
    m_skip = !wanted || fs::exists(target);
    if (m_skip) return;
    const fs::path temporary = target.string() + ".import.tmp";
    addMove(temporary, target);
    if (!fs::exists(run)) m_made.push_back(run);
    makeFolder(folder.empty() ? run : temporary);
    m_file = folder.empty() ? temporary : temporary / name;
    if (fs::exists(m_file)) damaged("it has the file '" + m_current + "' twice");
    m_out.close();
    m_out.clear();
    m_out.open(m_file, std::ios::binary | std::ios::trunc);
}

void ReceivedFiles::take(std::string_view part, const std::function<bool(const std::string& id)>& wanted)
{
    const size_t line = part.find('\n');
    const json head = json::parse(part.substr(0, line == std::string_view::npos ? 0 : line), nullptr, false);
    if (!head.is_object()) damaged("a part of a file has no head");
    try {
        const int64_t offset = head.at("offset");
        const std::string id = head.at("run"), folder = head.at("folder"), name = head.at("name");
        const bool take_it = wanted(id);
        if (offset == 0) begin(head, take_it);
        const std::string_view bytes = part.substr(line + 1);
        if (offset != m_written || head.at("size") != m_size || id + "/" + folder + "/" + name != m_current ||
            static_cast<int64_t>(bytes.size()) > m_size - m_written)
            damaged("the parts of the file '" + m_current + "' do not fit each other");
        m_written += static_cast<int64_t>(bytes.size());
        if (m_skip) return;
        m_out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        m_out.flush();
        if (!m_out) throw StoreError("cannot write " + m_file.string() + "; is the disk full?");
    } catch (const json::exception& error) {
        damaged(std::string("a part of a file has a wrong head: ") + error.what());
    }
}

void ReceivedFiles::retire(const fs::path& folder)
{
    std::error_code code;
    const fs::path away = folder.string() + ".retired.tmp";
    fs::remove_all(away, code);
    if (!fs::exists(folder, code)) return;
    fs::rename(folder, away, code);
    if (code) throw StoreError("cannot rename " + folder.string() + ": " + code.message());
    m_retired.push_back({folder, away});
}

void ReceivedFiles::keep()
{
    std::error_code ignored;
    for (const auto& move : m_retired) fs::remove_all(move.to, ignored);
    m_retired.clear();
    m_placed.clear();
    m_made.clear();
}

bool ReceivedFiles::place()
{
    requireWhole();
    m_out.close();
    const bool any = !m_moves.empty();
    while (!m_moves.empty()) {
        const Move move = m_moves.back();
        std::error_code code;
        fs::rename(move.from, move.to, code);
        if (code) throw StoreError("cannot rename " + move.from.string() + ": " + code.message());
        m_moves.pop_back();
        m_placed.push_back(move);
    }
    return any;
}

} // namespace sy
