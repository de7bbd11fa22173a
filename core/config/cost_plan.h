// What an experiment costs, before it runs: parameters, FLOPs, bytes. Pure arithmetic on the configuration.
// Definitions and what "equal FLOPs" means: docs/compute.md.
#pragma once

#include "core/config/experiment.h"

#include <cstdint>
#include <map>
#include <string>

namespace sy {

struct CostPlan {
    int64_t parameters_total = 0;
    int64_t parameters_active =
        0; ///< that one token meets: chosen experts only, one of the embeddings' rows not singled out
    double forward_flops_per_token =
        0; ///< of one input or target position, 2 per multiply-add, router and padding slots left out
    double flops_per_token = 0;           ///< forward and backward: three times that
    double router_flops_per_token = 0;    ///< forward, beside the above
    double flops_per_step = 0;            ///< flops_per_token * positions of one update
    int64_t positions_per_step = 0;       ///< rows * (input_length + target_length)
    double tokens_per_expert = 0;         ///< even share of a micro-batch's encoder positions
    int64_t capacity_tokens = 0;          ///< tokens that capacity is counted over: the capacity scope's share of them
    int64_t expert_capacity = 0;          ///< slots per expert of an encoder layer in training, over the capacity scope
    std::map<std::string, int64_t> bytes; ///< weights, compute_copy, gradients, optimizer, activations, total
};

/// Share of the measured matrix-product peak that a planned step is taken to reach; `bench step` tells the real one.
inline constexpr double planned_gemm_share = 0.4;

CostPlan costPlan(const ExperimentConfig& config);

/// The experiment without its experts: what a sparse model of equal FLOPs per token is compared with.
ExperimentConfig denseTwin(const ExperimentConfig& config);

/// True where two experiments do the same work per token within `tolerance` (relative).
bool equalFlops(const CostPlan& left, const CostPlan& right, double tolerance = 0.01);

} // namespace sy
