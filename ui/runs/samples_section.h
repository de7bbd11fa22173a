// What the model wrote for the fixed probe sentences, evaluation by evaluation.
#pragma once

#include "ui/runs/details_section.h"

#include <map>

class QComboBox;
class QLabel;

namespace sy {

class CellTable;

class SamplesSection : public DetailsSection {
    Q_OBJECT

public:
    SamplesSection(const PageContext& context, QWidget* parent);

protected:
    void clearRun() override;
    void load() override;

private:
    struct Sample {
        int64_t step = 0;
        QString prediction;
    };
    struct Sentence {
        QString language, text, target;
        std::vector<Sample> samples; ///< in step order
    };
    void take(const std::vector<Probe>& probes);
    void showSentence();

    CellTable* m_table;
    QTreeView* m_view;
    QComboBox* m_choice;
    QLabel* m_text;
    QLabel* m_target;
    QLabel* m_hint;
    std::vector<Sentence> m_sentences;
    int64_t m_read_to = 0; ///< probes up to this step are held
    int64_t m_rewinds = 0;
};

} // namespace sy
