// CUDA launches of the shared bodies in core/routing. Free of torch headers; see cuda_launch.h.
#include "core/base/error.h"
#include "core/kernels/cuda_launch.h"

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <string>

namespace sy::cuda {

namespace {

constexpr int threads_per_block = 256;

cudaStream_t streamOf(void* stream) { return static_cast<cudaStream_t>(stream); }

/// Blocks for a grid-stride loop over `count` items.
int blocksFor(int64_t count)
{
    return static_cast<int>(std::clamp<int64_t>((count + threads_per_block - 1) / threads_per_block, 1, 65535));
}

void requireLaunched(const char* kernel)
{
    const auto error = cudaGetLastError();
    if (error != cudaSuccess)
        throw EngineError(std::string("CUDA kernel ") + kernel + " could not be launched: " + cudaGetErrorString(error));
}

__device__ int64_t firstItem() { return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; }
__device__ int64_t itemStride() { return static_cast<int64_t>(gridDim.x) * blockDim.x; }

template <class Scalar, class Rule>
__global__ void scaleByDrawsKernel(const Scalar* x, Scalar* out, int64_t count, int64_t columns, const int64_t* row_ids,
                                   Rule rule, RandomStream random)
{
    for (int64_t i = firstItem(); i < count; i += itemStride()) {
        int64_t element = i;
        if (row_ids) {
            const int64_t id = row_ids[i / columns];
            element = id < 0 ? -1 : id * columns + i % columns;
        }
        if (element < 0) out[i] = static_cast<Scalar>(0.0F);
        else out[i] = x[i] * static_cast<Scalar>(rule.factor(draw16(random, static_cast<uint64_t>(element))));
    }
}

template <class Rule>
void launchScale(ScalarKind kind, const void* x, void* out, int64_t count, int64_t columns, const int64_t* row_ids,
                 const Rule& rule, const RandomStream& random, void* stream)
{
    const auto launch = [&]<class Scalar>(Scalar*) {
        scaleByDrawsKernel<<<blocksFor(count), threads_per_block, 0, streamOf(stream)>>>(
            static_cast<const Scalar*>(x), static_cast<Scalar*>(out), count, columns, row_ids, rule, random);
    };
    if (kind == ScalarKind::Float32) launch(static_cast<float*>(nullptr));
    if (kind == ScalarKind::Float64) launch(static_cast<double*>(nullptr));
    if (kind == ScalarKind::Bfloat16) launch(static_cast<__nv_bfloat16*>(nullptr));
    requireLaunched("scaleByDraws");
}

__global__ void uniformKernel(float* out, int64_t count, RandomStream random)
{
    for (int64_t i = firstItem(); i < count; i += itemStride()) out[i] = openUniform(random, static_cast<uint64_t>(i));
}

/// Exclusive count of set flags in the block's threads before this one; `total` gets the block's count.
__device__ int countBefore(bool flag, int& total)
{
    __shared__ int warp_counts[threads_per_block / 32];
    const unsigned votes = __ballot_sync(0xffffffffU, flag);
    const int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
    if (lane == 0) warp_counts[warp] = __popc(votes);
    __syncthreads();
    int before = __popc(votes & ((1U << lane) - 1U));
    total = 0;
    for (int w = 0; w < threads_per_block / 32; ++w) {
        if (w < warp) before += warp_counts[w];
        total += warp_counts[w];
    }
    __syncthreads();
    return before;
}

/// One block finds the slots of one (group, expert), in the order of core/routing/slots.cpp.
__global__ void assignSlotsKernel(SlotPass pass, int64_t* taken, int64_t* slot)
{
    const int64_t group = blockIdx.x / pass.experts, expert = blockIdx.x % pass.experts;
    const int64_t per_group = pass.groups.tokensPerGroup();
    const int64_t end = min((group + 1) * per_group, pass.groups.tokens()) * pass.width;
    const int64_t capacity = pass.capacity[group];
    int64_t count = taken[blockIdx.x];
    for (int64_t start = group * per_group * pass.width; start < end; start += blockDim.x) {
        const int64_t at = start + threadIdx.x;
        const int64_t choice = at < end ? pass.tokenAt(at / pass.width) * pass.width + at % pass.width : -1;
        const bool asks = choice >= 0 && pass.wanted(choice) == expert;
        int total = 0;
        const int64_t place = count + countBefore(asks, total);
        if (asks && place < capacity) slot[choice] = place;
        count += total;
    }
    const int64_t before = taken[blockIdx.x];
    __syncthreads();
    if (threadIdx.x == 0) taken[blockIdx.x] = max(before, min(count, capacity));
}

__global__ void fillKernel(int64_t* out, int64_t count, int64_t value)
{
    for (int64_t i = firstItem(); i < count; i += itemStride()) out[i] = value;
}

template <class Word>
__global__ void gatherRowsKernel(const Word* source, const int64_t* index, int64_t divisor, Word* out, int64_t rows, int64_t words)
{
    for (int64_t i = firstItem(); i < rows * words; i += itemStride()) {
        const int64_t from = index[i / words];
        out[i] = from < 0 ? Word{} : source[from / divisor * words + i % words];
    }
}

template <class Word>
void launchGather(const void* source, const int64_t* index, int64_t divisor, void* out, int64_t rows, int64_t row_bytes, void* stream)
{
    const int64_t words = row_bytes / static_cast<int64_t>(sizeof(Word));
    gatherRowsKernel<<<blocksFor(rows * words), threads_per_block, 0, streamOf(stream)>>>(
        static_cast<const Word*>(source), index, divisor, static_cast<Word*>(out), rows, words);
}

template <class Scalar>
__global__ void combineRowsKernel(const Scalar* source, const int64_t* row, const float* weight, Scalar* out, int64_t tokens,
                                  int64_t width, int64_t columns)
{
    for (int64_t i = firstItem(); i < tokens * columns; i += itemStride()) {
        const int64_t token = i / columns, column = i % columns;
        float sum = 0;
        for (int64_t w = token * width; w < (token + 1) * width; ++w)
            if (row[w] >= 0) sum += (weight ? weight[w] : 1.0F) * static_cast<float>(source[row[w] * columns + column]);
        out[i] = static_cast<Scalar>(sum);
    }
}

} // namespace

int computeCapabilityMajor(int device)
{
    int major = 0;
    const bool known = cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) == cudaSuccess;
    return known ? major : 0;
}

void scaleByDraws(ScalarKind kind, const void* x, void* out, int64_t count, int64_t columns, const int64_t* row_ids,
                  const DropoutRule& rule, const RandomStream& random, void* stream)
{
    launchScale(kind, x, out, count, columns, row_ids, rule, random, stream);
}

void scaleByDraws(ScalarKind kind, const void* x, void* out, int64_t count, int64_t columns, const int64_t* row_ids,
                  const JitterRule& rule, const RandomStream& random, void* stream)
{
    launchScale(kind, x, out, count, columns, row_ids, rule, random, stream);
}

void uniform(float* out, int64_t count, const RandomStream& random, void* stream)
{
    uniformKernel<<<blocksFor(count), threads_per_block, 0, streamOf(stream)>>>(out, count, random);
    requireLaunched("uniform");
}

void assignSlots(const SlotPass& pass, int64_t* taken, int64_t* slot, void* stream)
{
    const int64_t choices = pass.groups.tokens() * pass.width;
    if (choices == 0) return;
    fillKernel<<<blocksFor(choices), threads_per_block, 0, streamOf(stream)>>>(slot, choices, -1);
    const auto blocks = static_cast<unsigned>(pass.groups.groups() * pass.experts);
    assignSlotsKernel<<<blocks, threads_per_block, 0, streamOf(stream)>>>(pass, taken, slot);
    requireLaunched("assignSlots");
}

void gatherRows(const void* source, const int64_t* index, int64_t divisor, void* out, int64_t rows, int64_t row_bytes, void* stream)
{
    if (row_bytes % 16 == 0) launchGather<int4>(source, index, divisor, out, rows, row_bytes, stream);
    else if (row_bytes % 4 == 0) launchGather<int>(source, index, divisor, out, rows, row_bytes, stream);
    else launchGather<short>(source, index, divisor, out, rows, row_bytes, stream);
    requireLaunched("gatherRows");
}

void combineRows(ScalarKind kind, const void* source, const int64_t* row, const float* weight, void* out, int64_t tokens,
                 int64_t width, int64_t columns, void* stream)
{
    const auto launch = [&]<class Scalar>(Scalar*) {
        combineRowsKernel<<<blocksFor(tokens * columns), threads_per_block, 0, streamOf(stream)>>>(
            static_cast<const Scalar*>(source), row, weight, static_cast<Scalar*>(out), tokens, width, columns);
    };
    if (kind == ScalarKind::Bfloat16) launch(static_cast<__nv_bfloat16*>(nullptr));
    else launch(static_cast<float*>(nullptr));
    requireLaunched("combineRows");
}

} // namespace sy::cuda
