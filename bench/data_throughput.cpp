// How fast text becomes batches: imports nothing, reads an imported corpus, prints one JSON document.
//   data_throughput CORPUS [VOCAB_SIZE [SECONDS [PREFETCH]]]
#include "core/base/error.h"
#include "core/text/stream.h"

#include <chrono>
#include <cstdlib>
#include <iostream>

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Input and target tokens per second that a consumer who does nothing else gets.
nlohmann::json measure(const std::string& name, int64_t vocab_size, double seconds, int64_t prefetch)
{
    const sy::Corpus corpus = sy::openCorpus(name);
    auto start = Clock::now();
    const auto tokenizer = sy::Tokenizer::forCorpus(corpus, vocab_size);
    const double tokenizer_s = secondsSince(start);
    start = Clock::now();
    const auto cache = std::make_shared<const sy::TokenCache>(sy::TokenCache::openOrBuild(corpus, tokenizer));
    const double cache_s = secondsSince(start);
    int64_t cached = 0;
    for (size_t l = 0; l < cache->languages().size(); ++l)
        cached += static_cast<int64_t>(cache->tokens(l, sy::Split::Train).size());

    sy::DataConfig data;
    data.corpus = name;
    data.prefetch = prefetch;
    const auto stream = sy::trainingStream(cache, tokenizer, data, 1);
    int64_t tokens = 0, batches = 0;
    start = Clock::now();
    while (secondsSince(start) < seconds) {
        const sy::Batch batch = stream->next();
        tokens += batch.input_tokens + batch.target_tokens;
        ++batches;
    }
    const double elapsed = secondsSince(start);
    return {{"corpus", name},
            {"languages", corpus.languages.size()},
            {"vocab_size", tokenizer.vocabSize()},
            {"tokenizer_seconds", tokenizer_s},
            {"token_cache_seconds", cache_s},
            {"train_tokens_cached", cached},
            {"batch_size", data.batch_size},
            {"input_length", data.input_length},
            {"target_length", data.target_length},
            {"prefetch", prefetch},
            {"batches", batches},
            {"seconds", elapsed},
            {"tokens_per_second", static_cast<double>(tokens) / elapsed}};
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::cerr << "usage: data_throughput CORPUS [VOCAB_SIZE [SECONDS [PREFETCH]]]\n";
        return 2;
    }
    const auto number = [&](int place, double otherwise) { return argc > place ? std::atof(argv[place]) : otherwise; };
    try {
        const auto result =
            measure(argv[1], static_cast<int64_t>(number(2, 8192)), number(3, 3), static_cast<int64_t>(number(4, 4)));
        std::cout << result.dump(2) << "\n";
        return 0;
    } catch (const sy::Error& error) {
        std::cerr << "data_throughput: " << error.what() << "\n";
        return 1;
    }
}
