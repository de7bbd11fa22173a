// Stands in for NVIDIA's management library: two GPUs with known figures. FAKE_NVML_FAIL lists what shall not answer.
// FAKE_NVML_OLD leaves out the functions that a program must do without.
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Memory {
    unsigned long long total, free, used;
};
struct Utilization {
    unsigned int gpu, memory;
};

/// 0 = success, 999 = unknown error, as in nvml.h.
int answer(const char* what)
{
    const char* failing = std::getenv("FAKE_NVML_FAIL");
    return failing && std::strstr(failing, what) ? 999 : 0;
}

int gpus[2] = {0, 1};

int indexOf(void* gpu)
{
    return *static_cast<int*>(gpu);
}

} // namespace

extern "C" {

int nvmlInit_v2()
{
    return answer("init");
}
int nvmlShutdown()
{
    return 0;
}
int nvmlDeviceGetCount_v2(unsigned int* count)
{
    *count = 2;
    return answer("count");
}
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void** gpu)
{
    if (index > 1) return 2; // invalid argument
    *gpu = &gpus[index];
    return answer(index == 0 ? "handle0" : "handle1");
}
int nvmlDeviceGetName(void* gpu, char* text, unsigned int length)
{
    std::snprintf(text, length, "Fake %d", indexOf(gpu));
    const int code = answer("name");
    if (code != 0) text[0] = '\0';
    return code;
}
int nvmlDeviceGetMemoryInfo(void* gpu, Memory* memory)
{
    memory->total = 80ULL << 30;
    memory->free = static_cast<unsigned long long>(50 + indexOf(gpu)) << 30;
    memory->used = memory->total - memory->free;
    return answer("memory");
}

#ifndef FAKE_NVML_OLD
int nvmlDeviceGetUUID(void* gpu, char* text, unsigned int length)
{
    std::snprintf(text, length, "GPU-%d%d%d%d-fake", indexOf(gpu), indexOf(gpu), indexOf(gpu), indexOf(gpu));
    return answer("uuid");
}
int nvmlDeviceGetUtilizationRates(void* gpu, Utilization* rates)
{
    *rates = {static_cast<unsigned int>(40 + indexOf(gpu)), 5};
    return answer("utilization");
}
int nvmlDeviceGetPowerUsage(void* gpu, unsigned int* milliwatts)
{
    *milliwatts = static_cast<unsigned int>(250500 + indexOf(gpu));
    return answer("power");
}
int nvmlDeviceGetTemperature(void* gpu, int sensor, unsigned int* celsius)
{
    if (sensor != 0) return 2;
    *celsius = static_cast<unsigned int>(60 + indexOf(gpu));
    return answer("temperature");
}
#endif

} // extern "C"
