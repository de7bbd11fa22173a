#include "core/train/model_service.h"

#include "core/base/error.h"
#include "core/store/probe_json.h"
#include "core/train/model_json.h"

#include <istream>
#include <ostream>

namespace sy {

using nlohmann::json;

namespace {

/// Writing a document goes as deep as it is: no request needs more.
constexpr int deepest_request = 32;

json parsed(const std::string& line)
{
    try {
        return json::parse(line, [](int depth, json::parse_event_t, json&) {
            if (depth > deepest_request)
                throw UsageError("a request is at most " + std::to_string(deepest_request) + " levels deep");
            return true;
        });
    } catch (const json::exception& error) {
        throw UsageError(std::string("a request is one JSON object a line: ") + error.what());
    }
}

/// Passes on what is worth a line: steps of a hundredth.
ShareDone coarse(const json& id, const ModelService::Send& send)
{
    return [id, &send, told = 0.0](double share) mutable {
        if (share < told + 0.01) return;
        told = share;
        send({{"id", id}, {"progress", share}});
    };
}

/// Reads to the end of the line; false at the end of the input. What is longer than `longest_request` is read past.
bool readLine(std::istream& in, std::string& line, bool& too_long)
{
    line.clear();
    too_long = false;
    auto& buffer = *in.rdbuf();
    using Traits = std::istream::traits_type;
    while (true) {
        const auto c = buffer.sbumpc();
        if (Traits::eq_int_type(c, Traits::eof())) return !line.empty() || too_long;
        if (Traits::to_char_type(c) == '\n') return true;
        if (line.size() < longest_request)
            line += Traits::to_char_type(c);
        else
            too_long = true;
    }
}

} // namespace

json ModelService::ready() const
{
    return {{"ready",
             {{"run", m_runner.run().id},
              {"name", m_runner.run().name},
              {"step", m_runner.step()},
              {"layers", m_runner.sparseLayers()},
              {"languages", m_runner.languages()},
              {"experts", m_runner.config().model.num_experts}}}};
}

json ModelService::result(const json& request, const ShareDone& progress) const
{
    const auto verb = request.find("verb");
    const std::string word = verb != request.end() && verb->is_string() ? verb->get<std::string>() : "";
    if (word == "probe") return probeToJson(m_runner.probe(probeOptionsFrom(request)), m_runner.sparseLayers());
    if (word == "generate") return {{"answer", m_runner.generate(generateOptionsFrom(request))}};
    if (word == "evaluate") return evaluationToJson(m_runner.evaluate(evaluateOptionsFrom(request), progress));
    if (word == "specialization")
        return specializationToJson(m_runner.specialization(specializationOptionsFrom(request), progress),
                                    m_runner.sparseLayers());
    throw UsageError("\"verb\" must be probe, generate, evaluate or specialization" +
                     (word.empty() ? "" : ", got \"" + word.substr(0, 80) + "\""));
}

void ModelService::answer(const std::string& line, const Send& send) const
{
    json id, answer;
    try {
        const auto request = parsed(line);
        if (!request.is_object()) throw UsageError("a request is a JSON object, one a line");
        id = request.value("id", json());
        answer = {{"id", id}, {"result", result(request, coarse(id, send))}};
    } catch (const std::exception& error) {
        answer = {{"id", id}, {"error", error.what()}};
    }
    send(answer);
}

void serveLines(const ModelService& service, std::istream& in, std::ostream& out)
{
    const auto send = [&](const json& document) {
        out << document.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
    };
    send(service.ready());
    std::string line;
    bool too_long = false;
    while (out && readLine(in, line, too_long)) {
        if (too_long)
            send({{"id", nullptr}, {"error", "a request has at most " + std::to_string(longest_request) + " bytes"}});
        else
            service.answer(line, send);
    }
}

} // namespace sy
