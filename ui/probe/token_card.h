// What the router said of one token: the likeliest experts as bars, entropy, whether it was dropped.
#pragma once

#include "ui/probe/probe_answers.h"

#include <QWidget>

namespace sy {

/// Painted; floats at the mouse, or stands in the page.
class TokenCard : public QWidget {
    Q_OBJECT

public:
    explicit TokenCard(QWidget* parent = nullptr, Qt::WindowFlags flags = {});

    /// Of `token` in its stack; `other` = what B (or A) chose in the same place, null where there is none.
    void setToken(const ProbeAnswer& answer, const ProbeToken& token, const ProbeRoute* route, int place,
                  const ProbeRoute* other, bool is_b);
    void clear();
    QString text() const; ///< the same in words
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Bar {
        int expert = 0;
        double probability = 0;
    };
    QStringList m_lines; ///< the first one is the token
    std::vector<Bar> m_bars;
    int m_experts = 1;
};

} // namespace sy
