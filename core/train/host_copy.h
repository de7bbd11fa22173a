// Device tensors on their way to the host, without making the device wait.
#pragma once

#include <torch/torch.h>

#include <c10/core/Event.h>

#include <memory>
#include <vector>

namespace sy {

/// Starts at construction: on CUDA into pinned memory behind an event, on the CPU the tensors themselves are kept.
class HostCopy {
public:
    explicit HostCopy(std::vector<torch::Tensor> tensors);
    bool ready() const;                       ///< never waits
    const std::vector<torch::Tensor>& wait(); ///< waits where needed; CPU tensors in the order given

private:
    std::vector<torch::Tensor> m_tensors;
    std::shared_ptr<c10::Event> m_event; ///< null on the CPU
};

} // namespace sy
