// The files of checkpoints on their way into and out of a bundle.
#pragma once

#include "core/store/bundle_format.h"
#include "core/store/connection.h"

#include <functional>
#include <vector>

namespace sy {

/// The files of a run as they are now, held by links, so that the trainer may remove its checkpoints meanwhile.
class HeldFiles {
public:
    HeldFiles(const StorePaths& paths, const std::string& id);
    ~HeldFiles();
    HeldFiles(const HeldFiles&) = delete;
    HeldFiles& operator=(const HeldFiles&) = delete;

    /// A checkpoint's folder; one that is gone is left out.
    void hold(const std::string& folder);
    /// What lies beside the checkpoints: the tokenizer.
    void holdLoose();
    int64_t bytes() const;
    void write(BundleWriter& bundle, const std::function<void(int64_t)>& written) const;

private:
    struct File {
        std::string folder, name; ///< empty folder: beside the checkpoints
        fs::path path;
        int64_t size = 0;
    };
    void holdFile(const std::string& folder, const fs::path& file);

    std::string m_id;
    fs::path m_run, m_links;
    std::vector<File> m_files;
};

/// Writes the files of an import beside their places and puts them there at the end, all or none.
class ReceivedFiles {
public:
    explicit ReceivedFiles(const StorePaths& paths) : m_paths(paths) {}
    ~ReceivedFiles(); ///< takes back what was not kept
    ReceivedFiles(const ReceivedFiles&) = delete;
    ReceivedFiles& operator=(const ReceivedFiles&) = delete;

    /// One part of the bundle; `wanted` tells whether its run takes files, and throws for an unknown run. Files whose
    /// checkpoint is here already are skipped. @throws DataError: a name that leaves the run's folder, a gap, more
    /// bytes than told.
    void take(std::string_view part, const std::function<bool(const std::string& id)>& wanted);
    /// Puts a folder out of the way that the bundle knows nothing of, or another of.
    void retire(const fs::path& folder);
    /// @throws DataError where a file is not whole. True where something was put in its place.
    bool place();
    void keep(); ///< for good

private:
    struct Move {
        fs::path from, to;
    };
    void begin(const nlohmann::json& head, bool wanted);
    void requireWhole() const;
    void addMove(const fs::path& from, const fs::path& to);

    StorePaths m_paths;
    std::vector<Move> m_moves, m_placed, m_retired;
    std::vector<fs::path> m_made;
    std::ofstream m_out;
    fs::path m_file;
    std::string m_current;
    int64_t m_written = 0, m_size = 0;
    bool m_skip = false;
};

} // namespace sy
