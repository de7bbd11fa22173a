#include "core/base/nvml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include <dlfcn.h>

namespace sy {

namespace {

using Gpu = struct NvmlDeviceHandle*;
constexpr int success = 0;
constexpr int gpu_sensor = 0; // NVML_TEMPERATURE_GPU

struct Memory {
    unsigned long long total, free, used; // bytes
};
struct Utilization {
    unsigned int gpu, memory; // percent
};

} // namespace

struct Nvml::Library {
    void* handle = nullptr;
    int (*init)() = nullptr;
    int (*shutdown)() = nullptr;
    int (*count)(unsigned int*) = nullptr;
    int (*byIndex)(unsigned int, Gpu*) = nullptr;
    int (*name)(Gpu, char*, unsigned int) = nullptr;
    int (*memory)(Gpu, Memory*) = nullptr;
    // May be absent.
    int (*uuid)(Gpu, char*, unsigned int) = nullptr;
    int (*utilization)(Gpu, Utilization*) = nullptr;
    int (*power)(Gpu, unsigned int*) = nullptr;
    int (*temperature)(Gpu, int, unsigned int*) = nullptr;

    template <class Function> void find(const char* symbol, Function*& function) const
    {
        function = reinterpret_cast<Function*>(::dlsym(handle, symbol));
    }
    bool open(const std::string& file);
    std::vector<Gpu> all() const;
    bool matches(Gpu gpu, std::string_view wanted) const;
    std::vector<Gpu> visible(const char* list) const;
    std::optional<DeviceStatus> status(Gpu gpu) const;
};

bool Nvml::Library::open(const std::string& file)
{
    handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return false;
    find("nvmlInit_v2", init);
    find("nvmlShutdown", shutdown);
    find("nvmlDeviceGetCount_v2", count);
    find("nvmlDeviceGetHandleByIndex_v2", byIndex);
    find("nvmlDeviceGetName", name);
    find("nvmlDeviceGetMemoryInfo", memory);
    find("nvmlDeviceGetUUID", uuid);
    find("nvmlDeviceGetUtilizationRates", utilization);
    find("nvmlDeviceGetPowerUsage", power);
    find("nvmlDeviceGetTemperature", temperature);
    return init && shutdown && count && byIndex && name && memory && init() == success;
}

std::vector<Gpu> Nvml::Library::all() const
{
    unsigned int number = 0;
    std::vector<Gpu> gpus;
    if (count(&number) != success) return gpus;
    for (unsigned int i = 0; i < number; ++i) {
        Gpu gpu = nullptr;
        gpus.push_back(byIndex(i, &gpu) == success ? gpu : nullptr); // keeps its number
    }
    return gpus;
}

bool Nvml::Library::matches(Gpu gpu, std::string_view wanted) const
{
    std::array<char, 97> id{};
    return gpu && uuid && uuid(gpu, id.data(), static_cast<unsigned int>(id.size() - 1)) == success &&
           std::string_view(id.data()).starts_with(wanted);
}

std::vector<Gpu> Nvml::Library::visible(const char* list) const
{
    const std::vector<Gpu> gpus = all();
    if (list == nullptr) return gpus;
    std::vector<Gpu> chosen;
    std::string_view rest(list);
    while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
        size_t index = gpus.size();
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
        if (error != std::errc() || end != word.data() + word.size())
            index = static_cast<size_t>(
                std::ranges::find_if(gpus, [&](Gpu gpu) { return !word.empty() && matches(gpu, word); }) -
                gpus.begin());
        if (index >= gpus.size()) break; // as CUDA does: what follows an unknown one is hidden
        chosen.push_back(gpus[index]);
    }
    return chosen;
}

std::optional<DeviceStatus> Nvml::Library::status(Gpu gpu) const
{
    DeviceStatus status;
    std::array<char, 97> text{};
    Memory bytes{};
    if (gpu == nullptr || memory(gpu, &bytes) != success) return std::nullopt;
    status.memory_total = static_cast<int64_t>(bytes.total);
    status.memory_free = static_cast<int64_t>(bytes.free);
    if (name(gpu, text.data(), static_cast<unsigned int>(text.size() - 1)) == success) status.name = text.data();
    Utilization rates{};
    if (utilization && utilization(gpu, &rates) == success) status.utilisation_percent = rates.gpu;
    unsigned int value = 0;
    if (power && power(gpu, &value) == success) status.power_watts = 1e-3 * value;
    if (temperature && temperature(gpu, gpu_sensor, &value) == success) status.temperature_celsius = value;
    return status;
}

Nvml::Nvml(const std::string& library) : m_library(std::make_unique<Library>())
{
    if (m_library->open(library)) return;
    if (m_library->handle) ::dlclose(m_library->handle);
    m_library.reset();
}

Nvml::~Nvml()
{
    if (!m_library) return;
    m_library->shutdown();
    ::dlclose(m_library->handle);
}

std::vector<DeviceStatus> Nvml::devices(const char* visible) const
{
    std::vector<DeviceStatus> devices;
    if (!m_library) return devices;
    int index = 0;
    for (const Gpu gpu : m_library->visible(visible)) {
        auto status = m_library->status(gpu);
        if (status) {
            status->device = "cuda:" + std::to_string(index);
            devices.push_back(std::move(*status));
        }
        ++index;
    }
    return devices;
}

const Nvml& systemNvml()
{
    const char* other = std::getenv("SWITCHYARD_NVML");
    static const Nvml nvml(other && *other ? other : default_nvml_library);
    return nvml;
}

} // namespace sy
