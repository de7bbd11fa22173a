#include "core/store/queued.h"

namespace sy {

namespace {

template <class T> int64_t bytes(const std::vector<T>& values)
{
    return static_cast<int64_t>(values.size() * sizeof(T));
}

struct Size {
    int64_t operator()(const std::vector<Point>& v) const { return bytes(v); }
    int64_t operator()(const std::vector<ClockTick>& v) const { return bytes(v); }
    int64_t operator()(const RoutingWindow& v) const
    {
        int64_t top = 0;
        for (const auto& expert : v.top_tokens) top += bytes(expert);
        return bytes(v.load) + bytes(v.kept) + bytes(v.importance) + bytes(v.tokens) + top;
    }
    int64_t operator()(const RouteSample& v) const { return bytes(v.token) * 4 + bytes(v.expert) + bytes(v.gate); }
    int64_t operator()(const Evaluation& v) const
    {
        return bytes(v.counts) + bytes(v.gates) + bytes(v.languages) + bytes(v.row_language) + bytes(v.specialization);
    }
    int64_t operator()(const RouteText& v) const
    {
        return bytes(v.token) + bytes(v.counted) + bytes(v.gold) + bytes(v.row_language);
    }
    int64_t operator()(const EvaluationRoutes& v) const
    {
        int64_t routes = 0;
        for (const auto& layer : v.layers) routes += bytes(layer.expert) + bytes(layer.kept) + bytes(layer.gate);
        return (*this)(v.encoder) + (*this)(v.decoder) + bytes(v.predicted) + routes;
    }
    int64_t operator()(const Probe& v) const
    {
        int64_t routes = 0;
        for (const auto& route : v.routes) routes += bytes(route.expert) * 4 + bytes(route.top_expert) * 2;
        return bytes(v.tokens) + routes;
    }
    int64_t operator()(const Event& v) const { return static_cast<int64_t>(v.message.size()); }
    int64_t operator()(const LogRecord& v) const { return static_cast<int64_t>(v.text.size()); }
    int64_t operator()(const SystemSamples& v) const { return bytes(v.values); }
    int64_t operator()(const StatusChange&) const { return 0; }
    int64_t operator()(const CheckpointRecord&) const { return 0; }
    int64_t operator()(const CheckpointRemoval&) const { return 0; }
    int64_t operator()(const CommandAnswer&) const { return 0; }
};

} // namespace

int64_t bytesOf(const QueuedRecord& record)
{
    return static_cast<int64_t>(sizeof(QueuedRecord)) + std::visit(Size{}, record);
}

} // namespace sy
