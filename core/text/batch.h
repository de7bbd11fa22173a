// What the trainer gets from text: fixed-shape batches of token ids on the host, Torch-free.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sy {

/// B rows of one step; every row holds one language. Ids: 0 = padding (and decoder start), 1 = end of
/// text, -100 = label that counts for nothing.
struct Batch {
    int64_t rows = 0;              ///< B
    int64_t input_length = 0;      ///< S
    int64_t target_length = 0;     ///< T
    std::vector<int32_t> input;    ///< [B, S], padded with 0
    std::vector<int32_t> target;   ///< [B, T] labels, padded with -100
    std::vector<int32_t> language; ///< [B], index into the stream's languages
    int64_t input_tokens = 0;      ///< positions of `input` that are not padding
    int64_t target_tokens = 0;     ///< labels that are not -100

    bool operator==(const Batch&) const = default;
};

/// Where a stream stands. All that a checkpoint must keep to go on with the same rows.
struct StreamState {
    int64_t next_row = 0;                  ///< global index of the next row
    std::vector<int64_t> rows_of_language; ///< rows taken so far, per language: epochs follow from it
    bool operator==(const StreamState&) const = default;
};

/// Training rows without end. Row r is a pure function of (corpus, settings, seed, state): same seed, same rows.
class BatchStream {
public:
    virtual ~BatchStream() = default;
    /// The next batch. Blocks until the background prefetch has it. @throws DataError
    virtual Batch next() = 0;
    /// The state after the last batch that `next` returned (not after what was prefetched).
    virtual StreamState state() const = 0;
};

} // namespace sy
