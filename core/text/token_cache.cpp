#include "core/text/token_cache.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/text/build_lock.h"
#include "core/text/line_reader.h"
#include "core/text/token_file.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace sy {

struct TokenCache::Impl {
    std::vector<std::string> languages;
    std::vector<TokenFile> files; ///< [2 l] training, [2 l + 1] validation
};

namespace {

constexpr int32_t unknown_id = 2;

/// What one thread does at a time: one split of one language.
struct Job {
    const Corpus& corpus;
    const CorpusLanguage& language;
    bool train;
    fs::path file;
};

std::string jobName(const std::string& code, bool train)
{
    return code + (train ? ".train.tokens" : ".valid.tokens");
}

/// Text that spells a sentinel must not become one: a row's sentinels stand for its hidden spans.
void hideSentinels(const Tokenizer& tokenizer, std::vector<int32_t>& ids)
{
    for (auto& id : ids)
        if (tokenizer.isSentinel(id)) id = unknown_id;
}

void tokenise(const Job& job, const Tokenizer& tokenizer, uint64_t key_hash)
{
    const fs::path source = job.corpus.file(job.language.code, job.train);
    LineReader reader(source);
    TokenFileWriter writer(job.file, key_hash);
    Sha256 hash;
    for (std::string_view line; reader.next(line);) {
        hash.update(line);
        hash.update("\n");
        try {
            auto ids = tokenizer.encode(line);
            hideSentinels(tokenizer, ids);
            writer.addDocument(ids);
        } catch (const DataError& error) {
            throw DataError(reader.where() + ": " + error.what());
        }
    }
    writer.finish();
    if (hash.hex() != (job.train ? job.language.train_sha256 : job.language.valid_sha256))
        throw DataError("damaged corpus: " + source.string() +
                        " has changed since it was imported; import the corpus again");
}

/// Runs the jobs on every core. The first failure ends them all and is rethrown.
void runJobs(const std::vector<Job>& jobs, const Tokenizer& tokenizer, uint64_t key_hash)
{
    std::atomic<size_t> next = 0;
    std::exception_ptr failure;
    std::mutex mutex;
    const auto work = [&] {
        for (size_t i = next++; i < jobs.size(); i = next++) {
            try {
                tokenise(jobs[i], tokenizer, key_hash);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failure) failure = std::current_exception();
                next = jobs.size();
            }
        }
    };
    const size_t count = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, jobs.size());
    {
        std::vector<std::jthread> threads;
        for (size_t i = 1; i < count; ++i) threads.emplace_back(work);
        work();
    }
    if (failure) std::rethrow_exception(failure);
}

void build(const fs::path& folder, const Corpus& corpus, const Tokenizer& tokenizer, uint64_t key_hash)
{
    log(LogLevel::Info, "tokens", "tokenising corpus " + corpus.name);
    const fs::path temporary = folder.string() + ".tmp"; // ours alone: the lock is held
    fs::remove_all(temporary);
    fs::create_directories(temporary);
    uint64_t bytes = 0;
    std::vector<Job> jobs;
    for (const auto& language : corpus.languages) {
        bytes += static_cast<uint64_t>(language.train_bytes + language.valid_bytes);
        for (const bool train : {true, false})
            jobs.push_back({corpus, language, train, temporary / jobName(language.code, train)});
    }
    try {
        requireFreeSpace(temporary, 2 * bytes); // about two bytes of text or more become an id of four bytes
        runJobs(jobs, tokenizer, key_hash);
    } catch (const DataError&) {
        fs::remove_all(temporary);
        throw;
    } catch (const Error& error) {
        fs::remove_all(temporary);
        throw DataError(error.what());
    }
    const nlohmann::json about = {
        {"corpus", corpus.name}, {"corpus_hash", corpus.hash}, {"tokenizer_hash", tokenizer.hash()}};
    writeFileAtomically(temporary / "cache.json", about.dump(2) + "\n");
    fs::rename(temporary, folder);
    syncDirectory(folder.parent_path());
}

} // namespace

TokenCache::TokenCache(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
TokenCache::~TokenCache() = default;
TokenCache::TokenCache(TokenCache&&) noexcept = default;
TokenCache& TokenCache::operator=(TokenCache&&) noexcept = default;

TokenCache TokenCache::openOrBuild(const Corpus& corpus, const Tokenizer& tokenizer)
{
    const std::string key = sha256("token cache 1\n" + corpus.hash + "\n" + tokenizer.hash());
    const uint64_t key_hash = mix64(siteId(key));
    const fs::path folder = homeDirectory() / "token_caches" / key.substr(0, 32);
    if (!fs::exists(folder)) {
        const auto lock = lockForBuilding(folder);
        if (!fs::exists(folder)) build(folder, corpus, tokenizer, key_hash);
    }
    auto impl = std::make_unique<Impl>();
    const std::string remedy = "delete the folder " + folder.string() + " to make it again";
    for (const auto& language : corpus.languages) {
        impl->languages.push_back(language.code);
        for (const bool train : {true, false})
            impl->files.emplace_back(folder / jobName(language.code, train), key_hash, remedy);
    }
    return TokenCache(std::move(impl));
}

const std::vector<std::string>& TokenCache::languages() const
{
    return m_impl->languages;
}

std::span<const uint32_t> TokenCache::tokens(size_t language, Split split) const
{
    return m_impl->files.at(2 * language + (split == Split::Train ? 0 : 1)).ids();
}

} // namespace sy
