// The parts of a T5 v1.0 block: Raffel et al. (2020), arXiv:1910.10683.
//
// Shape suffixes: B rows, Q query positions, M memory positions, D model width, H heads, K head width.
#pragma once

#include "core/model/pass.h"

namespace sy {

/// weight * x / rms(x), statistics in float32, result in x's dtype. T5's layer norm: no mean, no offset.
torch::Tensor rmsNorm(const torch::Tensor& x, const torch::Tensor& weight, double eps);

/// Bucket of every (query, key) pair, int64 [Q, M], for Q = M = length: exact for near positions, then logarithmic up
/// to max_distance. Bidirectional: half of the buckets for later keys; otherwise later keys share bucket 0.
torch::Tensor relativeBuckets(int64_t length, bool bidirectional, int64_t buckets, int64_t max_distance,
                              const torch::Device& device);

/// Score bias of a stack's self-attention, shared by its layers, with what may not be attended to at the dtype's
/// lowest value. Encoder: [B, H, S, S] from mask_BS; decoder: causal, [1, H, T, T], mask_BS unused.
torch::Tensor selfAttentionBias(const Pass& pass, bool decoder, int64_t length, const torch::Tensor& mask_BS);

/// Score bias of attention over the encoder's output: [B, 1, 1, S], 0 or the dtype's lowest value.
torch::Tensor crossAttentionBias(const torch::Tensor& mask_BS, torch::ScalarType dtype);

/// Multi-head attention of x over memory without 1/sqrt(d_kv); softmax in float32.
/// @param prefix  of the weights, "encoder.block.0.layer.0.SelfAttention."
/// @param site    of the random draws, "encoder.0/self"
torch::Tensor attention(const Pass& pass, const std::string& prefix, const std::string& site, const torch::Tensor& x_BQD,
                        const torch::Tensor& memory_BMD, const torch::Tensor& bias);

/// wo * dropout(relu(wi * x)).
/// @param prefix  of the weights, "encoder.block.0.layer.1.mlp."
torch::Tensor feedForward(const Pass& pass, const std::string& prefix, const std::string& site, const torch::Tensor& x);

} // namespace sy
