// Figures of one sparse layer over one window, from its counts alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sy {

/// L languages, N experts; row-major [L, N].
struct RoutingCounts {
    int64_t languages = 0, experts = 0;
    std::span<const int64_t> load;           ///< [L, N] choices before capacity
    std::span<const int64_t> kept;           ///< [L, N] choices that got a slot
    std::span<const int64_t> tokens;         ///< [L] real tokens
    double entropy_sum = 0;                  ///< over tokens, nats
    double confidence_sum = 0;               ///< over tokens
    double z_sum = 0;                        ///< over tokens, logsumexp^2
    std::span<const double> importance = {}; ///< [L, N] sums of the router's probabilities; may be empty
};

/// What cannot be told (nothing was routed) is NaN. p_e is expert e's share of the load.
struct RoutingFigures {
    std::vector<int64_t> load;           ///< [N] choices before capacity
    std::vector<int64_t> kept;           ///< [N]
    std::vector<int64_t> language_load;  ///< [L]
    std::vector<int64_t> language_kept;  ///< [L]
    std::vector<double> utilization;     ///< [N] p_e * N: 1 = fair share, 0 = dead
    double drop_rate = 0;                ///< 1 - sum kept / sum load, in [0, 1]
    double max_violation = 0;            ///< max_e utilization - 1 (Wang et al. 2024, arXiv:2408.15664), in [0, N - 1]
    double load_cv = 0;                  ///< standard deviation of the load over experts / its mean
    int64_t dead_experts = 0;            ///< experts without any choice
    double load_entropy = 0;             ///< H(E) = -sum p_e ln p_e, nats; ln N when balanced
    double mean_entropy = 0;             ///< mean over tokens of the entropy of the router's probabilities, nats
    double mean_probability_entropy = 0; ///< entropy of the mean probabilities, nats; NaN without importance. Less
                                         ///< mean_entropy it is I(token; expert) of the router's probabilities
    double mean_confidence = 0;          ///< mean over tokens of the first choice's probability
    double mutual_information = 0;       ///< I(expert; language), nats, from the load
    double normalized_mutual_information = 0; ///< I / min(H(E), H(L)), in [0, 1]; 0 where the minimum is 0
    double z_mean = 0;                        ///< mean over tokens of logsumexp^2, nats^2
};

/// @throws Error unless load and kept have L * N values, tokens L, importance L * N or none, and none is negative.
RoutingFigures routingFigures(const RoutingCounts& counts);

/// Load times N over total load. NaN where the total is 0.
std::vector<double> utilizationOf(std::span<const int64_t> load);

/// -sum p ln p of counts taken as shares, nats. NaN where they sum to 0.
double entropyOfCounts(std::span<const int64_t> counts);

} // namespace sy
