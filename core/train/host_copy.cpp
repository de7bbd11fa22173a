#include "core/train/host_copy.h"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace sy {

HostCopy::HostCopy(std::vector<torch::Tensor> tensors) : m_tensors(std::move(tensors))
{
    if (m_tensors.empty() || m_tensors.front().is_cpu()) return;
    const auto device = m_tensors.front().device();
    for (auto& tensor : m_tensors) {
        auto host = torch::empty(tensor.sizes(), torch::dtype(tensor.dtype()).device(torch::kCPU).pinned_memory(true));
        host.copy_(tensor, /*non_blocking=*/true); // the caching allocator keeps the source until the stream is past it
        tensor = host;
    }
    m_event = std::make_shared<c10::Event>(device.type());
    m_event->record(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
}

bool HostCopy::ready() const
{
    return !m_event || m_event->query();
}

const std::vector<torch::Tensor>& HostCopy::wait()
{
    if (m_event) m_event->synchronize();
    m_event.reset();
    return m_tensors;
}

} // namespace sy
