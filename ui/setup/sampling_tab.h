// How often each language is sampled, beside its share of the corpus.
#pragma once

#include "core/text/preview.h"

#include <QWidget>

#include <optional>

class QLabel;

namespace sy {

class BarChart;

class SamplingTab : public QWidget {
    Q_OBJECT

public:
    explicit SamplingTab(QWidget* parent = nullptr);
    void setPreview(const TextPreview* preview, double temperature); ///< null = not known yet

protected:
    void changeEvent(QEvent* event) override;

private:
    void draw();

    BarChart* m_chart;
    QLabel* m_note;
    std::optional<TextPreview> m_preview;
};

} // namespace sy
