// A line for numbers: 128, 1e-3, .5; the arrow keys step.
#pragma once

#include "core/config/config_io.h"

#include <QLineEdit>

namespace sy {

/// Up and down step by the setting's multiple, or by one in the second digit of a real number; page keys double and
/// halve. A step never leaves the setting's range.
class NumberEdit : public QLineEdit {
    Q_OBJECT

public:
    explicit NumberEdit(const SettingInfo& setting, QWidget* parent = nullptr);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void step(bool up, bool large);

    FieldInfo m_field;
    bool m_whole;
};

} // namespace sy
