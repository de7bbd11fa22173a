#include "ui/runs/samples_section.h"

#include "ui/models/text.h"
#include "ui/runs/cell_table.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace sy {

SamplesSection::SamplesSection(const PageContext& context, QWidget* parent)
    : DetailsSection(context, parent),
      m_table(new CellTable({{tr("Step"), {}, true},
                             {tr("Prediction"), tr("Greedy continuation, the likeliest token at each place"), false}},
                            this)),
      m_view(detailsList("runSamples", tr("samples"), m_table, this)), m_choice(new QComboBox(this)),
      m_text(plainLabel("sampleText", {}, this)), m_target(plainLabel("sampleTarget", {}, this)),
      m_hint(plainLabel("sampleHint", {}, this))
{
    setColumnWidths(m_view, {"1,000,000"});
    m_choice->setObjectName("sampleChoice");
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(12);
    for (auto* label : {m_text, m_target, m_hint}) label->setWordWrap(true);
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("Sentence"), m_choice);
    form->addRow(tr("Input"), m_text);
    form->addRow(tr("Target"), m_target);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(form);
    layout->addWidget(m_hint);
    layout->addWidget(m_view, 1);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &SamplesSection::showSentence);
}

void SamplesSection::clearRun()
{
    m_sentences.clear();
    m_read_to = 0;
    const QSignalBlocker quiet(m_choice);
    m_choice->clear();
    showSentence();
}

void SamplesSection::load()
{
    if (rewinds() != m_rewinds) { // steps that were read may have been trained anew
        m_rewinds = rewinds();
        m_sentences.clear();
        m_read_to = 0;
    }
    fetch([id = run(), from = m_read_to](const Store& store) { return store.probes(id, from); },
          [this](const std::vector<Probe>& probes) { take(probes); });
}

void SamplesSection::take(const std::vector<Probe>& probes)
{
    const auto known = m_sentences.size();
    for (const auto& probe : probes) {
        const QString language = fromUtf8(probe.language), text = fromUtf8(probe.text);
        auto found = std::find_if(m_sentences.begin(), m_sentences.end(), [&](const Sentence& sentence) {
            return sentence.language == language && sentence.text == text;
        });
        if (found == m_sentences.end()) found = m_sentences.insert(found, {language, text, fromUtf8(probe.target), {}});
        auto& samples = found->samples;
        if (samples.empty() || samples.back().step < probe.step) samples.push_back({probe.step, {}});
        samples.back().prediction = fromUtf8(probe.prediction);
        m_read_to = std::max(m_read_to, probe.step); // the last step is read again: it may not have been complete
    }
    const QSignalBlocker quiet(m_choice);
    const int chosen = m_choice->currentIndex();
    if (m_sentences.size() < known || m_choice->count() > int(m_sentences.size())) m_choice->clear();
    for (auto place = size_t(m_choice->count()); place < m_sentences.size(); ++place)
        m_choice->addItem(tr("%1: %2").arg(m_sentences[place].language, m_sentences[place].text.simplified()));
    m_choice->setCurrentIndex(chosen >= 0 && chosen < m_choice->count() ? chosen : m_choice->count() > 0 ? 0 : -1);
    showSentence();
}

void SamplesSection::showSentence()
{
    const int chosen = m_choice->currentIndex();
    const Sentence none;
    const Sentence& sentence = chosen < 0 || chosen >= int(m_sentences.size()) ? none : m_sentences[size_t(chosen)];
    QVector<CellRow> rows;
    bool any = false;
    for (const auto& sample : sentence.samples) {
        any |= !sample.prediction.isEmpty();
        const bool empty = sample.prediction.isEmpty();
        rows << CellRow{{QLocale().toString(qlonglong(sample.step)), qlonglong(sample.step)},
                        {empty ? tr("(none recorded)") : sample.prediction.simplified(), {}, false, empty}};
    }
    m_table->setRows(std::move(rows));
    m_text->setText(sentence.text);
    m_target->setText(sentence.target);
    m_hint->setText(sentence.samples.empty() ? tr("No sentence was probed yet: it happens at each evaluation.")
                    : any                    ? QString()
                                             : tr("This run recorded routes of this sentence, but no predictions."));
    m_hint->setVisible(!m_hint->text().isEmpty());
}

} // namespace sy
