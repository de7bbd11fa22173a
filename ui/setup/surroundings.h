// What an experiment depends on outside itself: imported corpora, this machine's devices, what was measured of them.
#pragma once

#include "core/base/device_status.h"
#include "core/base/error.h"
#include "core/config/experiment.h"
#include "core/store/records.h"
#include "core/text/corpus.h"

#include <QObject>
#include <QTimer>

#include <vector>

namespace sy {

class StoreAccess;

/// Looked at off the GUI thread, every few seconds while active.
class Surroundings : public QObject {
    Q_OBJECT

public:
    explicit Surroundings(StoreAccess* access, QObject* parent = nullptr);

    void setActive(bool active); ///< looks at once when it becomes so
    void lookNow();

    bool corporaKnown() const { return m_corpora_known; } ///< false until the first look is done
    const std::vector<Corpus>& corpora() const { return m_corpora; }
    const Corpus* corpus(const std::string& name) const; ///< null where there is none
    const std::vector<DeviceStatus>& devices() const { return m_devices; }
    const std::vector<MachineDevice>& machines() const { return m_machines; }

    /// What these say against a configuration: a corpus that is not there, languages that it lacks.
    std::vector<ConfigIssue> problems(const ExperimentConfig& config) const;

Q_SIGNALS:
    void corporaChanged();
    void devicesChanged();
    void machinesChanged();

private:
    void look(fs::file_time_type since);
    void lookAtCorpora(fs::file_time_type since);
    void lookAtDevices();
    void lookAtMachines();

    StoreAccess* m_access;
    QTimer m_timer;
    bool m_corpora_known = false, m_looking_at_corpora = false, m_looking_at_devices = false;
    std::vector<Corpus> m_corpora;
    fs::file_time_type m_corpora_time = fs::file_time_type::min(); ///< of their folder at the last look
    std::vector<DeviceStatus> m_devices;
    std::vector<MachineDevice> m_machines;
};

} // namespace sy
