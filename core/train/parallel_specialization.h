// Do experts specialise by language where the content is equal? Parallel sentences through a model.
#pragma once

#include "core/train/model_runner.h"
#include "core/train/probing.h"

#include <string>
#include <vector>

namespace sy {

/// The same sentences in each of some languages.
struct ParallelText {
    std::vector<std::string> languages;          ///< L
    std::vector<std::vector<std::string>> texts; ///< [sentences][L]
};

/// The sentences of a file that every language has: a sentence that one lacks would be content of the others alone.
/// @throws DataError: as readParallel; a language that the file lacks; fewer than two languages; no sentence in all.
ParallelText completeSentences(const SpecializationOptions& options, const std::vector<std::string>& run_languages);

/// Every sentence in every language is one row and one sequence of the null, which permutes languages within a
/// sentence. The encoder reads the text as it is and the end of text, cut at data.input_length; nothing is hidden,
/// since what span corruption hides would differ between the languages. The decoder reads the same text shifted right,
/// cut at data.target_length, and so never a sentinel, which all languages share. What routing drops is up to the
/// model's routing options: choices before capacity are counted.
/// @param permutations  0 = permutationsFor the model's layers
ParallelSpecialization parallelSpecialization(const ProbeModel& model, const ParallelText& text, int64_t step,
                                              int64_t permutations, const ShareDone& progress);

} // namespace sy
