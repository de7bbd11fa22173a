// What kernels.cu offers: launches of the shared bodies, free of torch headers. Pointers are device memory,
// streams are cudaStream_t; nothing waits for the device. @throws EngineError where a launch is refused.
#pragma once

#include "core/base/random.h"
#include "core/routing/draws.h"
#include "core/routing/slots.h"

#include <cstdint>

namespace sy::cuda {

enum class ScalarKind { Float32, Bfloat16, Float64 };

/// Of the three kinds that the engine computes in.
constexpr ScalarKind scalarOf(int64_t element_size, bool is_double)
{
    if (is_double) return ScalarKind::Float64;
    return element_size == 2 ? ScalarKind::Bfloat16 : ScalarKind::Float32;
}

int computeCapabilityMajor(int device);

/// out = x * factor, element (r, c) drawing as row_ids[r] * columns + c; null row_ids: in its own order.
void scaleByDraws(ScalarKind kind, const void* x, void* out, int64_t count, int64_t columns, const int64_t* row_ids,
                  const DropoutRule& rule, const RandomStream& random, void* stream);
void scaleByDraws(ScalarKind kind, const void* x, void* out, int64_t count, int64_t columns, const int64_t* row_ids,
                  const JitterRule& rule, const RandomStream& random, void* stream);
void uniform(float* out, int64_t count, const RandomStream& random, void* stream);

/// assignSlots on the device: one block per (group, expert).
void assignSlots(const SlotPass& pass, int64_t* taken, int64_t* slot, void* stream);

/// out[r] = source[index[r] / divisor], zero where index[r] < 0. Rows of `row_bytes`.
void gatherRows(const void* source, const int64_t* index, int64_t divisor, void* out, int64_t rows, int64_t row_bytes,
                void* stream);

/// out[x] = sum over k of weight[x, k] * source[row[x, k]], rows -1 left out; null weight: 1.
void combineRows(ScalarKind kind, const void* source, const int64_t* row, const float* weight, void* out, int64_t tokens,
                 int64_t width, int64_t columns, void* stream);

} // namespace sy::cuda
