// One text through the model: where every token goes, and what the model would write.
#pragma once

#include "core/config/experiment.h"
#include "core/model/model.h"
#include "core/store/records.h"
#include "core/text/corpus.h"
#include "core/text/tokenizer.h"

#include <torch/torch.h>

#include <string>
#include <vector>

namespace sy {

/// Ids of a text; "<extra_id_k>" in it stands for sentinel k. @throws DataError where it is not UTF-8 or there is no
/// such sentinel.
std::vector<int32_t> encodeWithSentinels(const Tokenizer& tokenizer, const std::string& text);

/// At most `length` ids, the last of them the end of text (1).
std::vector<int32_t> cutInput(std::vector<int32_t> ids, int64_t length);

struct ProbeText {
    std::string text, language;
    std::string target; ///< what the decoder is fed; empty = what the model predicts
};

/// What a probe or a greedy continuation runs with.
struct ProbeModel {
    const ExperimentConfig& config;
    const Weights& compute; ///< as computeWeights(..., trainable = false)
    const Tokenizer& tokenizer;
    RoutingOptions routing;
};

/// The greedy continuation: ids without the start, up to and without end of text, at most `max_length`. Input longer
/// than data.input_length is cut.
std::vector<int32_t> generateGreedy(const ProbeModel& model, const std::vector<int32_t>& input, int64_t max_length);
/// Of several texts at once, each as if it were alone.
std::vector<std::vector<int32_t>> generateGreedy(const ProbeModel& model,
                                                 const std::vector<std::vector<int32_t>>& inputs, int64_t max_length);

/// Every token's route in every sparse layer. The decoder reads the target, or the model's own greedy prediction of up
/// to `predict` tokens, shifted right; its tokens are the ids that it reads, the start (id 0) first.
/// @throws DataError for empty text, or a target of more than 1,024 tokens.
Probe probeText(const ProbeModel& model, const ProbeText& text, int64_t step, int64_t top_k, int64_t predict);

/// A few fixed sentences of up to eight languages from the validation text: in each, the middle is hidden behind a
/// sentinel as span corruption would; the target says what stood there.
std::vector<ProbeText> probeSentences(const Corpus& corpus, const Tokenizer& tokenizer, const DataConfig& data);

/// Routing of a probe without drops ("none"), or with the capacity of "eval" or "train".
/// @throws UsageError for another word.
RoutingOptions probeRouting(const ExperimentConfig& config, const std::string& capacity);

} // namespace sy
