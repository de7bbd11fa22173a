// Counts of every sparse layer, added up on the device over windows of steps.
#pragma once

#include "core/model/model.h"
#include "core/model/tensor_files.h"
#include "core/store/records.h"
#include "core/train/host_copy.h"

#include <deque>
#include <string>
#include <vector>

namespace sy {

/// Tokens of one window's sample, at most; experts' top tokens are counted in the samples of both stacks.
inline constexpr int64_t route_sample_tokens = 4096;
inline constexpr size_t top_tokens_per_expert = 16;

struct ClosedWindow {
    std::vector<RoutingWindow> layers;
    std::vector<RouteSample> samples; ///< at most one per stack
};

/// L languages, N experts, M sparse layers. Everything stays on the device until a closed window is drained.
class RoutingWindows {
public:
    /// Names as LayerRouting::name, in the order of ForwardResult::layers.
    RoutingWindows(std::vector<std::string> layers, int64_t languages, int64_t experts, torch::Device device);

    /// Adds a micro-batch of step `step`. Its passes must have asked for importance_LN (num_languages = L).
    void add(int64_t step, const ModelInput& input, const ForwardResult& result);
    /// Keeps this micro-batch's first tokens (whole rows first) as the window's sample.
    void sample(int64_t step, const ModelInput& input, const ForwardResult& result);
    /// Ends the open window at `step`, which it includes. Nothing where it is empty.
    void close(int64_t step);
    /// Closed windows that have arrived on the host; `all` waits for the rest.
    std::vector<ClosedWindow> drain(bool all);

    /// The open window for checkpoints: first step (0 = empty) and sums.
    int64_t firstStep() const { return m_first_step; }
    NamedTensors openSums() const;
    /// Takes the sums of versions that knew only the largest logsumexp ([M]) too.
    /// @throws EngineError where names or shapes do not fit.
    void restore(int64_t first_step, const NamedTensors& sums);

private:
    struct Sample {
        int64_t step = 0;
        bool decoder = false;
        int64_t rows = 0, width = 0;
        size_t first_tensor = 0; ///< token, language, counted, then expert, kept, gate of each layer
        std::vector<int64_t> layers;
    };
    struct Sent {
        int64_t first_step = 0, last_step = 0;
        std::vector<Sample> samples;
        HostCopy tensors; ///< counts, sums, largest, then the samples' tensors
    };
    void reset();
    void addLayer(int64_t layer, const torch::Tensor& language_X, const LayerRouting& routing);
    void sampleStack(int64_t step, bool decoder, const torch::Tensor& ids, const torch::Tensor& language_B,
                     const ForwardResult& result);
    ClosedWindow read(Sent& sent) const;
    RoutingWindow readLayer(const Sent& sent, const std::vector<torch::Tensor>& host, int64_t layer) const;
    static RouteSample readSample(const Sample& sample, const std::vector<torch::Tensor>& host);

    std::vector<std::string> m_layers;
    int64_t m_languages, m_experts;
    torch::Device m_device;
    int64_t m_first_step = 0;
    torch::Tensor m_counts;  ///< int64 [M, 2 L N + L + 1]: load, kept, tokens, padding
    torch::Tensor m_sums;    ///< float64 [M, L N + 3]: importance, entropy, confidence, z
    torch::Tensor m_largest; ///< float32 [M, 4]: logsumexp, logit, negated logit, capacity needed; -infinity = none yet
    std::vector<Sample> m_samples;
    std::vector<torch::Tensor> m_sample_tensors;
    std::deque<Sent> m_sent;
};

} // namespace sy
