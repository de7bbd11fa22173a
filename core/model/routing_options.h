// Per-pass routing choices that are not part of the saved experiment: train or eval capacity, peers' semantics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace sy {

/// Whose rules decide where the implementations differ (docs/compatibility.md).
enum class Semantics {
    Paper,     ///< RouterConfig as it stands
    T5xGroup,  ///< capacity round(CF * tokens / N), at least 4, per group; argmax in float32
    HfRow,     ///< Hugging Face 4.57: absolute capacity per row, padding takes slots, probability in compute dtype
    HfDropless ///< Hugging Face 5.0-5.17: nothing is dropped
};

struct RoutingOptions {
    double capacity_factor = 1.25;           ///< of this pass
    bool dropless = false;
    Semantics semantics = Semantics::Paper;
    int64_t fixed_capacity = 0;              ///< HfRow: slots per expert and row (`expert_capacity`)
    std::optional<int64_t> ablate_expert;    ///< its output is zero (with `layer`)
    std::optional<int64_t> force_expert;     ///< every token goes there, capacity set aside
    std::optional<std::pair<int64_t, int64_t>> swap_experts; ///< tokens of one go to the other, gates kept
    std::optional<int64_t> ablate_like;      ///< as many kept choices of real tokens as this expert has, drawn at
                                             ///< random, give nothing: what an expert of its load costs
    uint64_t ablate_seed = 0;                ///< of that draw; another one draws other choices
    std::string layer;                       ///< the sparse layer that all these act on, "encoder.1"
};

} // namespace sy
