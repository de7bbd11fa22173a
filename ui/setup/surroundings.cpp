#include "ui/setup/surroundings.h"

#include "core/text/corpus_manifest.h"
#include "ui/models/background.h"
#include "ui/models/store_access.h"

#include <algorithm>
#include <optional>

namespace sy {

namespace {

constexpr int look_every_ms = 3000;

bool same(const std::vector<Corpus>& left, const std::vector<Corpus>& right)
{
    return std::ranges::equal(left, right,
                              [](const Corpus& a, const Corpus& b) { return a.name == b.name && a.hash == b.hash; });
}

struct CorporaLook {
    std::optional<std::vector<Corpus>> corpora; ///< nothing: as they were
    fs::file_time_type time;
};

/// An import or a removal changes the folder; a damaged corpus is not warned of at every look.
CorporaLook findCorpora(fs::file_time_type since)
{
    try {
        std::error_code missing;
        const auto time = fs::last_write_time(corporaDirectory(), missing);
        if (!missing && time == since) return {std::nullopt, time};
        return {listCorpora(), missing ? fs::file_time_type::min() : time};
    } catch (const std::exception&) { // no home directory: the window says so
        return {std::nullopt, since};
    }
}

} // namespace

Surroundings::Surroundings(StoreAccess* access, QObject* parent) : QObject(parent), m_access(access)
{
    m_timer.setInterval(look_every_ms);
    connect(&m_timer, &QTimer::timeout, this, [this] { look(m_corpora_time); });
}

void Surroundings::setActive(bool active)
{
    if (active == m_timer.isActive()) return;
    if (!active) return m_timer.stop();
    m_timer.start();
    lookNow();
}

void Surroundings::lookNow()
{
    look(fs::file_time_type::min());
}

void Surroundings::look(fs::file_time_type since)
{
    lookAtCorpora(since);
    lookAtDevices();
    lookAtMachines();
}

void Surroundings::lookAtCorpora(fs::file_time_type since)
{
    if (m_looking_at_corpora) return;
    m_looking_at_corpora = true;
    inBackground(
        this, [since] { return findCorpora(since); },
        [this](CorporaLook found) {
            m_looking_at_corpora = false;
            m_corpora_time = found.time;
            if (!found.corpora || (m_corpora_known && same(*found.corpora, m_corpora))) return;
            m_corpora = std::move(*found.corpora);
            m_corpora_known = true;
            Q_EMIT corporaChanged();
        });
}

void Surroundings::lookAtDevices()
{
    if (m_looking_at_devices) return;
    m_looking_at_devices = true;
    inBackground(
        this, [] { return deviceStatus(); },
        [this](std::vector<DeviceStatus> found) {
            m_looking_at_devices = false;
            m_devices = std::move(found);
            Q_EMIT devicesChanged();
        });
}

void Surroundings::lookAtMachines()
{
    if (!m_access) return;
    const auto nothing = [](const QString&) {}; // a store that is not there yet has measured nothing
    m_access->read(
        this, [](const Store& store) { return store.machines(); },
        [this](std::vector<MachineDevice> found) {
            const auto when = [](const MachineDevice& a, const MachineDevice& b) {
                return a.host == b.host && a.device == b.device && a.measured_ms == b.measured_ms;
            };
            if (std::ranges::equal(found, m_machines, when)) return;
            m_machines = std::move(found);
            Q_EMIT machinesChanged();
        },
        nothing);
}

const Corpus* Surroundings::corpus(const std::string& name) const
{
    const auto found = std::ranges::find(m_corpora, name, &Corpus::name);
    return found == m_corpora.end() ? nullptr : &*found;
}

std::vector<ConfigIssue> Surroundings::problems(const ExperimentConfig& config) const
{
    if (!m_corpora_known) return {};
    const auto* chosen = corpus(config.data.corpus);
    if (!chosen) {
        std::string names;
        for (const auto& other : m_corpora) names += (names.empty() ? "" : ", ") + other.name;
        return {{"data.corpus", "no corpus \"" + config.data.corpus + "\" is imported; " +
                                    (names.empty() ? "import one in the tab Corpus" : "there are " + names)}};
    }
    std::string lacking;
    for (const auto& code : config.data.languages)
        if (std::ranges::find(chosen->languages, code, &CorpusLanguage::code) == chosen->languages.end())
            lacking += (lacking.empty() ? "" : ", ") + code;
    if (lacking.empty()) return {};
    return {{"data.languages", "corpus " + chosen->name + " has no text in " + lacking}};
}

} // namespace sy
