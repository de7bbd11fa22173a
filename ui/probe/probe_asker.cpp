#include "ui/probe/probe_asker.h"

#include "core/base/error.h"
#include "core/store/probe_json.h"
#include "ui/models/serve_client.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"
#include "ui/models/text.h"

#include <QLocale>
#include <QTimer>

#include <algorithm>
#include <limits>

namespace sy {

namespace {

constexpr int poll_ms = 60, top_k = 4;

struct RunShape {
    QStringList layers;
    int experts = 1;
};

RunShape shapeOf(const Store& store, const std::string& run)
{
    const auto details = store.details(run);
    RunShape shape;
    for (const auto& layer : details.at("sparse_layers")) shape.layers << fromUtf8(layer.get<std::string>());
    shape.experts = details.at("num_experts").get<int>();
    return shape;
}

std::vector<std::string> namesOf(const QStringList& layers)
{
    std::vector<std::string> names;
    for (const auto& layer : layers) names.push_back(layer.toStdString());
    return names;
}

/// The probes of the last step at or before `step` that has some; of the first one where none is.
std::vector<Probe> probesAt(const Store& store, const std::string& run, int64_t step)
{
    const int64_t last = step < 0 ? std::numeric_limits<int64_t>::max() : step;
    auto probes = store.probes(run, last, last);
    if (probes.empty()) probes = store.probes(run, 0, last);
    const bool before = !probes.empty();
    if (!before) probes = store.probes(run);
    if (probes.empty()) return probes;
    int64_t chosen = probes.front().step;
    for (const auto& probe : probes) chosen = before ? std::max(chosen, probe.step) : std::min(chosen, probe.step);
    std::erase_if(probes, [&](const Probe& probe) { return probe.step != chosen; });
    return probes;
}

nlohmann::json requestOf(const ProbedSentence& sentence, const QString& capacity)
{
    nlohmann::json request{{"text", sentence.text.toStdString()},
                           {"language", sentence.language.toStdString()},
                           {"capacity", capacity.toStdString()},
                           {"top_k", top_k}};
    if (!sentence.target.isEmpty()) request["target"] = sentence.target.toStdString();
    return request;
}

QString sourceText(const ProbeSource& source, int64_t step)
{
    return ProbeAsker::tr("%1 · step %2").arg(source.name, QLocale().toString(qlonglong(step)));
}

} // namespace

ProbeAsker::ProbeAsker(const PageContext& context, QObject* parent)
    : QObject(parent), m_context(context), m_client(new ServeClient(context, this)), m_poll(new QTimer(this))
{
    m_poll->setInterval(poll_ms);
    connect(m_poll, &QTimer::timeout, this, &ProbeAsker::poll);
    connect(m_client, &ServeClient::ready, this, &ProbeAsker::loaded);
}

bool ProbeAsker::isLoading() const
{
    return isBusy() && m_request.source.kind == ProbeSource::Kind::Checkpoint && !m_client->isReady();
}

void ProbeAsker::ask(ProbeRequest request)
{
    cancel();
    m_request = std::move(request);
    m_left = static_cast<int>(m_request.sentences.size());
    if (m_left == 0) return;
    switch (m_request.source.kind) {
    case ProbeSource::Kind::None:
        m_left = 0;
        break;
    case ProbeSource::Kind::Recorded:
        askStore();
        break;
    case ProbeSource::Kind::Live:
        m_next = 0;
        askTrainer(0);
        break;
    case ProbeSource::Kind::Checkpoint:
        askModel();
        break;
    }
}

void ProbeAsker::cancel()
{
    ++m_serial;
    m_poll->stop();
    m_command = 0;
    m_left = 0;
    m_client->cancel();
}

void ProbeAsker::askStore()
{
    struct Found {
        RunShape shape;
        std::vector<Probe> probes;
    };
    const auto& source = m_request.source;
    m_context.access->read(
        this,
        [run = source.run.toStdString(),
         step = source.step >= 0 ? source.step : m_request.shown_step](const Store& store) {
            return Found{shapeOf(store, run), probesAt(store, run, step)};
        },
        [this, serial = m_serial](Found found) {
            if (serial != m_serial) return;
            for (int i = 0; i < static_cast<int>(m_request.sentences.size()); ++i) {
                const auto& wanted = m_request.sentences[static_cast<size_t>(i)];
                const auto match = std::find_if(found.probes.begin(), found.probes.end(), [&](const Probe& probe) {
                    return fromUtf8(probe.text) == wanted.text && fromUtf8(probe.target) == wanted.target;
                });
                if (match == found.probes.end())
                    refuse(i, tr("This sentence was not recorded then. Ask a checkpoint or the running trainer."));
                else
                    answer(i, {sourceText(m_request.source, match->step), found.shape.layers, found.shape.experts,
                               *match});
            }
        },
        [this, serial = m_serial](const QString& problem) {
            if (serial == m_serial) refuseRest(problem);
        });
}

void ProbeAsker::askTrainer(int sentence)
{
    auto payload = requestOf(m_request.sentences[static_cast<size_t>(sentence)], m_request.capacity);
    auto sent = std::make_shared<std::pair<int64_t, RunShape>>();
    const auto serial = m_serial;
    m_context.access->write(
        this,
        [payload = std::move(payload), sent, run = m_request.source.run.toStdString()](Store& store) {
            sent->second = shapeOf(store, run);
            sent->first = store.sendCommand(run, "probe", payload);
        },
        [this, sent, serial] {
            if (serial != m_serial) return;
            m_layers = sent->second.layers;
            m_experts = sent->second.experts;
            m_command = sent->first;
            m_poll->start();
        },
        [this, serial](const QString& problem) {
            if (serial == m_serial) refuseRest(problem);
        });
}

void ProbeAsker::poll()
{
    if (m_polling || m_command == 0) return;
    m_polling = true;
    struct Seen {
        Command command;
        bool alive = false;
    };
    m_context.access->read(
        this,
        [id = m_command, run = m_request.source.run.toStdString()](const Store& store) {
            // Alive first: an answer that came before its end is not missed.
            const bool alive = isAlive(store.paths(), store.run(run));
            return Seen{store.command(id), alive};
        },
        [this, serial = m_serial](const Seen& seen) {
            m_polling = false;
            if (serial != m_serial || (seen.command.state == "waiting" && seen.alive)) return;
            m_poll->stop();
            m_command = 0;
            const auto& reply = seen.command.answer;
            if (seen.command.state == "done")
                take(m_next, reply, m_layers, m_experts);
            else if (seen.command.state == "failed")
                refuse(m_next, fromUtf8(reply.is_object() ? reply.value("error", std::string()) : reply.dump()));
            else
                return refuseRest(tr("The trainer ended before it answered. Ask a checkpoint."));
            if (serial == m_serial && isBusy()) askTrainer(++m_next);
        },
        [this, serial = m_serial](const QString& problem) {
            m_polling = false;
            if (serial == m_serial) refuseRest(problem);
        });
}

void ProbeAsker::askModel()
{
    m_client->open(m_request.source.run, m_request.source.checkpoint);
    for (int i = 0; i < static_cast<int>(m_request.sentences.size()); ++i) {
        auto question = requestOf(m_request.sentences[static_cast<size_t>(i)], m_request.capacity);
        question["verb"] = "probe";
        m_client->ask(
            this, std::move(question),
            [this, i](const nlohmann::json& result) {
                take(i, result, m_client->model().layers, m_client->model().experts);
            },
            [this, i](const QString& problem) { refuse(i, problem); });
    }
}

void ProbeAsker::take(int sentence, const nlohmann::json& result, const QStringList& layers, int experts)
{
    try {
        ProbeAnswer got{{}, layers, experts, probeFromJson(result, namesOf(layers))};
        got.source = sourceText(m_request.source, got.probe.step);
        answer(sentence, std::move(got));
    } catch (const Error& error) {
        refuse(sentence, fromUtf8(error.what()));
    }
}

void ProbeAsker::answer(int sentence, ProbeAnswer got)
{
    const int serial = m_serial;
    --m_left;
    Q_EMIT answered(sentence, got);
    if (serial == m_serial) done();
}

void ProbeAsker::refuse(int sentence, const QString& problem)
{
    const int serial = m_serial;
    --m_left;
    Q_EMIT refused(sentence, problem);
    if (serial == m_serial) done();
}

void ProbeAsker::refuseRest(const QString& problem)
{
    m_poll->stop();
    const int serial = m_serial, all = static_cast<int>(m_request.sentences.size());
    for (int i = all - m_left; i < all && serial == m_serial; ++i) refuse(i, problem);
}

void ProbeAsker::done()
{
    if (m_left == 0) Q_EMIT finished();
}

} // namespace sy
